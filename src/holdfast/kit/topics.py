"""One topic: who listens to it, and its newest entries as they stand now."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Protocol

RING = 256  # entries a topic keeps at hand for those who come back


class Entry(Protocol):
    """Something with a place in a topic's order."""

    @property
    def seq(self) -> int: ...

    @property
    def owner(self) -> Any: ...


class Draw(Protocol):
    """Draws entries for the ways in which they are listened to."""

    def __call__(self, entry: Any, variant: str) -> bytes:
        """An entry as everybody sees it."""

    def own(self, entry: Any, variant: str, shared: bytes) -> bytes:
        """An entry as its owner sees it, from what everybody sees."""


class Listener(Protocol):
    """Someone who listens to a topic: a socket or a stream."""

    owner: Any
    variant: str
    acks: list[bytes]

    def write(self, data: bytes) -> None:
        """Send, or fall behind and be closed; never wait."""

    def lose_seat(self) -> None:
        """Hear nothing more of this topic."""

    def come_back(self) -> None:
        """Begin anew: what was told may not be all."""


class Sight(Protocol):
    """What one owner does not see of a topic."""

    def shown(self, entry: Any) -> Any:
        """The entry as they may see it: the same object, where they see all of it."""

    def hides(self, owner: Any) -> bool:
        """Whether this other owner is out of their sight."""


class Frame:
    """One entry, drawn at most once for each variant."""

    __slots__ = ("_drawn", "entry")

    def __init__(self, entry: Any) -> None:
        self.entry = entry  # an `Entry`, of the kind that `draw` knows
        self._drawn: dict[str, bytes] = {}

    def drawn(self, draw: Draw, variant: str) -> bytes:
        data = self._drawn.get(variant)
        if data is None:
            data = self._drawn[variant] = draw(self.entry, variant)
        return data


class Topic:
    """One room's listeners, and the newest entries as they stand now."""

    __slots__ = (
        *("groups", "head", "is_in_order", "owners", "reading", "rests", "ring", "sights"),
    )

    def __init__(self) -> None:
        self.reading = asyncio.Lock()  # those who must look into the database go one by one
        self.groups: dict[str, dict[Listener, None]] = {}
        self.owners: dict[Any, list[Listener]] = {}
        self.sights: dict[Any, Sight] = {}  # only of those here who do not see everything
        self.ring: deque[Frame] = deque(maxlen=RING)
        self.head = -1  # the newest that was told, or was there at the beginning; -1: unknown
        self.is_in_order = False  # an `Order` looks after it: its head holds without the ring
        self.rests = False  # it may stay at hand a little longer when nobody listens

    def join(self, listener: Listener) -> None:
        self.groups.setdefault(listener.variant, {})[listener] = None
        self.owners.setdefault(listener.owner, []).append(listener)

    def leave(self, listener: Listener) -> None:
        group = self.groups.get(listener.variant, {})
        if listener not in group:
            return
        del group[listener]
        if not group:
            del self.groups[listener.variant]
        same = self.owners[listener.owner]
        same.remove(listener)
        if not same:
            del self.owners[listener.owner]
            self.sights.pop(listener.owner, None)

    def look(self, owner: Any, sight: Sight | None) -> None:
        """From now on this is what one of those here does not see; None: they see everything."""
        self.sights.pop(owner, None)
        if sight is not None and owner in self.owners:
            self.sights[owner] = sight
            for frame in self.ring:
                sight.shown(frame.entry)  # it may learn from what was told meanwhile

    def hear(self, frames: Sequence[Frame]) -> None:
        """Have what was just committed at hand, and what it changes as it stands now."""
        for frame in frames:
            self.remember(frame)
            now = getattr(frame.entry, "now", None)
            if now is not None:
                self.replace(frame.entry.of, now)
                self.restate(now)

    def remember(self, frame: Frame) -> None:
        seq = frame.entry.seq
        if self.head >= 0 and seq != self.head + 1:
            self.jump(seq)  # a gap: what is kept here would not be everything
        self.ring.append(frame)
        self.head = seq

    def begin(self, head: int) -> None:
        """From now on an `Order` says what comes next; so far this topic is already."""
        self.is_in_order, self.head = True, head

    def jump(self, head: int) -> None:
        """Something is missing: whoever listens comes back and reads."""
        self.ring.clear()
        self.head = head
        for listener in [one for same in self.owners.values() for one in same]:
            listener.come_back()

    def seed(self, frames: Sequence[Frame], head: int) -> None:
        """What one listener read from the database serves the others who come after it."""
        dense = bool(frames) and len(frames) == head - frames[0].entry.seq + 1
        if dense and not self.ring and self.head in {-1, head}:
            self.ring.extend(frames)
        if self.head < 0:
            self.head = head  # also where nothing was read: a gap after it must show

    def forget(self) -> None:
        """Have no words at hand: whoever comes reads them from the database."""
        self.ring.clear()
        if not self.is_in_order:
            self.head = -1

    def replace(self, seq: int, entry: Entry) -> None:
        """A message that changed is replayed as it stands now."""
        if not self.ring or seq < self.ring[0].entry.seq:
            return
        at = seq - self.ring[0].entry.seq
        if at < len(self.ring):
            self.ring[at] = Frame(entry)

    def restate(self, now: Entry) -> None:
        """What else is at hand and holds words of a changed message tells them as they stand."""
        for at, frame in enumerate(self.ring):
            again = frame.entry.restated(now) if hasattr(frame.entry, "restated") else None
            if again is not None:
                self.ring[at] = Frame(again)

    def since(self, seq: int) -> list[Frame] | None:
        """Everything after a seq, or None where the ring does not reach back so far."""
        if self.head < 0 or seq > self.head:
            return None
        first = self.ring[0].entry.seq if self.ring else self.head + 1
        if seq < first - 1:
            return None
        return list(self.ring)[seq - first + 1 :]
