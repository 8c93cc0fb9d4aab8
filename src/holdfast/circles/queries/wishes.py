"""Who waits for a circle, as pages and the forming see them; and what keeps people apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import and_

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import aliased

from holdfast.circles.queries.circles import Sitter, going_circles, sitters
from holdfast.circles.rules.fairness import Told
from holdfast.circles.rules.forming.wishes import OpenCircle, Wish
from holdfast.circles.rules.times import from_bits, slot_at, slots_of
from holdfast.circles.tables import (
    ApartRow,
    CircleRow,
    CircleSeatRow,
    PlacingRow,
    ProposalAnswerRow,
    ProposalRow,
    Said,
    WishRow,
)
from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.meetings.queries import next_in
from holdfast.members.queries import is_frozen
from holdfast.messages.tables import BlockRow
from holdfast.rooms.tables import PauseRow, RoomRow, SeatRow
from holdfast.screening.concern import Concern

HOUR = timedelta(hours=1)
NOT_AGAIN = timedelta(days=14)  # after a no, these people are not proposed to each other
OPEN = [stage for stage in Stage if stage is not Stage.CLOSED]
AT_ONCE = 5_000  # members in one statement
Pairs = dict[MemberId, set[MemberId]]


class Open(Struct, frozen=True):
    """A circle with what is asked of who comes."""

    circle: CircleRow
    room: RoomRow
    sitters: list[Sitter]
    asked: int  # seats that are being offered to somebody
    as_open: OpenCircle

    @property
    def people(self) -> list[Sitter]:
        """Those who are of the circle."""
        return [one for one in self.sitters if one.is_one_of_them]


async def own_wish(work: Work, member_id: MemberId) -> WishRow | None:
    """What a member wishes, while they wait."""
    found: WishRow | None = await work.db.scalar(
        select(WishRow).where(WishRow.member_id == member_id)
    )
    return found


async def who_goes(work: Work, erasure_id: int) -> MemberId | None:
    """The member whom an erasure is about, while it is under way."""
    row = await work.db.get(ErasureRow, erasure_id)
    return None if row is None else row.member_id


async def waiting_rows(work: Work) -> Sequence[WishRow]:
    """Every wish for which something may be found now, who waits longest first.

    Those who are being asked already, those who may not come into rooms, and those who want what
    is known of them kept and not used are left out.
    """
    paused = select(PauseRow.member_id)
    free = WishRow.proposal_id.is_(None), WishRow.until > work.clock.now()
    query = select(WishRow).where(
        *free, WishRow.member_id.not_in(paused), ~is_frozen(WishRow.member_id)
    )
    return (await work.db.scalars(query.order_by(WishRow.wished_at, WishRow.id))).all()


async def wishes_of(work: Work, rows: Sequence[WishRow]) -> list[Wish]:
    """These as the forming sees them. A key is theirs by their row, and nobody's name."""
    members = {row.member_id for row in rows}
    high, apart = await at_high_concern(work, members), await kept_apart(work, members)
    return [as_wish(row, work.clock.now(), high, apart) for row in rows]


def as_wish(row: WishRow, now: datetime, high: Collection[MemberId], apart: Pairs) -> Wish:
    """One wish. Its times are worked out for this week, as clocks stand now."""
    return Wish(
        key=key_of(row.member_id),
        age=row.age_band,
        languages=tuple(row.languages.split()),
        slots=slots_of(row.times.split(), row.zone, now),
        themes=frozenset(row.themes.split()),
        stage=row.stage,
        cultures=frozenset(row.cultures.split()),
        pace=row.pace,
        manner=row.manner,
        waited=(now - row.wished_at) / HOUR,
        high=row.member_id in high,
        closer=row.closer / 100,
        apart=frozenset(key_of(other) for other in apart.get(row.member_id, ())),
        refused=frozenset(circle_key(room) for room in row.refused.split()),
    )


def key_of(member_id: MemberId) -> str:
    return str(member_id)


def circle_key(room_id: RoomId | str) -> str:
    return f"circle:{room_id}"


def _pieces(members: Collection[MemberId]) -> list[list[MemberId]]:
    """A statement takes only so many of them, and thousands may be waiting."""
    every = sorted(members)
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]


async def at_high_concern(work: Work, members: Collection[MemberId]) -> set[MemberId]:
    """Those of these about whom somebody is looking after a high concern just now."""
    grave = EscalationRow.stage.in_(OPEN), EscalationRow.concern >= int(Concern.HIGH)
    query = select(EscalationRow.member_id).where(*grave)
    return {one for one in await work.db.scalars(query) if one in members and one is not None}


async def kept_apart(work: Work, members: Collection[MemberId]) -> Pairs:
    """Who may not sit with whom, both ways: mutes, blocks, *not with this person*, a late no."""
    pairs: Pairs = defaultdict(set)
    for some in _pieces(members):
        for one, other in [*await _apart(work, some), *await _said_no(work, some)]:
            pairs[one].add(other)
            pairs[other].add(one)
    return pairs


async def _apart(work: Work, members: Sequence[MemberId]) -> list[tuple[MemberId, MemberId]]:
    """Who muted, blocked, or asked not to meet whom: from either side."""
    found: list[tuple[MemberId, MemberId]] = []
    for table in (BlockRow, ApartRow):
        for side in (table.member_id, table.other_id):
            query = select(table.member_id, table.other_id).where(side.in_(members))
            found += [(one, other) for one, other in await work.db.execute(query)]
    return found


