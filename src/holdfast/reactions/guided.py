"""What follows in rooms: those in them are told what is new, and staff off shift stand up.

| what happened | what follows |
|---|---|
| a room is live, held, quiet, slow or closed now, or somebody sat down | those in it are told |
| the rota changed | who is not on shift any more sits in no open room |
| a message was taken back or hidden | it is pinned no longer |
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from holdfast.kit.clock import stamp
from holdfast.kit.ids import RoomId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Event, Workshop
from holdfast.messages.actions.guiding import close_empty_rooms
from holdfast.messages.events import Entry, MessageRemoved
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Announce
from holdfast.messages.queries.guiding import empty_second_rooms, pinned_and_gone
from holdfast.reactions.errands import Spawn
from holdfast.rights.rules import System
from holdfast.rooms.actions import unpin_gone
from holdfast.rooms.events import RoomGuided, RoomStateChanged
from holdfast.rooms.jobs import end_what_stood, stand_up
from holdfast.rooms.queries.guiding import standing_everywhere
from holdfast.rooms.rules.guiding import Guidance
from holdfast.staff.events import RotaChanged

Here = Callable[[RoomId], int]


class GuidedRooms:
    """Hears what staff do in rooms, and looks after what ends there by the clock."""

    def __init__(self, workshop: Workshop, ledger: Ledger, here: Here, spawn: Spawn) -> None:
        self._workshop = workshop
        self._ledger = ledger
        self._here = here  # how many seats of a room are connected now
        self._spawn = spawn
        workshop.hearers.append(self.hear)

    def hear(self, event: Event) -> None:
        """What this process just did about a room: those in it are told."""
        match event:
            case RoomStateChanged() | RoomGuided():
                self.say(event.room_id, "room_changed", facts_of(event))
            case RotaChanged():
                self._spawn(self.rota_changed())

    def told(self, entries: Sequence[Entry]) -> None:
        """What was just said: what is gone is pinned no longer."""
        for entry in entries:
            if isinstance(entry, MessageRemoved):
                self._spawn(self.removed(entry))

    def say(self, room_id: RoomId, kind: str, facts: dict[str, Any]) -> None:
        """The house tells a room something, in the room's own order."""
        self._ledger.enter(Announce(room_id, to_millis(self._ledger.clock.now()), kind, facts))

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


def facts_of(event: RoomStateChanged | RoomGuided) -> dict[str, Any]:
    """What the room is told, as the wire says it."""
    until = {} if event.until is None else {"until": stamp(event.until)}
    more = event.facts if isinstance(event, RoomGuided) else {}
    return {"state": event.state.value, **until, **more}
