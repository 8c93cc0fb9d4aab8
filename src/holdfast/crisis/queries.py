"""Reading escalations, the signals that raised them and the steps taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from holdfast.crisis.rules.steps import CLOCKS, seconds_left
from holdfast.crisis.tables import (
    ApprovalRow,
    EscalationRow,
    NoteRow,
    PacketRow,
    SignalRow,
    Stage,
    StepRow,
)
from holdfast.kit.ids import EscalationId, MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader, messages_before
from holdfast.messages.queries.held import held_among
from holdfast.messages.queries.lines import Line, line_of, said_among
from holdfast.rights.rules import MATRIX, Permission
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from holdfast.screening.concern import Concern
from holdfast.staff.tables import StaffRow

CONTEXT = 5  # lines of talk before the words that triggered
OPEN = EscalationRow.stage != Stage.CLOSED


@dataclass(frozen=True, slots=True)
class Summary:
    """An escalation as the queue shows it: how urgent, how long, with whom. No words."""

    id: EscalationId
    concern: Concern
    tracks: str
    stage: Stage
    version: int
    raised_at: datetime
    seconds_left: int
    room: str
    room_name: str
    pseudonym: str
    taken_by: StaffId | None
    taken_name: str
    claim_until: datetime | None
    joined_at: datetime | None
    second_by: StaffId | None
    side_space: str | None
    member_id: MemberId | None
    left_at: datetime | None
    left_how: str | None
    check_in_at: datetime | None
    review_at: datetime | None


@dataclass(frozen=True, slots=True)
class Sign:
    """One message in which the rules noticed something, opened for staff; covered until chosen."""

    line: Line | None
    concern: Concern
    held: bool
    noticed: list[tuple[str, int, int]]
    at: datetime


@dataclass(frozen=True, slots=True)
class Card:
    """All of one escalation that the named person needs."""

    summary: Summary
    signs: list[Sign]
    before: list[Line]
    steps: list[Step]
    approvals: list[ApprovalRow]
    packet: PacketRow | None


@dataclass(frozen=True, slots=True)
class Step:
    """What was done, by whom and when."""

    what: str
    at: datetime
    by: str
    code: str


async def open_escalations(work: Work) -> list[Summary]:
    """Every open escalation: the gravest first, then who waits longest."""
    return await _summaries(work, OPEN)


async def recent_escalations(work: Work, since: datetime | None = None) -> list[Summary]:
    """Those closed since then (in the last day), for reviews and hand-overs."""
    since = since or work.clock.now() - timedelta(days=1)
    return await _summaries(
        work, EscalationRow.stage == Stage.CLOSED, EscalationRow.closed_at >= since
    )


async def summary_of(work: Work, escalation_id: EscalationId) -> Summary | None:
    found = await _summaries(work, EscalationRow.id == escalation_id)
    return found[0] if found else None


async def _summaries(work: Work, *where: object) -> list[Summary]:
    beside = aliased(RoomRow)
    side = select(beside.slug).where(beside.id == EscalationRow.side_room_id).scalar_subquery()
    who = (
        select(SeatRow.pseudonym)
        .where(
            SeatRow.room_id == EscalationRow.room_id,
            SeatRow.member_id == EscalationRow.member_id,
        )
        .scalar_subquery()
    )
    query = (
        select(EscalationRow, RoomRow.slug, RoomRow.name, StaffRow.name, side, who)
        .join(RoomRow, RoomRow.id == EscalationRow.room_id)
        .outerjoin(StaffRow, StaffRow.id == EscalationRow.taken_by)
        .where(*where)  # type: ignore[arg-type]
        .order_by(EscalationRow.concern.desc(), EscalationRow.raised_at)
    )
    now = work.clock.now()
    return [_summary(now, row, shown) for row, *shown in await work.db.execute(query)]


def _summary(now: datetime, row: EscalationRow, shown: Sequence[str | None]) -> Summary:
    slug, name, staff, side, pseudonym = shown
    return Summary(
        id=row.id,
        concern=Concern(row.concern),
        tracks=row.tracks,
        stage=row.stage,
        version=row.version,
        raised_at=row.raised_at,
        seconds_left=seconds_left(row.raised_at, row.concern, now),
        room=slug or "",
        room_name=name or "",
        pseudonym=pseudonym or "",
        taken_by=row.taken_by,
        taken_name=staff or "",
        claim_until=row.claim_until,
        joined_at=row.joined_at,
        second_by=row.second_by,
        side_space=side,
        member_id=row.member_id,
        left_at=row.left_at,
        left_how=row.left_how,
        check_in_at=row.check_in_at,
        review_at=row.review_at,
    )


async def escalation_card(work: Work, reader: Reader, escalation_id: EscalationId) -> Card:
    """One escalation with its words. Who asks was let in by `escalation_to_see`."""
    summary = await summary_of(work, escalation_id)
    assert summary is not None  # noqa: S101 - the door found it
    signals = await signals_of(work, escalation_id)
    opened = await opened_lines(work, reader, [row.message_id for row in signals])
    signs = [
        Sign(
            opened.get(row.message_id),
            Concern(row.concern),
            row.held,
            [(rule, start, end) for rule, start, end in orjson.loads(row.noticed)],
            row.at,
        )
        for row in signals
    ]
    return Card(
        summary,
        signs,
        await _talk_before(work, reader, signals),
        await steps_of(work, escalation_id),
        await approvals_of(work, escalation_id),
        await packet_of(work, escalation_id),
    )


async def _talk_before(work: Work, reader: Reader, signals: Sequence[SignalRow]) -> list[Line]:
    """The last lines in the room before the newest words that triggered, in an open room."""
    if not signals:
        return []
    newest = signals[-1]
    kind = select(RoomRow.kind).where(RoomRow.id == newest.room_id)
    if (await work.db.execute(kind)).scalar_one() is not RoomKind.OPEN:
        return []
    talk = await messages_before(work, reader, newest.room_id, None, CONTEXT + 1)
    earlier = [m for m in talk if m.at < newest.at]
    return [line_of(m) for m in earlier[-CONTEXT:]]


async def opened_lines(
    work: Work, reader: Reader, ids: Sequence[MessageId]
) -> dict[MessageId, Line]:
    """These messages, whether they were said, held or given back."""
    held = {one.id: Line.of_held(one) for one in await held_among(work, reader, ids)}
    from_rooms = await said_among(work, reader, [one for one in ids if one not in held])
    return {**held, **from_rooms}


async def signals_of(work: Work, escalation_id: EscalationId) -> Sequence[SignalRow]:
    """What was noticed, oldest first."""
    query = select(SignalRow).where(SignalRow.escalation_id == escalation_id)
    return (await work.db.scalars(query.order_by(SignalRow.row))).all()


async def unjoined_signals(work: Work) -> Sequence[SignalRow]:
    """Signals that belong to no escalation yet, oldest first; kept from others while looked at."""
    query = select(SignalRow).where(SignalRow.escalation_id.is_(None)).order_by(SignalRow.row)
    return (await work.db.scalars(query.limit(200).with_for_update(skip_locked=True))).all()


async def open_escalation_of(work: Work, member_id: MemberId) -> EscalationRow | None:
    """The one open escalation of a member."""
    query = select(EscalationRow).where(EscalationRow.member_id == member_id, OPEN)
    found: EscalationRow | None = await work.db.scalar(query.with_for_update())
    return found


async def escalation_of_side_space(work: Work, room_id: RoomId) -> EscalationRow | None:
    """The newest escalation whose side space this is."""
    query = select(EscalationRow).where(EscalationRow.side_room_id == room_id)
    found: EscalationRow | None = await work.db.scalar(query.order_by(EscalationRow.id.desc()))
    return found


async def last_side_space(work: Work, member_id: MemberId) -> RoomId | None:
    """The side space a member has had before, to be used again."""
    query = select(EscalationRow.side_room_id).where(
        EscalationRow.member_id == member_id, EscalationRow.side_room_id.is_not(None)
    )
    return await work.db.scalar(query.order_by(EscalationRow.id.desc()).limit(1))


async def cared_for(work: Work) -> set[MemberId]:
    """Members whose words go to the side space first, until a person decides."""
    query = select(EscalationRow.member_id).where(
        OPEN, EscalationRow.concern == Concern.IMMEDIATE, EscalationRow.member_id.is_not(None)
    )
    return {one for one in await work.db.scalars(query) if one is not None}


async def seat_of(work: Work, member_id: MemberId, room_id: RoomId) -> SeatId | None:
    """A member's seat in a room."""
    query = select(SeatRow.id).where(SeatRow.member_id == member_id, SeatRow.room_id == room_id)
    return await work.db.scalar(query)


