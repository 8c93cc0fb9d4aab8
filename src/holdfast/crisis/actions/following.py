"""What was promised for later: the check-in, the second person, the review."""

from __future__ import annotations

from holdfast.crisis.actions.raising import call_someone
from holdfast.crisis.actions.steps import note_step
from holdfast.crisis.queries import alone, due_check_ins, due_reviews, let_lie
from holdfast.crisis.rules.steps import SECOND_CALLED
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.ids import RoomId
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Work
from holdfast.notices.actions import page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import System
from holdfast.staff.queries import name_of

CHECK_IN, REVIEW = "check_in_due", "review_due"


async def follow_up(work: Work, actor: System) -> list[tuple[RoomId, str]]:
    """Do what is due by now, once. The side spaces in which a line waits, and who asks there."""
    await take_turn(work, Turn.FOLLOW_UP)
    for row in await alone(work):
        await note_step(work, None, row, SECOND_CALLED)
        about = f"escalation:{row.id}:second"
        await page_people(work, actor, about=about, urgency=Urgency.HIGH)
    for row in await let_lie(work):
        await call_someone(work, actor, row)
    for row in await due_reviews(work):
        row.review_at = None
        await note_step(work, None, row, REVIEW)
        about = f"escalation:{row.id}:review"
        await page_people(work, actor, about=about, urgency=Urgency.HIGH)
    return [await _ask_again(work, actor, row) for row in await due_check_ins(work)]


async def _ask_again(work: Work, actor: System, row: EscalationRow) -> tuple[RoomId, str]:
    row.checked_in_at, row.version = work.clock.now(), row.version + 1
    await note_step(work, None, row, CHECK_IN)
    about = f"escalation:{row.id}:check-in"
    await page_people(work, actor, about=about, urgency=Urgency.HIGH)
    person = await name_of(work, row.taken_by) if row.taken_by is not None else ""
    assert row.side_room_id is not None  # noqa: S101 - only those with one are asked for
    return row.side_room_id, person
