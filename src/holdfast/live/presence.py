"""Who is here, told coarsely: a number, never a list, and nothing below five.

That, and that somebody writes, goes out on one beat for all rooms: who sees only that something is
sent learns neither when somebody came, nor how somebody writes. A beat of its own for each room
would tell the rooms apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, cast

from msgspec import Struct

from holdfast.kit.bus import Bus, Jots
from holdfast.kit.clock import Clock, WallClock
from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId, SeatId
from holdfast.live.draw import Drawing, frame, told_in
from holdfast.live.elsewhere import Elsewhere, JottingBus, unpacked

TOLD_FROM = 5
TYPING_UP_TO = 8
TYPING_EVERY = 3.0
STANDS = 24 * 3_600.0  # seconds that how a meeting stands is told to who enters
PARTS = 10  # who is here is said again for a tenth of the rooms at a time


class Rhythm(Struct, frozen=True):
    """How often things are told, in seconds."""

    beat: float = 1.0  # comings and goings, and that somebody writes, are told then
    say_again: float = 10.0  # a process tells the others again who is with it
    stale: float = 30.0  # it is not believed any more


RHYTHM = Rhythm()


class Presence:
    """Tells rooms how many are here, and that somebody is writing: at all processes together.

    Where the others cannot be heard, it says what this process knows: never a number too high.
    """

    def __init__(
        self,
        hub: Hub,
        drawing: Drawing,
        bus: Bus | None = None,
        clock: Clock | None = None,
        *,
        rhythm: Rhythm = RHYTHM,
    ) -> None:
        self._hub = hub
        self._drawing = drawing
        self._bus = bus
        self._rhythm = rhythm
        self._clock = clock or WallClock()
        self._told: dict[RoomId, int | None] = {}
        self._told_elsewhere: dict[RoomId, frozenset[int]] = {}
        self._timers: dict[RoomId, asyncio.TimerHandle] = {}
        self._typing: dict[RoomId, dict[object, float]] = {}
        self._writing: dict[RoomId, list[object]] = {}  # who is to be told of on the next beat
        self._stands: dict[RoomId, tuple[float, dict[str, Any]]] = {}  # told when, and what
        self._elsewhere: Elsewhere | None = None
        self._saying_again: asyncio.TimerHandle | None = None
        self._part = 0
        if isinstance(bus, Jots):
            jotting = cast(JottingBus, bus)
            self._elsewhere = Elsewhere(jotting, self._clock, rhythm.stale, self.changed)

    # -- how many -----------------------------------------------------------------------------

    def count(self, room_id: RoomId) -> int:
        """How many seats of a room are connected, as far as this process knows."""
        here = self._seats(room_id)
        if self._elsewhere is None:
            return len(here)
        if room_id not in self._hub.topics:
            self._elsewhere.ask(room_id, ())
        return len(self._elsewhere.seats(room_id).union(here))

    def perhaps(self, room_id: RoomId) -> int:
        """How many one must reckon with: somebody, where the others cannot be asked."""
        count = self.count(room_id)
        if count or self._bus is None or not self._bus.is_shared:
            return count
        return 0 if self._elsewhere is not None and self._elsewhere.knows(room_id) else 1

    def seats(self, room_id: RoomId) -> frozenset[int] | None:
        """Which seats are connected, for the house alone: nobody is told. None: not known."""
        here = self._seats(room_id)
        if self._bus is None or not self._bus.is_shared:
            return here
        if self._elsewhere is None or not self._elsewhere.knows(room_id):
            self.count(room_id)  # asks the others
            return None
        return here.union(self._elsewhere.seats(room_id))

    def here(self, room_id: RoomId) -> int | None:
        """The number as it is told: None below five, "a few here"."""
        count = self.count(room_id)
        return count if count >= TOLD_FROM else None

    def _seats(self, room_id: RoomId) -> frozenset[int]:
        return frozenset(self._hub.owners(room_id))

    # -- telling the room ---------------------------------------------------------------------

    def event(self, room_id: RoomId) -> bytes:
        """The presence event for one who just came in."""
        slug = self._drawing.slugs[room_id]
        return frame({"event": "presence", "room": slug, "here": self.here(room_id)})

    def changed(self, room_id: RoomId) -> None:
        """Somebody came or went: tell the room, a little later and only if the number is new."""
        if not self._on_the_beat(room_id) or self._elsewhere is None:
            return
        if not self._elsewhere.knows(room_id):
            self._elsewhere.ask(room_id, self._told_elsewhere.get(room_id, ()))

    def _on_the_beat(self, room_id: RoomId) -> bool:
        """Have a room told on the next beat. False where it will be anyway."""
        if room_id in self._timers:
            return False
        loop, beat = asyncio.get_running_loop(), self._rhythm.beat
        self._timers[room_id] = loop.call_at((loop.time() // beat + 1) * beat, self._tell, room_id)
        return True

    def _tell(self, room_id: RoomId) -> None:
        del self._timers[room_id]
        self._tell_elsewhere(room_id)
        writing = self._writing.pop(room_id, [])
        if room_id not in self._hub.topics:
            self._told.pop(room_id, None)
            return
        now = self.here(room_id)
        if self._told.get(room_id, -1) != now:
            self._told[room_id] = now
            self._send(room_id, self.event(room_id))
        event = frame({"event": "typing", "room": self._drawing.slugs[room_id]})
        for owner in writing if self.count(room_id) <= TYPING_UP_TO else []:
            self._send(room_id, event, but=owner)

    # -- telling the other processes ----------------------------------------------------------

    def _tell_elsewhere(self, room_id: RoomId) -> None:
        if self._elsewhere is None:
            return
        seats = self._seats(room_id)
        if seats != self._told_elsewhere.get(room_id, frozenset()):
            self._elsewhere.tell(room_id, seats)
            self._told_elsewhere[room_id] = seats
        if not seats:
            self._told_elsewhere.pop(room_id, None)
        if self._saying_again is None:
            self._say_again_soon()

    def _say_again_soon(self) -> None:
        loop = asyncio.get_running_loop()
        self._saying_again = loop.call_later(self._rhythm.say_again / PARTS, self._say_again)

    def _say_again(self) -> None:
        self._part = (self._part + 1) % PARTS
        self._keep([room for room in self._told_elsewhere if room % PARTS == self._part])
        self._say_again_soon()

    def _keep(self, rooms: Iterable[RoomId]) -> None:
        """Say again who is here, hear who is elsewhere, and believe no longer what is stale."""
        if self._elsewhere is None:
            return
        for room_id in rooms:
            self._elsewhere.keep(room_id, self._told_elsewhere[room_id])
            self.changed(room_id)
        self._elsewhere.forget(self._told_elsewhere)

    def close(self) -> None:
        """Nobody is here any more."""
        for timer in [
            *self._timers.values(),
            *([self._saying_again] if self._saying_again else []),
        ]:
            timer.cancel()
        self._timers.clear()
        if self._elsewhere is not None:
            for room_id in self._told_elsewhere:
                self._elsewhere.tell(room_id, ())
        self._told_elsewhere.clear()

    def hear(self, room_id: RoomId, kind: str, body: bytes) -> None:
        """What another process says of a room: who is there, or that somebody writes."""
        if kind == "presence" and self._elsewhere is not None:
            self._elsewhere.hear(room_id, body)
        elif kind == "typing" and room_id in self._hub.topics:
            for seat in unpacked(body):
                self._tell_typing(room_id, SeatId(seat), self._clock.ticks())

    # -- that somebody writes -----------------------------------------------------------------

    def typing(self, room_id: RoomId, owner: object, now: float) -> None:
        """Somebody is writing; never who, and not where more than eight are here."""
        if self._tell_typing(room_id, owner, now) and self._elsewhere is not None:
            self._elsewhere.tell_typing(room_id, cast(SeatId, owner))

    def _tell_typing(self, room_id: RoomId, owner: object, now: float) -> bool:
        """Of two who write, each is told of the other; of more than two nobody learns more."""
        told = self._typing.get(room_id, {})
        lately = {one: at for one, at in told.items() if now - at < TYPING_EVERY}
        if owner in lately or len(lately) > 1 or self.count(room_id) > TYPING_UP_TO:
            return False
        self._typing[room_id] = {**lately, owner: now}
        self._writing.setdefault(room_id, []).append(owner)
        self._on_the_beat(room_id)
        return True

    # -- a meeting ----------------------------------------------------------------------------

    def tell(self, room_id: RoomId, name: str, facts: dict[str, Any]) -> None:
        """Tell a room something of no person and no words, outside its order: of its meeting."""
        now = self._clock.ticks()
        self._stands = {room: it for room, it in self._stands.items() if now - it[0] < STANDS}
        self._stands[room_id] = now, {"event": name, **facts}
        if room_id in self._hub.topics:
            self._send(room_id, self.standing(room_id))

    def standing(self, room_id: RoomId) -> bytes:
        """What was told last, for one who just came in: no replay has it, and pages were drawn."""
        at, told = self._stands.get(room_id, (0.0, {}))
        if not told or self._clock.ticks() - at >= STANDS:
            return b""
        return told_in(self._drawing.slugs[room_id], told)

    def _send(self, room_id: RoomId, data: bytes, but: object = None) -> None:
        topic = self._hub.topics[room_id]
        told = {variant: data for variant in topic.groups if not variant.startswith("page:")}
        self._hub.send(room_id, told, but=but)
