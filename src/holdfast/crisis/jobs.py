"""What the care for people in danger does by the clock."""

from __future__ import annotations

from holdfast.crisis.actions import follow_up
from holdfast.crisis.queries import anything_due
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System


async def look_after(workshop: Workshop) -> list[tuple[RoomId, str]]:
    """Do what is due; where a line waits for a member, and who asks. Mostly nothing is."""
    async with workshop.reading() as work:
        if not await anything_due(work):
            return []
    async with workshop.work() as work:
        return await follow_up(work, System())