async def steps_of(work: Work, escalation_id: EscalationId) -> list[Step]:
    """Everything that was done, oldest first."""
    query = (
        select(StepRow, StaffRow.name)
        .outerjoin(StaffRow, StaffRow.id == StepRow.by)
        .where(StepRow.escalation_id == escalation_id)
        .order_by(StepRow.row)
    )
    rows = await work.db.execute(query)
    return [Step(row.what, row.at, name or "", row.code) for row, name in rows]


async def approvals_of(work: Work, escalation_id: EscalationId) -> list[ApprovalRow]:
    """What was asked for and is neither granted nor run out."""
    query = select(ApprovalRow).where(
        ApprovalRow.escalation_id == escalation_id,
        ApprovalRow.granted_at.is_(None),
        ApprovalRow.until > work.clock.now(),
    )
    return list(await work.db.scalars(query.order_by(ApprovalRow.row)))


async def packet_of(work: Work, escalation_id: EscalationId) -> PacketRow | None:
    """The newest handover packet."""
    query = select(PacketRow).where(PacketRow.escalation_id == escalation_id)
    found: PacketRow | None = await work.db.scalar(query.order_by(PacketRow.made_at.desc()))
    return found


async def roster(work: Work) -> int:
    """How many people there are who could be the second one."""
    roles = [role for role, given in MATRIX.items() if Permission.ESCALATION_CLOSE in given]
    query = select(func.count()).where(StaffRow.role.in_(roles), StaffRow.removed_at.is_(None))
    return (await work.db.execute(query)).scalar_one()


