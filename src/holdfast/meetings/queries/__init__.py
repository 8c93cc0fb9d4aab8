"""Which meetings there are, and how far one has come: one function for each question."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from msgspec import Struct, field
from sqlalchemy import ColumnElement, false, func, or_, select

from holdfast.kit.ids import MeetingId, MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.meetings.rules.course import Course, Turn
from holdfast.meetings.rules.rounds import ENDED, GOING, Round
from holdfast.meetings.tables import MeetingRow, ReminderRow, TurnRow
from holdfast.messages.tables import MessageRow
from holdfast.rooms.tables import SeatRow

KEPT = timedelta(days=14)  # after its time a meeting is forgotten
REMIND_BEFORE = timedelta(minutes=30)


class Endings(Struct):
    """Which meetings lie beyond the end of their circle. Circles know; the house is told it.

    They are there, because a circle that planned to end early goes on when somebody joins.
    """

    beyond: ColumnElement[bool] = field(default_factory=false)


ENDINGS = Endings()


async def meetings_to_come(work: Work, room_id: RoomId, limit: int = 30) -> Sequence[MeetingRow]:
    """Those of a room that are planned or going on, the next first."""
    its = MeetingRow.room_id == room_id, MeetingRow.round.not_in(ENDED), ~ENDINGS.beyond
    query = select(MeetingRow).where(*its).order_by(MeetingRow.starts_at).limit(limit)
    return (await work.db.scalars(query)).all()


async def meetings_to_close(work: Work, room_id: RoomId) -> Sequence[MeetingRow]:
    """Every one of a room that is not over, as it stands now, for one at a time who ends them."""
    its = MeetingRow.room_id == room_id, MeetingRow.round.not_in(ENDED)
    query = select(MeetingRow).where(*its).order_by(MeetingRow.id).with_for_update()
    return (await work.db.scalars(query.execution_options(populate_existing=True))).all()


async def next_meeting(work: Work, room_id: RoomId) -> MeetingRow | None:
    """The one that goes on there now, or is next."""
    found = await meetings_to_come(work, room_id, 1)
    return found[0] if found else None


async def next_in(work: Work, room_ids: Collection[RoomId]) -> dict[RoomId, MeetingRow]:
    """The next meeting of each of these rooms that has one."""
    its = MeetingRow.room_id.in_(room_ids), MeetingRow.round.not_in(ENDED), ~ENDINGS.beyond
    query = select(MeetingRow).where(*its).order_by(MeetingRow.starts_at.desc())
    return {row.room_id: row for row in await work.db.scalars(query)}


async def lies_beyond_its_end(work: Work, row: MeetingRow) -> bool:
    """Whether the circle of a meeting will have ended by then."""
    query = select(MeetingRow.id).where(MeetingRow.id == row.id, ENDINGS.beyond)
    return await work.db.scalar(query) is not None


async def series_from(work: Work, row: MeetingRow) -> Sequence[MeetingRow]:
    """This meeting and those of its series that come after it."""
    if row.series_id is None:
        return [row]
    its = MeetingRow.series_id == row.series_id, MeetingRow.starts_at >= row.starts_at
    query = select(MeetingRow).where(*its, MeetingRow.round == Round.PLANNED)
    return (await work.db.scalars(query.order_by(MeetingRow.starts_at))).all()


async def turns_of(work: Work, meeting_id: MeetingId) -> Sequence[TurnRow]:
    """The go-round of a meeting, in order."""
    its = TurnRow.meeting_id == meeting_id
    query = select(TurnRow).where(its).order_by(TurnRow.number)
    return (await work.db.scalars(query)).all()


def course_of(row: MeetingRow, turns: Sequence[TurnRow]) -> Course:
    """A meeting as the rules see it."""
    return Course(
        starts_at=row.starts_at,
        length=timedelta(minutes=row.minutes),
        box=timedelta(seconds=row.box),
        round=row.round,
        began_at=row.began_at,
        round_until=row.round_until,
        turn_at=row.turn_at,
        turn_until=row.turn_until,
        given=timedelta(seconds=row.given),
        turns=tuple(Turn(one.seat_id, one.number, one.state) for one in turns),
    )


async def meetings_due(work: Work) -> Sequence[tuple[MeetingId, RoomId]]:
    """Those to look at now: going on, or with their time come."""
    now = work.clock.now()
    due = (
        MeetingRow.round.in_(GOING),
        ((MeetingRow.round == Round.PLANNED) & (MeetingRow.starts_at <= now)),
    )
    query = select(MeetingRow.id, MeetingRow.room_id).where(or_(*due)).order_by(MeetingRow.id)
    return [(one, room_id) for one, room_id in (await work.db.execute(query)).all()]


async def meetings_to_remind_of(work: Work) -> Sequence[MeetingRow]:
    """Those that begin soon, of which nobody was told yet."""
    soon = work.clock.now() + REMIND_BEFORE
    its = MeetingRow.round == Round.PLANNED, MeetingRow.reminded_at.is_(None)
    query = select(MeetingRow).where(*its, MeetingRow.starts_at <= soon)
    return (await work.db.scalars(query)).all()


async def meetings_to_forget(work: Work) -> bool:
    """Whether any are over for so long that they go."""
    old = MeetingRow.ended_at < work.clock.now() - KEPT
    return await work.db.scalar(select(MeetingRow.id).where(old).limit(1)) is not None


async def seats_here(work: Work, room_id: RoomId) -> set[SeatId]:
    """The seats of a room that somebody holds."""
    its = SeatRow.room_id == room_id, SeatRow.left_at.is_(None)
    return set(await work.db.scalars(select(SeatRow.id).where(*its)))


async def said_since(work: Work, row: MeetingRow) -> dict[SeatId, datetime]:
    """Which members said something since a meeting began there, and when last."""
    its = MessageRow.room_id == row.room_id, MessageRow.seq > row.began_seq
    query = (
        select(MessageRow.seat_id, func.max(MessageRow.written_at).label("at"))
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(*its, SeatRow.staff_id.is_(None))
        .group_by(MessageRow.seat_id)
    )
    order = func.min(MessageRow.seq)
    found = await work.db.execute(query.order_by(order))
    return {row.seat_id: row.at for row in found}


async def members_here(work: Work, room_id: RoomId) -> Sequence[MemberId]:
    """The members who hold a seat of a room."""
    its = SeatRow.room_id == room_id, SeatRow.left_at.is_(None), SeatRow.member_id.is_not(None)
    return [one for one in await work.db.scalars(select(SeatRow.member_id).where(*its)) if one]


async def members_to_remind(work: Work, room_id: RoomId) -> Sequence[MemberId]:
    """Those of them who asked to be told before meetings."""
    its = SeatRow.room_id == room_id, SeatRow.left_at.is_(None), SeatRow.member_id.is_not(None)
    query = select(SeatRow.member_id).join(ReminderRow, ReminderRow.seat_id == SeatRow.id)
    return [one for one in await work.db.scalars(query.where(*its)) if one]


async def seats_that_left(work: Work) -> Sequence[SeatId]:
    """Seats that nobody holds any more, of which something is still kept here."""
    ours = select(ReminderRow.seat_id).union(select(TurnRow.seat_id))
    its = SeatRow.id.in_(ours), SeatRow.left_at.is_not(None)
    return (await work.db.scalars(select(SeatRow.id).where(*its))).all()


async def wants_reminder(work: Work, seat_id: SeatId) -> bool:
    """Whether who holds this seat asked to be told before meetings."""
    return await work.db.get(ReminderRow, seat_id) is not None


async def overlapping(
    work: Work, room_id: RoomId, since: datetime, until: datetime
) -> Sequence[MeetingRow]:
    """Meetings of a room that begin in this span, a long one's time around it included."""
    its = MeetingRow.room_id == room_id, MeetingRow.round.not_in(ENDED)
    around = timedelta(hours=4)
    span = MeetingRow.starts_at >= since - around, MeetingRow.starts_at <= until + around
    return (await work.db.scalars(select(MeetingRow).where(*its, *span))).all()


async def names_of(work: Work, seats: Collection[SeatId]) -> dict[int, str]:
    """What those who hold these seats are called in their room."""
    its = select(SeatRow.id, SeatRow.pseudonym).where(SeatRow.id.in_(seats))
    return {one.id: one.pseudonym for one in await work.db.execute(its)}
