"""What follows from measures. That hushes and pauses hold, every process knows by heart.

| what happened | what follows |
|---|---|
| a measure about words began or ended | the room is told, in its own order |
| a case was decided | what was out of sight until then comes back, unless it was hidden |
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from holdfast.kit.ids import CaseId
from holdfast.kit.work import Event, Workshop
from holdfast.messages.ledger import Ledger
from holdfast.moderation.actions.lifting import end_holds
from holdfast.moderation.events import (
    CaseChanged,
    MeasureEnded,
    MeasureOverturned,
    MeasureTaken,
)
from holdfast.moderation.jobs import carry_out_all, look_at_measures
from holdfast.moderation.rules.measures import OF_WORDS
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System


class Measures:
    """Hears what moderators decide and sees that it is done."""

    def __init__(self, workshop: Workshop, ledger: Ledger, spawn: Spawn) -> None:
        self._workshop = workshop
        self._ledger = ledger
        self._spawn = spawn
        self._carrying = asyncio.Lock()
        self._table: dict[type[Event], Callable[[Any], None]] = {
            MeasureTaken: self._changed,
            MeasureEnded: self._changed,
            MeasureOverturned: lambda _: self._spawn(self.carry_out()),
            CaseChanged: self._case_changed,
        }
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """Look the event up in the table."""
        if (follow := self._table.get(type(event))) is not None:
            follow(event)

    async def look(self) -> None:
        """What is over by the clock; and what a stop or a doubt left undone."""
        await look_at_measures(self._workshop)
        await self.carry_out()

    async def carry_out(self) -> None:
        """One at a time, so that nothing is done twice."""
        async with self._carrying:
            await carry_out_all(self._ledger)

    def _changed(self, event: MeasureTaken | MeasureEnded) -> None:
        if event.kind in OF_WORDS:
            self._spawn(self.carry_out())

    def _case_changed(self, event: CaseChanged) -> None:
        if event.what == "decided":
            self._spawn(self._end_holds(event.id))

    async def _end_holds(self, case_id: CaseId) -> None:
        async with self._workshop.work() as work:
            await end_holds(work, System(), case_id=case_id)
