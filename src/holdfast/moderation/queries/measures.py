"""Measures: those that hold, those of a case or a person, and what is still to be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from holdfast.kit.cipher import DataKey
from holdfast.kit.ids import CaseId, KeyId, MeasureId, MemberId, MessageId, SeatId, StaffId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.messages.queries.hidden import hidden_before
from holdfast.moderation.rules.appeals import APPEAL_WITHIN
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.moderation.rules.measures import BY_TWO, OF_WORDS, TIMED, Ending, MeasureKind
from holdfast.moderation.rules.measures import MeasureState as State
from holdfast.moderation.tables import AppealRow, CaseRow, MeasureRow
from holdfast.rights.rules import MATRIX, Permission
from holdfast.rooms.rules.stops import Stop
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.sealing.seam import Keyring, Place, Sealed
from holdfast.staff.tables import StaffRow

PURPOSE, NOBODYS = b"holdfast measures of rooms", KeyId(bytes(16))
REASON, WORDS, REWRITE = b"mr", b"mw", b"mo"  # the parts that are sealed


class Measure(Struct, frozen=True):
    """A measure as staff see it, opened."""

    id: MeasureId
    case_id: CaseId
    kind: MeasureKind
    rule: str
    reason: str
    words: str
    rewrite: str
    slug: str
    room_name: str
    pseudonym: str  # empty for a room's
    seq: int | None
    by: StaffId
    by_name: str
    at: datetime
    until: datetime | None
    seconds: int | None
    state: State
    agreed_by: StaffId | None
    agreed_name: str
    ended_at: datetime | None
    ended_how: Ending | None


def house_key(keyring: Keyring) -> DataKey:
    """What seals the reasons of measures about rooms: they are about nobody who could go."""
    return DataKey(NOBODYS, keyring.root.derive(PURPOSE), b"")


def place_of(row: MeasureRow, part: bytes) -> Place:
    """Where a measure's words lie: sealed for it, they open nowhere else."""
    name = MessageId(b"%016d" % to_millis(row.at))
    return Place(row.room_id, name, row.seat_id or SeatId(0), part)


def opened(keyring: Keyring, reader: Reader, row: MeasureRow, part: bytes) -> str:
    """One part of what staff wrote. Nothing where there is none, or it went with the member."""
    data = {REASON: row.reason, WORDS: row.words, REWRITE: row.rewrite}[part]
    if not data:
        return ""
    place = place_of(row, part)
    if row.key_id is None:
        return house_key(keyring).open(data, place.bound(NOBODYS)).decode()
    try:
        return keyring.open(Sealed(data, row.key_id, place), reader.actor)
    except KeyError:
        return ""


async def measures_of_case(work: Work, reader: Reader, case_id: CaseId) -> list[Measure]:
    """What was done in a case, oldest first."""
    return await _measures(work, reader, MeasureRow.case_id == case_id)


async def measures_of_seat(work: Work, reader: Reader, seat_id: SeatId) -> list[Measure]:
    """All there ever was about one seat; of no other room."""
    return await _measures(work, reader, MeasureRow.seat_id == seat_id)


async def measure_shown(work: Work, reader: Reader, measure_id: MeasureId) -> Measure:
    """One measure, for somebody who was let in to it."""
    return (await _measures(work, reader, MeasureRow.id == measure_id))[0]


async def waiting_for_second(work: Work, reader: Reader) -> list[Measure]:
    """Removals and closings that one person asked for and a second has not agreed to yet."""
    somebody = or_(MeasureRow.member_id.is_not(None), MeasureRow.seat_id.is_(None))
    return await _measures(work, reader, MeasureRow.state == State.WAITING, somebody)


async def _measures(work: Work, reader: Reader, *where: ColumnElement[bool]) -> list[Measure]:
    found = (await work.db.execute(_asked(*where))).all()
    keys = [one.MeasureRow.key_id for one in found if one.MeasureRow.key_id is not None]
    await reader.keyring.in_hand(keys)
    return [_measure(reader, one) for one in found]


def _asked(*where: ColumnElement[bool]) -> Any:
    taker, second = aliased(StaffRow), aliased(StaffRow)
    return (
        select(
            MeasureRow,
            RoomRow.slug,
            RoomRow.name,
            SeatRow.pseudonym,
            taker.name.label("by_name"),
            second.name.label("agreed_name"),
        )
        .join(RoomRow, RoomRow.id == MeasureRow.room_id)
        .join(taker, taker.id == MeasureRow.by)
        .outerjoin(second, second.id == MeasureRow.agreed_by)
        .outerjoin(SeatRow, SeatRow.id == MeasureRow.seat_id)
        .where(*where)
        .order_by(MeasureRow.id)
    )


def _measure(reader: Reader, found: Any) -> Measure:
    row: MeasureRow = found.MeasureRow
    return Measure(
        row.id,
        row.case_id,
        row.kind,
        row.rule,
        opened(reader.keyring, reader, row, REASON),
        opened(reader.keyring, reader, row, WORDS),
        opened(reader.keyring, reader, row, REWRITE),
        found.slug,
        found.name,
        found.pseudonym or "",
        row.seq,
        row.by,
        found.by_name,
        row.at,
        row.until,
        row.seconds,
        row.state,
        row.agreed_by,
        found.agreed_name or "",
        row.ended_at,
        row.ended_how,
    )


async def hush_in_force(work: Work, seat_id: SeatId) -> Stop | None:
    """What keeps a seat from writing: of several hushes the one that ends last."""
    mine = MeasureRow.seat_id == seat_id, MeasureRow.kind == MeasureKind.HUSH
    return await _longest(work, *mine)


