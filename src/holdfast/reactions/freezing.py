"""What follows where somebody wants their words kept and not used, or takes that back.

| what happened | what follows |
|---|---|
| a member froze what is kept about them | their words are out of sight in every room |
| a member thawed it | they stand where they stood |

That nothing more is said into rooms meanwhile, every process knows by heart (`byheart.py`).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from holdfast.kit.errors import HoldfastError
from holdfast.kit.work import Event, Workshop
from holdfast.members.events import MemberFrozen, MemberThawed
from holdfast.messages.actions.freezing import carry_out_freezes
from holdfast.messages.ledger import Ledger
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System


class Freezing:
    """Sees that what is frozen lies apart, and that what is thawed is back."""

    def __init__(self, workshop: Workshop, ledger: Ledger, spawn: Spawn) -> None:
        self._ledger = ledger
        self._spawn = spawn
        self._carrying = asyncio.Lock()
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        if isinstance(event, MemberFrozen | MemberThawed):
            self._spawn(self.look())

    async def begin(self) -> None:
        """What is to be out of sight is, before anybody comes in: also in a restored place."""
        with suppress(HoldfastError):
            await self.look()

    async def look(self) -> None:
        """One at a time. By the clock, what a stop cut off, and what came back into a room."""
        async with self._carrying:
            await carry_out_freezes(self._ledger, System())
