"""How slow rooms go while a raid is on, and how slow they were before.

Every process goes by it at once; the room is told by the one that began the raid or ended it.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

from holdfast.kit.ids import RoomId
from holdfast.messages.ledger import Ledger
from holdfast.raids.queries import OpenRoom
from holdfast.raids.rules import SLOW

SayIn = Callable[[RoomId, str, dict[str, Any]], None]


class Paces:
    """Slows rooms down, and lets them go on as before."""

    def __init__(self, ledger: Ledger, say: SayIn) -> None:
        self._ledger, self._say = ledger, say
        self.rooms: list[OpenRoom] = []
        self._before: dict[RoomId, int | None] = {}
        self._unsaid: dict[RoomId, int] = {}

    def begin(self) -> None:
        """Every room goes as slowly as whoever guides it said."""
        self._before = {}

    def raided(self, rooms: Set[RoomId | None]) -> set[RoomId]:
        """Which rooms that is: all of them, where it is the whole community."""
        if None in rooms:
            return {room.id for room in self.rooms}
        return {room for room in rooms if room is not None}

    def apply(self, raided: Set[RoomId]) -> None:
        """From now on these go slowly, and the others as they did before."""
        self._unsaid.clear()
        slow = self._ledger.slow
        for room in raided - set(self._before):
            self._before[room] = slow.get(room)
            self._set(room, max(SLOW, slow.get(room, 0)))
        for room in set(self._before) - raided:
            before = self._before.pop(room)
            if slow.get(room) == SLOW:  # nobody has set it otherwise meanwhile
                self._set(room, before or 0)

    def _set(self, room_id: RoomId, seconds: int) -> None:
        if seconds:
            self._ledger.slow[room_id] = seconds
        else:
            self._ledger.slow.pop(room_id, None)
        self._unsaid[room_id] = seconds

    def say_all(self) -> None:
        """Tell the rooms what was changed by the last `apply`."""
        known = {room.id: room for room in self.rooms}
        while self._unsaid:
            room_id, seconds = self._unsaid.popitem()
            if (room := known.get(room_id)) is not None:
                state = self._ledger.states.get(room_id, (room.state, None))[0]
                self._say(room_id, "room_changed", {"state": state.value, "slow": seconds})
