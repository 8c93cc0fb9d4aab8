"""What rooms do by the clock: become what the rota says, without anyone asking."""

from __future__ import annotations

from holdfast.kit.work import Workshop
from holdfast.rights.rules import System
from holdfast.rooms.actions.states import settle_states
from holdfast.rooms.queries.states import unsettled_rooms


async def settle(workshop: Workshop, *, covered: bool = True, detector_ok: bool = True) -> bool:
    """Settle the states of all rooms; whether any changed. Takes no pen where nothing is to do."""
    async with workshop.reading() as work:
        if not await unsettled_rooms(work, covered=covered, detector_ok=detector_ok):
            return False
    async with workshop.work() as work:
        await settle_states(work, System(), covered=covered, detector_ok=detector_ok)
    return True