async def pause_in_force(work: Work, member_id: MemberId) -> Stop | None:
    """What keeps a member out: for good where that was decided, else the pause that ends last."""
    kinds = MeasureRow.kind.in_([MeasureKind.PAUSE, MeasureKind.REMOVE])
    return await _longest(work, MeasureRow.member_id == member_id, kinds)


async def _longest(work: Work, *where: ColumnElement[bool]) -> Stop | None:
    ahead = or_(MeasureRow.until.is_(None), MeasureRow.until > work.clock.now())
    query = select(MeasureRow).where(*where, MeasureRow.state == State.IN_FORCE, ahead)
    rows = (await work.db.scalars(query)).all()
    stops = [Stop(row.until, row.rule, row.id) for row in rows]
    for_good = [stop for stop in stops if stop.until is None]
    if for_good:
        return for_good[0]
    return max(stops, key=lambda stop: stop.until, default=None)  # type: ignore[arg-type, return-value]


async def in_force_on(work: Work, kind: MeasureKind, message_id: MessageId) -> MeasureRow | None:
    """The measure of this kind that holds about one message."""
    its = MeasureRow.message_id == message_id, MeasureRow.kind == kind
    query = select(MeasureRow).where(*its, MeasureRow.state == State.IN_FORCE)
    found: MeasureRow | None = await work.db.scalar(query.limit(1))
    return found


async def is_held_otherwise(work: Work, row: MeasureRow) -> bool:
    """Whether another measure keeps the same message out of the room."""
    kinds = MeasureRow.kind.in_([MeasureKind.HIDE, MeasureKind.HOLD])
    its = MeasureRow.message_id == row.message_id, MeasureRow.id != row.id, kinds
    query = select(MeasureRow.id).where(*its, MeasureRow.state == State.IN_FORCE)
    return await work.db.scalar(query.limit(1)) is not None


async def holds_in_case(work: Work, case_id: CaseId) -> Sequence[MeasureRow]:
    """Messages that are out of sight until this case is decided."""
    its = MeasureRow.case_id == case_id, MeasureRow.kind == MeasureKind.HOLD
    query = select(MeasureRow).where(*its, MeasureRow.state == State.IN_FORCE)
    return (await work.db.scalars(query)).all()


async def decided_with_holds(work: Work) -> list[CaseId]:
    """Cases that are over, of which something is still out of sight as if they were not."""
    query = (
        select(MeasureRow.case_id)
        .join(CaseRow, CaseRow.id == MeasureRow.case_id)
        .where(MeasureRow.kind == MeasureKind.HOLD, MeasureRow.state == State.IN_FORCE)
        .where(CaseRow.state.not_in(UNDECIDED))
        .distinct()
    )
    return sorted(await work.db.scalars(query))


async def over_by_now(work: Work) -> list[MeasureId]:
    """Measures whose time is over and that nobody has ended yet."""
    kinds = MeasureRow.kind.in_([*TIMED, MeasureKind.SLOW])
    over = MeasureRow.state == State.IN_FORCE, kinds, MeasureRow.until <= work.clock.now()
    return list(await work.db.scalars(select(MeasureRow.id).where(*over).order_by(MeasureRow.id)))


async def are_words_over(work: Work) -> bool:
    """Whether words are hidden that nobody may ask back any more."""
    since = work.clock.now() - APPEAL_WITHIN
    old = await hidden_before(work, since)
    return bool(old) and not set(old) <= await may_be_asked_back(work, since)


async def to_be_carried_out(work: Work) -> list[MeasureId]:
    """Measures about words that a room has not been told of yet, or not of their end."""
    begun = and_(MeasureRow.state == State.IN_FORCE, MeasureRow.done_at.is_(None))
    ended = and_(
        MeasureRow.ended_how.in_([Ending.LIFTED, Ending.OVERTURNED]),
        MeasureRow.done_at.is_not(None),
        MeasureRow.undone_at.is_(None),
    )
    query = select(MeasureRow.id).where(MeasureRow.kind.in_(OF_WORDS), or_(begun, ended))
    return list(await work.db.scalars(query.order_by(MeasureRow.id)))


async def may_be_asked_back(work: Work, before: datetime) -> set[tuple[int, int]]:
    """Hidden words about which an appeal still waits, or nobody has decided, or whose time has not
    come yet.
    """
    waits = select(AppealRow.measure_id).where(AppealRow.judged_at.is_(None))
    undecided = and_(MeasureRow.kind == MeasureKind.HOLD, MeasureRow.state == State.IN_FORCE)
    young = or_(MeasureRow.at >= before, MeasureRow.ended_at >= before)
    kept = or_(young, undecided, MeasureRow.id.in_(waits))
    query = select(MeasureRow.room_id, MeasureRow.seq).where(MeasureRow.kind.in_(OF_WORDS), kept)
    return {(room_id, seq) for room_id, seq in await work.db.execute(query) if seq is not None}


async def could_agree(work: Work, kind: MeasureKind, asked_by: StaffId) -> int:
    """How many others there are on the roster who could be the second person."""
    if kind not in BY_TWO:
        return 0
    roles = [role for role, granted in MATRIX.items() if Permission.MEASURE_REMOVE in granted]
    others = StaffRow.removed_at.is_(None), StaffRow.role.in_(roles), StaffRow.id != asked_by
    return await work.db.scalar(select(func.count()).select_from(StaffRow).where(*others)) or 0
