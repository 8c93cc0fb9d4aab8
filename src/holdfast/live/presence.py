"""Who is here, told coarsely: a number, never a list, and nothing below five."""

from __future__ import annotations

import asyncio

from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId
from holdfast.live.draw import Drawing, frame

TOLD_FROM = 5
TELL_AFTER = 1.0  # seconds: comings and goings are told together
TYPING_UP_TO = 8
TYPING_EVERY = 3.0


class Presence:
    """Tells rooms how many are here, and that somebody is writing."""

    def __init__(self, hub: Hub, drawing: Drawing) -> None:
        self._hub = hub
        self._drawing = drawing
        self._told: dict[RoomId, int | None] = {}
        self._timers: dict[RoomId, asyncio.TimerHandle] = {}
        self._typing: dict[RoomId, float] = {}

    def count(self, room_id: RoomId) -> int:
        """How many seats of a room are connected here."""
        return len(list(self._hub.owners(room_id)))

    def here(self, room_id: RoomId) -> int | None:
        """The number as it is told: None below five, "a few here"."""
        count = self.count(room_id)
        return count if count >= TOLD_FROM else None

    def event(self, room_id: RoomId) -> bytes:
        """The presence event for one who just came in."""
        slug = self._drawing.slugs[room_id]
        return frame({"event": "presence", "room": slug, "here": self.here(room_id)})

    def changed(self, room_id: RoomId) -> None:
        """Somebody came or went: tell the room, a little later and only if the number is new."""
        if room_id not in self._timers:
            loop = asyncio.get_running_loop()
            self._timers[room_id] = loop.call_later(TELL_AFTER, self._tell, room_id)

    def _tell(self, room_id: RoomId) -> None:
        del self._timers[room_id]
        topic = self._hub.topics.get(room_id)
        if topic is None:
            self._told.pop(room_id, None)
            return
        now = self.here(room_id)
        if self._told.get(room_id, -1) != now:
            self._told[room_id] = now
            self._send(room_id, self.event(room_id))

    def typing(self, room_id: RoomId, owner: object, now: float) -> None:
        """Somebody is writing; never who, and not where more than eight are here."""
        if (
            self.count(room_id) > TYPING_UP_TO
            or now - self._typing.get(room_id, -9.9) < TYPING_EVERY
        ):
            return
        self._typing[room_id] = now
        event = frame({"event": "typing", "room": self._drawing.slugs[room_id]})
        self._send(room_id, event, but=owner)

    def _send(self, room_id: RoomId, data: bytes, but: object = None) -> None:
        topic = self._hub.topics[room_id]
        told = {variant: data for variant in topic.groups if not variant.startswith("page:")}
        self._hub.send(room_id, told, but=but)
