"""The only door to an escalation, for an id that came from outside."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.crisis.queries import escalation_of_side_space
from holdfast.crisis.rules.steps import AlreadyDone, is_claimed, may_take
from holdfast.crisis.tables import EscalationRow, Stage
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import EscalationId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Member, Permission, Staff, may
from holdfast.rooms.access import seat_in


def escalations_to_see(actor: Actor) -> None:
    """Raises `NotFound` for who has no business at the desk."""
    if not isinstance(actor, Staff) or not may(actor, Permission.ESCALATION_SEE):
        raise NotFound


async def escalation_to_see(work: Work, actor: Actor, escalation_id: int) -> EscalationRow:
    """An escalation, for someone at the desk. Raises `NotFound`: absent and forbidden alike."""
    escalations_to_see(actor)
    query = select(EscalationRow).where(EscalationRow.id == EscalationId(escalation_id))
    row: EscalationRow | None = await work.db.scalar(query.with_for_update(key_share=True))
    if row is None:
        raise NotFound
    return row


async def escalation_to_read(work: Work, actor: Actor, escalation_id: int) -> EscalationRow:
    """One whose words this person may read: they could take it. Raises `NotFound`."""
    row = await escalation_to_see(work, actor, escalation_id)
    assert isinstance(actor, Staff)  # noqa: S101 - the door before let nobody else through
    if not may_take(actor, row.concern):
        raise NotFound
    return row


async def escalation_to_take(work: Work, actor: Actor, escalation_id: int) -> EscalationRow:
    """One that is open and in nobody else's hands. Raises `NotFound`, `AlreadyDone`."""
    row = await escalation_to_read(work, actor, escalation_id)
    if row.stage is Stage.CLOSED:
        raise AlreadyDone
    assert isinstance(actor, Staff)  # noqa: S101
    if row.taken_by != actor.id and is_claimed(row.taken_by, row.claim_until, work.clock.now()):
        raise AlreadyDone
    return row


async def own_escalation(
    work: Work, actor: Actor, escalation_id: int, permission: Permission
) -> EscalationRow:
    """One that is in this person's hands, open. Raises `NotFound`, `AlreadyDone`."""
    row = await escalation_to_read(work, actor, escalation_id)
    if not may(actor, permission) and row.concern > 1:
        raise NotFound
    if row.stage is Stage.CLOSED:
        raise AlreadyDone
    assert isinstance(actor, Staff)  # noqa: S101
    if actor.id not in (row.taken_by, row.second_by):
        raise AlreadyDone
    return row


async def my_escalation(work: Work, actor: Member, slug: str) -> EscalationRow:
    """The escalation whose side space I sit in, as the member. Raises `NotFound`."""
    seat = await seat_in(work, actor, slug)
    row = await escalation_of_side_space(work, seat.room_id)
    if row is None or row.member_id != actor.id:
        raise NotFound
    return row
