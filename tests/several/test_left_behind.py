"""What one process noticed and cannot see to any more is seen to by any other."""

from __future__ import annotations

from sqlalchemy import select

from crisis.voice import GOODBYE, speak
from holdfast.crisis.tables import EscalationRow
from several.conftest import Two
from town import StillClock, on_postgresql

pytestmark = on_postgresql


async def test_a_concern_that_its_process_left_is_taken_up_by_any_other(
    two: Two, clock: StillClock
) -> None:
    async def escalations() -> int:
        async with two.here.workshop.reading() as work:
            return len((await work.db.scalars(select(EscalationRow))).all())

    two.here.ledger.noticed = lambda: None  # it was cut off as soon as the words were on disk
    await speak(two.town, two.town.ash, GOODBYE)
    await two.there.reactions.look_here()
    assert await escalations() == 0  # it may be under way
    clock.pass_time(seconds=3)
    await two.there.reactions.look_here()
    await two.there.reactions.look_here()
    assert await escalations() == 1
