"""What is done about break-glass by the clock."""

from __future__ import annotations

from holdfast.kit.work import Workshop
from holdfast.listening.glass.actions import tell_those_due
from holdfast.listening.glass.queries import is_anything_due
from holdfast.rights.rules import System


async def look_after_glass(workshop: Workshop) -> int:
    """Close what is over, tell who is to be told; of how many openings."""
    async with workshop.reading() as work:
        if not await is_anything_due(work):
            return 0
    async with workshop.work() as work:
        return await tell_those_due(work, System())