async def _said_no(work: Work, members: Sequence[MemberId]) -> list[tuple[MemberId, MemberId]]:
    """Who said no to beginning with whom, of late: from either side."""
    no, with_them = aliased(ProposalAnswerRow), aliased(ProposalAnswerRow)
    lately = ProposalRow.made_at > work.clock.now() - NOT_AGAIN, ProposalRow.is_seat.is_(False)
    query = (
        select(no.member_id, with_them.member_id)
        .join(ProposalRow, ProposalRow.id == no.proposal_id)
        .join(with_them, with_them.proposal_id == no.proposal_id)
        .where(*lately, no.said == Said.NO, no.member_id != with_them.member_id)
    )
    found: list[tuple[MemberId, MemberId]] = []
    for side in (no.member_id, with_them.member_id):
        pairs = await work.db.execute(query.where(side.in_(members)))
        found += [(one, other) for one, other in pairs]
    return found


async def open_circles(work: Work) -> list[Open]:
    """Every circle that goes on, as those see it who may come in."""
    circles = await going_circles(work)
    rooms = [room.id for _, room in circles]
    here, asked = await sitters(work, rooms), await _asked_for_seats(work)
    meets = {room_id: row.starts_at for room_id, row in (await next_in(work, rooms)).items()}
    members = {one.member_id for some in here.values() for one in some if one.member_id}
    high, apart = await at_high_concern(work, members), await kept_apart(work, members)
    return [
        Open(circle, room, here[room.id], len(asked[room.id]),
             _as_open((circle, room), here[room.id], asked[room.id], meets.get(room.id),
                      high=high, apart=apart))
        for circle, room in circles
    ]  # fmt: skip


async def _asked_for_seats(work: Work) -> dict[RoomId | None, list[int]]:
    """The seats of each circle that are kept for somebody who has not answered: their slots."""
    query = (
        select(ProposalRow.room_id, ProposalRow.slots)
        .join(ProposalAnswerRow, ProposalAnswerRow.proposal_id == ProposalRow.id)
        .where(
            ProposalRow.over_at.is_(None),
            ProposalRow.room_id.is_not(None),
            ProposalAnswerRow.said.is_(None),
        )
    )
    found: dict[RoomId | None, list[int]] = defaultdict(list)
    for room_id, slots in await work.db.execute(query):
        found[room_id].append(slots)
    return found


def _as_open(
    its: tuple[CircleRow, RoomRow],
    here: list[Sitter],
    asked: Sequence[int],
    meets_at: datetime | None,
    *,
    high: Collection[MemberId],
    apart: Pairs,
) -> OpenCircle:
    circle, room = its
    slots = from_bits(reduce(and_, asked, circle.slots))
    people = [one.member_id for one in here if one.member_id is not None]
    others = {other for one in people for other in apart.get(one, ())}
    return OpenCircle(
        key=circle_key(room.id),
        age=room.age_band,
        language=room.language,
        slots=slots,
        size=sum(one.is_one_of_them for one in here) + len(asked),
        themes=frozenset(circle.themes.split()),
        stage=circle.stage,
        cultures=frozenset(circle.cultures.split()),
        pace=circle.pace,
        manner=circle.manner,
        high=sum(one in high for one in people),
        members=frozenset(key_of(one) for one in people),
        apart=frozenset(key_of(one) for one in others),
        meets=slots & ({slot_at(meets_at)} if meets_at else set()),
    )


async def members_ever(work: Work, room_id: RoomId) -> list[MemberId]:
    """The members who were of a circle to its end, while they are members."""
    query = (
        select(SeatRow.member_id)
        .join(CircleSeatRow, CircleSeatRow.seat_id == SeatRow.id)
        .where(
            SeatRow.room_id == room_id,
            SeatRow.left_at.is_(None),
            CircleSeatRow.sits_in_until.is_(None),
        )
        .order_by(SeatRow.id)
    )
    return [one for one in await work.db.scalars(query) if one is not None]


async def arrivals_a_day(work: Work, within: timedelta = timedelta(days=14)) -> float:
    """How many wishes came each day of late: those that wait, and those that are over."""
    since = work.clock.now() - within
    waiting = select(WishRow.id).where(WishRow.wished_at >= since)
    over = select(PlacingRow.id).where(PlacingRow.week >= since.date())
    count = len((await work.db.scalars(waiting)).all()) + len((await work.db.scalars(over)).all())
    return count / within.days


async def counts(work: Work) -> list[Told]:
    """How wishes went and go, without a person: what the fairness audit reckons with."""
    over = [
        Told(row.language, row.age_band, frozenset(row.themes.split()), float(row.hours_waited),
             row.placed, row.fit)
        for row in await work.db.scalars(select(PlacingRow).order_by(PlacingRow.id))
    ]  # fmt: skip
    now = work.clock.now()
    waiting = [
        Told(row.languages.split()[0], row.age_band, frozenset(row.themes.split()),
             (now - row.wished_at) / HOUR, placed=False)
        for row in await work.db.scalars(select(WishRow).order_by(WishRow.id))
    ]  # fmt: skip
    return over + waiting
