"""What follows in rooms: those in them are told what is new, and staff off shift stand up."""

from __future__ import annotations

from typing import Any

from holdfast.kit.clock import stamp
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Workshop
from holdfast.messages.ledger import Ledger
from holdfast.messages.ledger.entries import Announce
from holdfast.rooms.events import RoomGuided
from holdfast.rooms.jobs import stand_up


class GuidedRooms:
    """Hears what staff do in rooms, and looks after what ends there by the clock."""

    def __init__(self, workshop: Workshop, ledger: Ledger) -> None:
        self._workshop = workshop
        self._ledger = ledger

    def changed(self, event: RoomGuided) -> None:
        """Tell the room what is new about it, in its own order."""
        facts: dict[str, Any] = {"state": event.state.value}
        if event.until is not None:
            facts["until"] = stamp(event.until)
        at = to_millis(self._ledger.clock.now())
        self._ledger.enter(Announce(event.room_id, at, "room_changed", {**facts, **event.facts}))

    async def rota_changed(self) -> None:
        """Somebody came on shift or went: who went sits in no open room."""
        await stand_up(self._workshop)

    async def look(self) -> None:
        """What is over by the clock."""
        await stand_up(self._workshop)
