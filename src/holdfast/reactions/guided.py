"""What follows in rooms: those in them are told what is new, and staff off shift stand up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from holdfast.kit.clock import stamp
from holdfast.kit.ids import RoomId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Workshop
from holdfast.messages.actions.guiding import close_empty_rooms
from holdfast.messages.events import MessageRemoved
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Announce
from holdfast.messages.queries.guiding import empty_second_rooms, pinned_and_gone
from holdfast.rights.rules import System
from holdfast.rooms.actions import unpin_gone
from holdfast.rooms.events import RoomGuided
from holdfast.rooms.jobs import end_what_stood, stand_up
from holdfast.rooms.queries.guiding import standing_everywhere
from holdfast.rooms.rules.guiding import Guidance
from holdfast.rooms.rules.states import RoomState

Here = Callable[[RoomId], int]


class GuidedRooms:
    """Hears what staff do in rooms, and looks after what ends there by the clock."""

    def __init__(self, workshop: Workshop, ledger: Ledger, here: Here) -> None:
        self._workshop = workshop
        self._ledger = ledger
        self._here = here  # how many seats of a room are connected now

    async def begin(self) -> None:
        """Know which rooms are slow, and which are closed, before anybody writes."""
        async with self._workshop.reading() as work:
            slow = await standing_everywhere(work, Guidance.SLOW)
            closed = await standing_everywhere(work, Guidance.CLOSED)
        now = self._workshop.clock.now()
        self._ledger.slow = {
            row.room_id: int(row.value) for row in slow if row.until is None or row.until > now
        }
        self._ledger.states.update({row.room_id: (RoomState.CLOSED, None) for row in closed})

    def changed(self, event: RoomGuided) -> None:
        """Tell the room what is new about it, in its own order."""
        if seconds := event.facts.get("slow"):
            self._ledger.slow[event.room_id] = seconds
        elif "slow" in event.facts:
            self._ledger.slow.pop(event.room_id, None)
        facts: dict[str, Any] = {"state": event.state.value}
        if event.until is not None:
            facts["until"] = stamp(event.until)
        at = to_millis(self._ledger.clock.now())
        self._ledger.enter(Announce(event.room_id, at, "room_changed", {**facts, **event.facts}))

    async def rota_changed(self) -> None:
        """Somebody came on shift or went: who went sits in no open room."""
        await stand_up(self._workshop)

    async def removed(self, entry: MessageRemoved) -> None:
        """What was taken back or hidden is pinned no longer."""
        async with self._workshop.reading() as work:
            pins = await standing_everywhere(work, Guidance.PINNED)
        if any((pin.room_id, pin.value) == (entry.room_id, str(entry.of)) for pin in pins):
            async with self._workshop.work() as work:
                await unpin_gone(work, System(), room_id=entry.room_id, seq=entry.of)

    async def look(self) -> None:
        """What is over by the clock; and what a stop left undone."""
        await stand_up(self._workshop)
        await end_what_stood(self._workshop)
        async with self._workshop.reading() as work:
            gone = await pinned_and_gone(work)
            empty = await empty_second_rooms(work, self._here)
        if gone or empty:
            await self._tidy(gone)

    async def _tidy(self, gone: list[tuple[RoomId, int]]) -> None:
        async with self._workshop.work() as work:
            for room_id, seq in gone:
                await unpin_gone(work, System(), room_id=room_id, seq=seq)
            await close_empty_rooms(work, System(), here=self._here)
