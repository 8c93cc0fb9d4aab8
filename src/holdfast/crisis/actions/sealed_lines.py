"""The sealed line of the member in an escalation: asked for, agreed to by a second, read."""

from __future__ import annotations

from holdfast.crisis.access import escalation_to_read, own_escalation
from holdfast.crisis.events import EscalationChanged
from holdfast.crisis.rules.steps import AlreadyDone
from holdfast.crisis.tables import EscalationRow, Stage, StepRow
from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotFound
from holdfast.kit.ids import OpeningId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, Permission, Staff
from holdfast.screening.concern import Concern
from holdfast.staff.access import fresh_staff
from holdfast.wellbeing.actions import approve_opening, ask_to_open_line, open_line
from holdfast.wellbeing.queries import opening_asked


async def ask_for_line(
    work: Work, actor: Actor, root: RootKey, *, escalation_id: int, reason: str
) -> OpeningId:
    """Ask for it, as one of those in whose hands the escalation is. Only at immediate.

    Raises `NotFound` where the member left no line, `NotImmediate`, `NoReason`, `AlreadyDone`,
    `FreshSignInNeeded`.
    """
    row = await own_escalation(work, actor, escalation_id, Permission.SEALED_LINE_OPEN)
    actor = fresh_staff(work, actor)
    if row.member_id is None:
        raise AlreadyDone
    opening = await ask_to_open_line(
        work,
        actor,
        root=root,
        member_id=row.member_id,
        escalation_id=row.id,
        concern=Concern(row.concern),
        reason=reason,
    )
    _note(work, actor, row, "line_asked")
    return opening


async def agree_to_line(
    work: Work, actor: Actor, root: RootKey, *, escalation_id: int, opening: int
) -> None:
    """Be the second person who says yes, having read the reason."""
    row, staff = await _open_one(work, actor, root, escalation_id, opening)
    fresh_staff(work, staff)
    await approve_opening(
        work, staff, root=root, opening_id=OpeningId(opening), concern=Concern(row.concern)
    )
    _note(work, staff, row, "line_agreed")


async def read_line(
    work: Work, actor: Actor, root: RootKey, *, escalation_id: int, opening: int
) -> str:
    """The line, for either of the two. The member sees from now on who read it, and why."""
    row, staff = await _open_one(work, actor, root, escalation_id, opening)
    words = await open_line(
        work, staff, root=root, opening_id=OpeningId(opening), concern=Concern(row.concern)
    )
    _note(work, staff, row, "line_read")
    return words


async def _open_one(
    work: Work, actor: Actor, root: RootKey, escalation_id: int, opening: int
) -> tuple[EscalationRow, Staff]:
    """The escalation, open, and with this opening as its newest. Raises `NotFound`."""
    row = await escalation_to_read(work, actor, escalation_id)
    assert isinstance(actor, Staff)  # noqa: S101
    if row.stage is Stage.CLOSED or row.member_id is None:
        raise AlreadyDone
    asked = await opening_asked(work, root, actor, member_id=row.member_id, escalation_id=row.id)
    if asked is None or asked.id != opening:
        raise NotFound
    return row, actor


def _note(work: Work, actor: Staff, row: EscalationRow, what: str) -> None:
    """A step on the card. The record has a row of its own, from where the line is kept."""
    row.version += 1
    step = StepRow(escalation_id=row.id, what=what, at=work.clock.now(), by=actor.id)
    work.db.add(step)
    work.announce(EscalationChanged(row.id, row.version, what))
