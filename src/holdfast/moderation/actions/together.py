"""Several measures about one seat at once, as where a whole cohort is taken back."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.kit.ids import MeasureId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.moderation.access import cases_to_see
from holdfast.moderation.actions.deciding import decide_case
from holdfast.moderation.actions.enforcing import begin
from holdfast.moderation.actions.joining import open_case
from holdfast.moderation.actions.measures import Wish, drawn_up, seal_words
from holdfast.moderation.actions.steps import note_step
from holdfast.moderation.rules.cases import Outcome
from holdfast.moderation.rules.measures import AlreadyStopped
from holdfast.rights.rules import Actor
from holdfast.sealing.seam import Keyring


async def take_measures_here(
    work: Work,
    actor: Actor,
    keyring: Keyring,
    *,
    room_id: RoomId,
    seat_id: SeatId,
    wishes: Sequence[Wish],
) -> list[MeasureId]:
    """Measures that one person may take alone, under one case, which they decide.

    What holds already is left out. Raises what `take_measure` raises; then nothing is done.
    """
    staff = cases_to_see(actor)
    case = await open_case(work, staff, room_id=room_id, seat_id=seat_id)
    taken = []
    for wish in wishes:
        try:
            row = await drawn_up(work, staff, case, wish)
        except AlreadyStopped:
            continue
        await seal_words(work, staff, keyring, row=row, wish=wish)
        work.db.add(row)
        await work.db.flush()
        await note_step(work, staff, case, "measure", code=wish.kind.value)
        await begin(work, staff, row)
        taken.append(row.id)
    if taken:
        await decide_case(
            work, staff, case_id=case.id, version=case.version, outcome=Outcome.MEASURE
        )
    return taken
