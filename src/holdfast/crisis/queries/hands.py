"""Who had an escalation in their hands, and how grave uncovered words were: to care for them."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.crisis.rules.steps import HANDLING
from holdfast.crisis.tables import EscalationRow, SignalRow, StepRow
from holdfast.kit.ids import EscalationId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.messages.tables import HeldRow, MessageRow, Why
from holdfast.screening.concern import Concern

ROUGH = frozenset({Why.CONCERN, Why.CARE, Why.CONDUCT, Why.METHOD})  # hard to read, if held so


class Weight(Struct, frozen=True):
    """What uncovered words weigh: their concern, whose escalation they belong to, how plain."""

    concern: Concern
    escalation: EscalationId | None
    says_how: bool
    is_hard: bool = True  # a held telephone number is not


async def hands_in(work: Work, escalation_id: EscalationId) -> tuple[Concern, list[StaffId]]:
    """The gravest it ever was, and everyone who took it or went to the member."""
    row = await work.db.get_one(EscalationRow, escalation_id)
    theirs = SignalRow.escalation_id == escalation_id
    signalled = await work.db.scalar(select(func.max(SignalRow.concern)).where(theirs))
    took = select(StepRow.by).where(
        StepRow.escalation_id == escalation_id, StepRow.what.in_(HANDLING), StepRow.by.is_not(None)
    )
    people = [one for one in await work.db.scalars(took.distinct()) if one is not None]
    return Concern(max(row.concern, signalled or 0)), sorted(people)


async def weight_of_words(work: Work, *, room_id: RoomId, seq: int, seat_id: SeatId) -> Weight:
    """What one uncovered message weighs: one in its room, or the newest that a seat has held."""
    message_id = await _message(work, room_id, seq, seat_id)
    if message_id is None:
        return Weight(Concern.NONE, None, False)
    noticed = select(func.max(SignalRow.concern), func.max(SignalRow.escalation_id)).where(
        SignalRow.message_id == message_id
    )
    concern, escalation = (await work.db.execute(noticed)).one()
    why = await work.db.scalar(select(HeldRow.why).where(HeldRow.message_id == message_id))
    is_hard = bool(concern) or why is None or why in ROUGH
    return Weight(Concern(concern or 0), escalation, why is Why.METHOD, is_hard)


async def _message(work: Work, room_id: RoomId, seq: int, seat_id: SeatId) -> MessageId | None:
    if seq:
        said = MessageRow.room_id == room_id, MessageRow.seq == seq
        return await work.db.scalar(select(MessageRow.id).where(*said))
    held = HeldRow.room_id == room_id, HeldRow.seat_id == seat_id
    newest = select(HeldRow.message_id).where(*held).order_by(HeldRow.held_at.desc()).limit(1)
    return await work.db.scalar(newest)
