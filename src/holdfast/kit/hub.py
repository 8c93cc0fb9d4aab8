"""Who listens here, and telling them, in few and large writes.

The frames of one commit are joined once for each room and way of drawing, and the same bytes are
written to everyone; only an author's copy differs. It regulates itself: an idle server sends at
once, a busy one sends more at a time (live.md §3).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
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

    __slots__ = ("groups", "head", "owners", "reading", "ring", "sights")

    def __init__(self) -> None:
        self.reading = asyncio.Lock()  # those who must look into the database go one by one
        self.groups: dict[str, dict[Listener, None]] = {}
        self.owners: dict[Any, list[Listener]] = {}
        self.sights: dict[Any, Sight] = {}  # only of those here who do not see everything
        self.ring: deque[Frame] = deque(maxlen=RING)
        self.head = -1  # seq of the newest entry in the ring; -1: nothing told yet

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

    def remember(self, frame: Frame) -> None:
        seq = frame.entry.seq
        if self.head >= 0 and seq != self.head + 1:
            self.ring.clear()  # a gap: what is kept here would not be everything
            for listener in [one for same in self.owners.values() for one in same]:
                listener.come_back()
        self.ring.append(frame)
        self.head = seq

    def seed(self, frames: Sequence[Frame], head: int) -> None:
        """What one listener read from the database serves the others who come after it."""
        dense = bool(frames) and len(frames) == head - frames[0].entry.seq + 1
        if dense and self.head < 0:
            self.ring.extend(frames)
            self.head = head

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
        first = self.ring[0].entry.seq
        if seq < first - 1:
            return None
        return list(self.ring)[seq - first + 1 :]


class Hub:
    """All topics of this process."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.topics: dict[Any, Topic] = {}

    def join(self, topic: Any, listener: Listener) -> Topic:
        found = self.topics.get(topic)
        if found is None:
            found = self.topics[topic] = Topic()
        found.join(listener)
        return found

    def leave(self, topic: Any, listener: Listener) -> None:
        found = self.topics.get(topic)
        if found is not None:
            found.leave(listener)
            if not found.owners:
                del self.topics[topic]

    def owners(self, topic: Any) -> Iterable[Any]:
        """Who is here, each once, however many windows they have open."""
        found = self.topics.get(topic)
        return found.owners.keys() if found else ()

    def tell(self, topic: Any, entries: Sequence[Entry]) -> None:
        """Tell a room what was just committed, in order."""
        found = self.topics.get(topic)
        if found is None:
            return
        frames = [Frame(entry) for entry in entries]
        for frame in frames:
            found.remember(frame)
            now = getattr(frame.entry, "now", None)
            if now is not None:
                found.replace(frame.entry.of, now)
                found.restate(now)
        apart = {frame.entry.owner for frame in frames} & found.owners.keys()
        if found.sights:
            apart |= found.sights.keys()
        for variant, group in list(found.groups.items()):
            shared = b"".join([frame.drawn(self.draw, variant) for frame in frames])
            if apart:
                self._tell_each(found, group, frames, shared, apart)
            else:
                for listener in list(group):
                    listener.write(shared)

    def _tell_each(
        self,
        topic: Topic,
        group: dict[Listener, None],
        frames: list[Frame],
        shared: bytes,
        apart: set[Any],
    ) -> None:
        """Authors, and those who do not see everything, get bytes of their own."""
        own: dict[Any, bytes] = {}
        for listener in list(group):
            owner = listener.owner
            if owner not in apart:
                listener.write(shared)
                continue
            data = own.get(owner)
            if data is None:
                if owner in topic.sights:
                    copies = [self.drawn_for(frame, topic, listener) for frame in frames]
                else:
                    copies = self._own_copies(frames, listener.variant, owner)
                data = own[owner] = b"".join(copies)
            if listener.acks:
                data = b"".join(listener.acks) + data
                listener.acks.clear()
            listener.write(data)

    def _own_copies(self, frames: list[Frame], variant: str, owner: Any) -> list[bytes]:
        return [
            self.draw.own(frame.entry, variant, frame.drawn(self.draw, variant))
            if frame.entry.owner == owner
            else frame.drawn(self.draw, variant)
            for frame in frames
        ]

    def drawn_for(self, frame: Frame, topic: Topic, listener: Listener) -> bytes:
        """An entry for one listener: as everybody sees it, as its author does, or less of it."""
        sight = topic.sights.get(listener.owner)
        shown = frame.entry if sight is None else sight.shown(frame.entry)
        variant = listener.variant
        if shown is frame.entry:
            data = frame.drawn(self.draw, variant)
        else:
            data = self.draw(shown, variant)
        return self.draw.own(shown, variant, data) if shown.owner == listener.owner else data

    def send(self, topic: Any, data: dict[str, bytes], but: Any = None) -> None:
        """Tell a room something that has no place in its order, drawn for each variant.

        `but`: whom it is of. Neither they hear it nor anybody who does not see them.
        """
        found = self.topics.get(topic)
        if found is None:
            return
        deaf = {owner for owner, sight in found.sights.items() if sight.hides(but)} | {but}
        for variant, group in list(found.groups.items()):
            if variant in data:
                for listener in list(group):
                    if listener.owner not in deaf:
                        listener.write(data[variant])