async def has_step(work: Work, escalation_id: EscalationId, what: str) -> bool:
    """Whether this was done with it."""
    query = select(StepRow.row).where(StepRow.escalation_id == escalation_id, StepRow.what == what)
    return await work.db.scalar(query.limit(1)) is not None


async def staff_in_seat(work: Work, seat_id: SeatId) -> StaffId | None:
    """The staff person in a seat."""
    return await work.db.scalar(select(SeatRow.staff_id).where(SeatRow.id == seat_id))


async def orphaned(work: Work) -> list[EscalationRow]:
    """Open escalations whose member was erased, not yet marked so."""
    query = select(EscalationRow).where(
        OPEN, EscalationRow.member_id.is_(None), EscalationRow.left_at.is_(None)
    )
    return list(await work.db.scalars(query))


async def shows_in_a_room(work: Work, escalation_id: EscalationId) -> tuple[RoomId, str] | None:
    """The open room that saw something immediate of this escalation, and who came."""
    query = (
        select(SignalRow.room_id, StaffRow.name)
        .join(EscalationRow, EscalationRow.id == SignalRow.escalation_id)
        .join(StaffRow, StaffRow.id == EscalationRow.taken_by)
        .join(RoomRow, RoomRow.id == SignalRow.room_id)
        .where(
            SignalRow.escalation_id == escalation_id,
            SignalRow.held.is_(False),
            RoomRow.kind == RoomKind.OPEN,
            EscalationRow.concern == Concern.IMMEDIATE,
        )
        .order_by(SignalRow.row.desc())
        .limit(1)
    )
    found = (await work.db.execute(query)).one_or_none()
    return None if found is None else (found[0], found[1])


async def due_check_ins(work: Work) -> Sequence[EscalationRow]:
    """Closed escalations whose promised check-in is due and was not yet begun."""
    query = select(EscalationRow).where(
        EscalationRow.check_in_at <= work.clock.now(), EscalationRow.checked_in_at.is_(None)
    )
    return (await work.db.scalars(query)).all()


async def overdue(work: Work) -> list[EscalationRow]:
    """Open ones that nobody has looked at within their clock."""
    query = select(EscalationRow).where(EscalationRow.stage == Stage.RAISED)
    now = work.clock.now()
    rows = (await work.db.scalars(query)).all()
    return [row for row in rows if row.raised_at + CLOCKS[Concern(row.concern)].seen < now]


async def unsigned_notes(work: Work) -> Sequence[NoteRow]:
    """Hand-overs between shifts that nobody has signed off."""
    query = select(NoteRow).where(NoteRow.signed_at.is_(None)).order_by(NoteRow.id.desc())
    return (await work.db.scalars(query)).all()
