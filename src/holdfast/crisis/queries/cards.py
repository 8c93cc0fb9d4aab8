"""One escalation with its words, its steps and its papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson
from msgspec import Struct
from sqlalchemy import select

from holdfast.crisis.queries.escalations import Summary, summary_of
from holdfast.crisis.rules.steps import may_take
from holdfast.crisis.tables import (
    ApprovalRow,
    EscalationRow,
    PacketRow,
    SignalRow,
    StepRow,
)
from holdfast.kit.ids import EscalationId, MessageId, RoomId, StaffId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader, messages_before
from holdfast.messages.queries.held import held_among
from holdfast.messages.queries.lines import Line, held_apart, line_of, said_among
from holdfast.rights.rules import Actor, Staff
from holdfast.rooms.tables import RoomKind, RoomRow
from holdfast.screening.concern import Concern
from holdfast.staff.tables import StaffRow

CONTEXT = 5  # lines of talk before the words that triggered


class Sign(Struct, frozen=True):
    """One message in which the rules noticed something, opened for staff; covered until chosen."""

    line: Line | None
    concern: Concern
    held: bool
    noticed: list[tuple[str, int, int]]
    at: datetime
    room_id: RoomId


class Request(Struct, frozen=True):
    """What one person asked for and a second one may grant."""

    row: int
    what: str
    reason: str
    asked_by: StaffId
    until: datetime


class Card(Struct, frozen=True):
    """All of one escalation that the named person needs."""

    summary: Summary
    room_id: RoomId | None  # where the newest words that triggered were said
    signs: list[Sign]
    before: list[Line]
    steps: list[Step]
    approvals: list[Request]
    packet: PacketRow | None


class Step(Struct, frozen=True):
    """What was done, by whom and when."""

    what: str
    at: datetime
    by: str
    code: str


async def escalation_card(work: Work, reader: Reader, escalation_id: EscalationId) -> Card:
    """One escalation with its words. Who asks was let in by `escalation_to_see`.

    Words said in danger stay with who may go to it, also when it was lowered since.
    """
    summary = await summary_of(work, escalation_id)
    assert summary is not None  # noqa: S101 - the door found it
    signals = await signals_of(work, escalation_id)
    theirs = [row for row in signals if _may_open(reader.actor, row.concern)]
    opened = await opened_lines(work, reader, [row.message_id for row in theirs])
    signs = [
        Sign(
            opened.get(row.message_id),
            Concern(row.concern),
            row.held,
            [(rule, start, end) for rule, start, end in orjson.loads(row.noticed)],
            row.at,
            row.room_id,
        )
        for row in signals
    ]
    return Card(
        summary,
        signals[-1].room_id if signals else None,
        signs,
        await _talk_before(work, reader, signals),
        await steps_of(work, escalation_id),
        await approvals_of(work, escalation_id),
        await packet_of(work, escalation_id),
    )


def _may_open(actor: Actor, concern: int) -> bool:
    return isinstance(actor, Staff) and may_take(actor, concern)


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
    """These messages: said, held, given back, or erased by their author and held up."""
    held = {one.id: Line.of_held(one) for one in await held_among(work, reader, ids)}
    from_rooms = await said_among(work, reader, [one for one in ids if one not in held])
    found = {**held, **from_rooms}
    return found | await held_apart(work, reader, found)


async def signals_of(work: Work, escalation_id: EscalationId) -> Sequence[SignalRow]:
    """What was noticed, oldest first."""
    query = select(SignalRow).where(SignalRow.escalation_id == escalation_id)
    return (await work.db.scalars(query.order_by(SignalRow.row))).all()


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


async def approvals_of(work: Work, escalation_id: EscalationId) -> list[Request]:
    """What was asked for and is neither granted nor run out."""
    query = select(ApprovalRow).where(
        ApprovalRow.escalation_id == escalation_id,
        ApprovalRow.granted_at.is_(None),
        ApprovalRow.until > work.clock.now(),
    )
    found = await work.db.scalars(query.order_by(ApprovalRow.row))
    return [Request(a.row, a.what, a.reason, a.asked_by, a.until) for a in found]


async def packet_of(work: Work, escalation_id: EscalationId) -> PacketRow | None:
    """The newest handover packet."""
    query = select(PacketRow).where(PacketRow.escalation_id == escalation_id)
    found: PacketRow | None = await work.db.scalar(query.order_by(PacketRow.made_at.desc()))
    return found


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
