"""Who is in rooms at other processes, as they say, for as long as they go on saying it.

Each process keeps the seats it has in a room in Redis, sealed, until they are stale, and tells the
others at once when they change. Seats and not numbers: whoever has two windows is one person.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection
from typing import Any, NamedTuple, Protocol

from holdfast.kit.bus import Bus, BusState, Jots
from holdfast.kit.bus.envelope import NODE_LETTERS
from holdfast.kit.clock import Clock
from holdfast.kit.ids import RoomId

KEEP_AND_ASK = """
local room, node, sealed, stale = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if sealed == '' then
  redis.call('HDEL', room, node)
else
  redis.call('HSET', room, node, string.format('%.0f:', now + stale) .. sealed)
  redis.call('PEXPIRE', room, stale)
end
local kept, others = redis.call('HGETALL', room), {}
for i = 1, #kept, 2 do
  local colon = string.find(kept[i + 1], ':', 1, true)
  local left = (colon and tonumber(string.sub(kept[i + 1], 1, colon - 1)) or 0) - now
  if left <= 0 then
    redis.call('HDEL', room, kept[i])
  elseif kept[i] ~= node then
    others[#others + 1] = {kept[i], left, string.sub(kept[i + 1], colon + 1)}
  end
end
return others
"""


ASK_AGAIN = 5.0  # seconds between two questions about one room


class JottingBus(Bus, Jots, Protocol):
    """A bus that can keep something for a while."""


class There(NamedTuple):
    """The seats of one room at one other process."""

    seats: frozenset[int]
    until: float


class Elsewhere:
    """What this process knows of the others, room by room."""

    def __init__(
        self, bus: JottingBus, clock: Clock, stale: float, changed: Callable[[RoomId], None]
    ) -> None:
        self._bus = bus
        self._clock = clock
        self._stale = stale
        self._changed = changed
        self._script = bus.learn(KEEP_AND_ASK)
        self._rooms: dict[RoomId, dict[bytes, There]] = {}
        self._answered: dict[RoomId, float] = {}  # when Redis last said who is there
        self._asked: dict[RoomId, float] = {}

    @property
    def is_well(self) -> bool:
        """Whether the others can be heard at all."""
        return self._bus.state is BusState.READY

    def seats(self, room_id: RoomId) -> set[int]:
        """The seats that are connected at other processes."""
        if not self.is_well or room_id not in self._rooms:
            return set()
        now = self._clock.ticks()
        there = [there.seats for there in self._rooms[room_id].values() if there.until > now]
        return set().union(*there)

    def knows(self, room_id: RoomId) -> bool:
        """Whether Redis said lately who is in this room."""
        return self.is_well and self._age(self._answered, room_id) < self._stale

    def ask(self, room_id: RoomId, seats: Collection[int]) -> None:
        """Ask who is in a room, unless that was done just now."""
        if self._age(self._asked, room_id) >= ASK_AGAIN:
            self.keep(room_id, seats)

    def _age(self, times: dict[RoomId, float], room_id: RoomId) -> float:
        return self._clock.ticks() - times.get(room_id, float("-inf"))

    # -- saying who is here -------------------------------------------------------------------

    def tell(self, room_id: RoomId, seats: Collection[int]) -> None:
        """Tell the others who is here, and keep it for those who ask later."""
        body = self._bus.node.encode() + packed(seats)
        self._bus.tell_room(room_id, "presence", body)
        self.keep(room_id, seats)

    def keep(self, room_id: RoomId, seats: Collection[int]) -> None:
        """Keep it a while longer, and hear who is elsewhere."""
        name = f"holdfast:{{room:{room_id}}}:{self._bus.place}:here"
        sealed = self._bus.seal(name, packed(seats)) if seats else b""
        stale = str(int(self._stale * 1000))
        command = ("EVALSHA", self._script, 1, name, self._bus.node, sealed, stale)
        self._asked[room_id] = self._clock.ticks()
        self._bus.jot(command, lambda others: self._on_answer(room_id, name, others))

    def tell_typing(self, room_id: RoomId, seat: int) -> None:
        """Tell the others that somebody writes: who, only so that those who block are spared."""
        self._bus.tell_room(room_id, "typing", packed([seat]))

    # -- hearing who is elsewhere -------------------------------------------------------------

    def hear(self, room_id: RoomId, body: bytes) -> None:
        """Another process tells who is there."""
        node, seats = body[:NODE_LETTERS], body[NODE_LETTERS:]
        there = There(unpacked(seats), self._clock.ticks() + self._stale)
        self._rooms.setdefault(room_id, {})[node] = there
        self._changed(room_id)

    def _on_answer(self, room_id: RoomId, name: str, others: list[Any]) -> None:
        now = self._clock.ticks()
        opened = {
            node: There(unpacked(body), now + left / 1000)
            for node, left, sealed in others
            if (body := self._bus.unseal(name, sealed)) is not None
        }
        before = self.seats(room_id)
        self._rooms[room_id] = opened
        self._answered[room_id] = now
        if self.seats(room_id) != before:
            self._changed(room_id)

    def forget(self, held: Collection[RoomId]) -> None:
        """Forget what is stale of rooms that nobody here is in."""
        known = {*self._rooms, *self._asked}
        for room_id in [room for room in known if room not in held and not self.knows(room)]:
            for kept in (self._rooms, self._answered, self._asked):
                kept.pop(room_id, None)


def packed(seats: Collection[int]) -> bytes:
    """Seats as bytes."""
    return struct.pack(f"<{len(seats)}Q", *sorted(seats))


def unpacked(body: bytes) -> frozenset[int]:
    """Seats from bytes."""
    return frozenset(struct.unpack(f"<{len(body) // 8}Q", body))
