"""Ending a measure: by hand, by the clock, or because its case was decided another way."""

from __future__ import annotations

from holdfast.kit.errors import Conflict
from holdfast.kit.ids import CaseId, MeasureId
from holdfast.kit.work import Work
from holdfast.messages.actions import forget_hidden
from holdfast.messages.queries.hidden import hidden_before
from holdfast.moderation.access.measures import (
    measure_in_hand,
    measure_to_agree,
    measure_to_lift,
)
from holdfast.moderation.actions.enforcing import end
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.queries.cases import hold_case
from holdfast.moderation.queries.measures import holds_in_case, may_be_asked_back
from holdfast.moderation.rules.appeals import APPEAL_WITHIN
from holdfast.moderation.rules.measures import TAKEN_BACK, Ending, MeasureKind, MeasureState
from holdfast.moderation.tables import CaseRow, MeasureRow
from holdfast.rights.rules import Actor, Staff, System


async def lift_measure(work: Work, actor: Actor, *, measure_id: int) -> MeasureRow:
    """Take a measure back: what it took is given back. Raises `NotFound`, `AlreadyDone`.

    One that waits for its second person is taken back before it began.
    """
    staff, row = await measure_to_lift(work, actor, measure_id)
    if row.kind not in TAKEN_BACK:
        raise Conflict  # what was said is said
    await end(work, staff, row, Ending.LIFTED)
    await _note(work, staff, row, "lifted")
    return row


async def decline_measure(work: Work, actor: Actor, *, measure_id: int) -> MeasureRow:
    """Be the second person who says no: it never begins, and its case is open as before.

    Raises `NotFound`, `NotPermitted`, `NeedsTwo` for one's own, `AlreadyDone`.
    """
    staff, row = await measure_to_agree(work, actor, measure_id)
    await end(work, staff, row, Ending.NOT_AGREED)
    await _note(work, staff, row, "not_agreed")
    return row


async def end_when_over(work: Work, actor: System, *, measure_id: MeasureId) -> None:
    """A measure whose time is over holds no longer; looking again changes nothing."""
    row = await measure_in_hand(work, measure_id)
    over = row.until is not None and row.until <= work.clock.now()
    if over and row.state is MeasureState.IN_FORCE:
        await end(work, actor, row, Ending.TIME)


async def forget_old_words(work: Work, actor: System) -> None:
    """Hidden words that nobody may ask back any more go for good."""
    since = work.clock.now() - APPEAL_WITHIN
    kept = await may_be_asked_back(work, since)
    for room_id, seq in await hidden_before(work, since):
        if (room_id, seq) not in kept:
            await forget_hidden(work, actor, room_id=room_id, seq=seq)


async def end_holds(work: Work, actor: System, *, case_id: CaseId) -> None:
    """The case is decided: what was out of sight until then comes back, unless it was hidden."""
    await hold_case(work, case_id)
    for row in await holds_in_case(work, case_id):
        await end(work, actor, row, Ending.LIFTED)


async def note_gone(work: Work, actor: System, *, row: MeasureRow) -> None:
    """The words it is about were taken back meanwhile: there is nothing left to do."""
    row.done_at = row.undone_at = work.clock.now()
    if row.state is MeasureState.IN_FORCE and row.kind is not MeasureKind.NOTE:
        await end(work, actor, row, Ending.GONE)


async def _note(work: Work, staff: Staff, row: MeasureRow, what: str) -> None:
    case = await work.db.get_one(CaseRow, row.case_id)  # the door has it in hand
    await note_step(work, staff, case, what, code=row.kind.value)
