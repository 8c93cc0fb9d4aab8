"""Rooms that everybody left a moment ago, in a place of one process.

When a network comes back, all of a room return in the same second. What was told last, and what is
told meanwhile, stays at hand for them, as it stands now, so that nobody reads it anew.
"""

from __future__ import annotations

import asyncio

from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId
from holdfast.kit.topics import Topic

REST = 5.0  # seconds


class Resting:
    """Keeps what rests, until somebody comes back or the time is over."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._ends: dict[RoomId, asyncio.TimerHandle] = {}
        hub.on_empty = self._nobody_listens

    def _nobody_listens(self, room_id: RoomId, topic: Topic) -> None:
        if not topic.rests:
            return
        self._hub.resting[room_id] = topic
        self._end_timer(room_id)
        loop = asyncio.get_running_loop()
        self._ends[room_id] = loop.call_later(REST, self.forget, room_id)

    def forget(self, room_id: RoomId) -> None:
        """Whoever comes now reads it anew."""
        self._end_timer(room_id)
        self._hub.resting.pop(room_id, None)

    def _end_timer(self, room_id: RoomId) -> None:
        if (timer := self._ends.pop(room_id, None)) is not None:
            timer.cancel()

    def close(self) -> None:
        """Nothing rests any more."""
        for room_id in list(self._ends):
            self.forget(room_id)
