"""What follows from measures: hushes and pauses hold at once, rooms and members are told.

| what happened | what follows |
|---|---|
| a seat may not write, or may again | every word of it is answered so from now on; it is told |
| a member may not come in, or may again | the same; their lines lose every open room |
| a measure about words began or ended | the room is told, in its own order |
| a case was decided | what was out of sight until then comes back, unless it was hidden |
| a member went for good | nothing is remembered of them: their number may be somebody else's |
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from holdfast.kit.clock import stamp
from holdfast.kit.ids import CaseId, MemberId
from holdfast.kit.work import Event, Workshop
from holdfast.members.events import MemberErased
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
from holdfast.rights.rules import System
from holdfast.rooms.events import MemberStopped, SeatStopped
from holdfast.rooms.queries.stops import hushes, pauses
from holdfast.rooms.rules.stops import WHERE, Stop

Spawn = Callable[[Coroutine[Any, Any, None]], None]
TellIn = Callable[[MemberId, str, dict[str, Any]], None]


class Measures:
    """Hears what moderators decide and sees that it holds."""

    def __init__(self, workshop: Workshop, ledger: Ledger, tell: TellIn, spawn: Spawn) -> None:
        self._workshop = workshop
        self._ledger = ledger
        self._tell = tell
        self._spawn = spawn
        self._carrying = asyncio.Lock()
        self._table: dict[type[Event], Callable[[Any], None]] = {
            SeatStopped: self._seat_stopped,
            MemberStopped: self._member_stopped,
            MeasureTaken: self._changed,
            MeasureEnded: self._changed,
            MeasureOverturned: lambda _: self._spawn(self._carry_out()),
            CaseChanged: self._case_changed,
            MemberErased: self._member_erased,
        }
        workshop.hearers.append(self.hear)

    async def begin(self) -> None:
        """Know who may not write or come in before anybody does; take up what a stop left."""
        async with self._workshop.reading() as work:
            self._ledger.hushes = await hushes(work)
            self._ledger.pauses = await pauses(work)
        await self._carry_out()

    def hear(self, event: Event) -> None:
        """Look the event up in the table."""
        if (follow := self._table.get(type(event))) is not None:
            follow(event)

    async def look(self) -> None:
        """What is over by the clock; and what a stop or a doubt left undone."""
        await look_at_measures(self._workshop)
        await self._carry_out()

    async def _carry_out(self) -> None:
        """One at a time, so that nothing is done twice."""
        async with self._carrying:
            await carry_out_all(self._ledger)

    def _seat_stopped(self, event: SeatStopped) -> None:
        if event.stop is None:
            self._ledger.hushes.pop(event.seat_id, None)
            return
        self._ledger.hushes[event.seat_id] = event.stop
        if event.member_id is not None:
            self._tell(event.member_id, event.slug, hushed(event.stop))

    def _member_stopped(self, event: MemberStopped) -> None:
        if event.stop is None:
            self._ledger.pauses.pop(event.member_id, None)
        else:
            self._ledger.pauses[event.member_id] = event.stop

    def _member_erased(self, event: MemberErased) -> None:
        self._ledger.pauses.pop(event.member_id, None)

    def _changed(self, event: MeasureTaken | MeasureEnded) -> None:
        if event.kind in OF_WORDS:
            self._spawn(self._carry_out())

    def _case_changed(self, event: CaseChanged) -> None:
        if event.what == "decided":
            self._spawn(self._end_holds(event.id))

    async def _end_holds(self, case_id: CaseId) -> None:
        async with self._workshop.work() as work:
            await end_holds(work, System(), case_id=case_id)


def hushed(stop: Stop) -> dict[str, Any]:
    """The event that tells a member so: the rule by its code, until when, and where to appeal."""
    until = stamp(stop.until) if stop.until is not None else None
    return {"event": "hushed", "why": stop.rule, "until": until, "appeal": WHERE}
