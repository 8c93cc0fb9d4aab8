"""What follows from what happens with circles.

| what happened | what follows |
|---|---|
| who sits in a circle, its theme or its host is another | those in its room see it |
| somebody goes for good | what they wished goes at once, with its words and their key |
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.circles.actions.wishing import end_wish
from holdfast.circles.events import CircleChanged
from holdfast.circles.queries.wishes import own_wish, who_goes
from holdfast.erasing.events import ErasureBegun
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Event, Workshop
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System
from holdfast.rooms.tables import RoomState

Say = Callable[[RoomId, str, dict[str, Any]], None]


class Circles:
    """Hears what became of a circle, and who goes."""

    def __init__(self, workshop: Workshop, say: Say, spawn: Spawn) -> None:
        self._workshop = workshop
        self._say = say
        self._spawn = spawn
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """What this process did."""
        match event:
            case CircleChanged():
                self._say(event.room_id, "room_changed", {"state": RoomState.LIVE.value})
            case ErasureBegun():
                self._spawn(self._forget_wish(event.erasure_id))

    async def _forget_wish(self, erasure_id: int) -> None:
        async with self._workshop.work() as work:
            who = await who_goes(work, erasure_id)
            wish = None if who is None else await own_wish(work, who)
            if wish is not None:
                await end_wish(work, System(), row=wish, placed=False)
