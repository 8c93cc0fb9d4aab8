"""What is done about holds by the clock: they end, and words that were held go."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.erasing.holds.actions import look_after
from holdfast.erasing.holds.queries import OpenWork, is_any_held
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System


async def look_at_holds(workshop: Workshop, open_work: Sequence[OpenWork]) -> int:
    """End what is over; how many holds that was. Erasing goes on when it hears of it."""
    async with workshop.reading() as work:
        if not await is_any_held(work):
            return 0
    async with workshop.work() as work:
        ended = await look_after(work, System(), open_work=open_work)
    if ended:
        await workshop.database.forget_deleted()
    return ended
