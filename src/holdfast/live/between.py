"""Hearing a talk between two, which the house itself cannot read."""

from __future__ import annotations

from itertools import chain

from holdfast.kit.topics import Topic
from holdfast.messages.events import Entry, MessageEdited, MessagePosted
from holdfast.messages.queries import PRIVATE
from holdfast.rights.rules import Actor, System
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import RoomKind


def who_reads(topic: Topic) -> Actor:
    """The house; of what is said between two, one of those who listen there with their own key."""
    for listener in chain(*topic.owners.values()):
        seat = getattr(listener, "seat", None)
        if isinstance(seat, Seat) and seat.kind is RoomKind.LISTENING:
            return seat.actor
    return System()


def is_private(entry: Entry) -> bool:
    """Whether these are words between two that did not open."""
    said = entry.now if isinstance(entry, MessageEdited) else entry
    return isinstance(said, MessagePosted) and said.removed == PRIVATE
