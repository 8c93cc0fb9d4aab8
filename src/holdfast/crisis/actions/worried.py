"""A person saw what no rule reads: a member is worried, or a moderator passes somebody on."""

from __future__ import annotations

from holdfast.crisis.actions.raising import raise_concern
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.tables import EscalationRow, SignalRow
from holdfast.kit.ids import MemberId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff, System
from holdfast.screening.concern import Concern

NO_MESSAGE = MessageId(b"")
WORRIED, PASSED = "worried", "passed_by_moderator"  # steps; in a sign, in the place of a rule


async def hear_worry(
    work: Work,
    actor: System,
    *,
    member_id: MemberId,
    seat_id: SeatId,
    room_id: RoomId,
    message_id: MessageId | None = None,
) -> EscalationRow:
    """A member is worried about another: at watch, or one more sign in what is open already.

    Who is worried stands nowhere here.
    """
    sign = SignalRow(
        member_id=member_id,
        seat_id=seat_id,
        room_id=room_id,
        message_id=message_id or NO_MESSAGE,
        concern=int(Concern.WATCH),
        tracks="",
        noticed=f'[["{WORRIED}",0,0]]',
        held=False,
        at=work.clock.now(),
    )
    row = await _raise(work, actor, sign)
    await note_step(work, None, row, WORRIED)
    return row


async def pass_to_crisis(
    work: Work, actor: Staff, *, member_id: MemberId, seat_id: SeatId, room_id: RoomId
) -> EscalationRow:
    """A moderator passes somebody to those who may go to them: at high, so people are called."""
    sign = SignalRow(
        member_id=member_id,
        seat_id=seat_id,
        room_id=room_id,
        message_id=NO_MESSAGE,
        concern=int(Concern.HIGH),
        tracks="",
        noticed=f'[["{PASSED}",0,0]]',
        held=False,
        at=work.clock.now(),
    )
    row = await _raise(work, System(), sign)
    await note_step(work, actor, row, PASSED)
    return row


async def _raise(work: Work, actor: System, sign: SignalRow) -> EscalationRow:
    """The sign and what follows from it, in one transaction."""
    work.db.add(sign)
    await work.db.flush()
    row = await raise_concern(work, actor, sign)
    sign.escalation_id = row.id
    return row
