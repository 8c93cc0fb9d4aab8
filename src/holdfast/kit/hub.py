"""Who listens here, and telling them, in few and large writes.

The frames of one commit are joined once for each room and way of drawing, and the same bytes are
written to everyone; only an author's copy differs. It regulates itself: an idle server sends at
once, a busy one sends more at a time (live.md §3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from holdfast.kit.topics import Draw, Entry, Frame, Listener, Topic


def nobody_asks(topic: Any, empty: Topic) -> None:
    """Where a topic that nobody listens to is simply gone."""
    del topic, empty


class Hub:
    """All topics of this process."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.topics: dict[Any, Topic] = {}
        self.resting: dict[Any, Topic] = {}  # nobody listens, and somebody may again soon
        self.on_empty: Callable[[Any, Topic], None] = nobody_asks

    def join(self, topic: Any, listener: Listener) -> Topic:
        found = self.topics.get(topic)
        if found is None:
            found = self.topics[topic] = self._resumed(topic)
        found.join(listener)
        return found

    def _resumed(self, topic: Any) -> Topic:
        return self.resting.pop(topic) if topic in self.resting else Topic()

    def at_hand(self, topic: Any) -> Topic | None:
        """A topic that somebody listens to, or that rests."""
        return self.topics.get(topic) or self.resting.get(topic)

    def leave(self, topic: Any, listener: Listener) -> None:
        found = self.topics.get(topic)
        if found is not None:
            found.leave(listener)
            if not found.owners:
                del self.topics[topic]
                self.on_empty(topic, found)

    def owners(self, topic: Any) -> Iterable[Any]:
        """Who is here, each once, however many windows they have open."""
        found = self.topics.get(topic)
        return found.owners.keys() if found else ()

    def tell(self, topic: Any, entries: Sequence[Entry]) -> None:
        """Tell a room what was just committed, in order."""
        found = self.at_hand(topic)
        if found is None:
            return
        frames = [Frame(entry) for entry in entries]
        found.hear(frames)
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
