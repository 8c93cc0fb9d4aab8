"""Hearing a room as a line does, and drawing what was heard: yesterday's view, kept up to date."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

from holdfast.kit.house import House
from holdfast.messages.events import entry_fields
from holdfast.messages.queries import Reader, messages_before, response_counts
from holdfast.messages.queries.entries import entries_since
from holdfast.rights.rules import Guest
from holdfast.rooms.access import Seat

Event = dict[str, Any]


def events_in(data: bytes) -> list[Event]:
    """The events in a run of unmasked text frames."""
    events = []
    while data:
        assert data[0] == 0x81
        size, head = data[1], 2
        if size == 126:
            size, head = int.from_bytes(data[2:4]), 4
        elif size == 127:
            size, head = int.from_bytes(data[2:10]), 10
        events.append(json.loads(data[head : head + size]))
        data = data[head + size :]
    return events


@dataclass(eq=False)
class Ear:
    """A listener of a room that is nobody's in particular."""

    owner: object = None
    variant: str = "data"
    acks: list[bytes] = field(default_factory=list)
    heard: list[Event] = field(default_factory=list)
    something: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, data: bytes) -> None:
        self.heard += events_in(data)
        self.something.set()


View = dict[int, dict[str, Any]]


def shown(event: Event) -> dict[str, Any]:
    """What of a message a reader sees."""
    kept = ("author", "text", "note", "reply_to", "wants", "at", "removed", "edited_at")
    return {key: event[key] for key in kept if key in event} | {"counts": {}}


def apply(view: View, event: Event) -> None:
    """What a client does with an event."""
    match event["event"]:
        case "posted":
            view[event["seq"]] = shown(event)
        case "edited":
            message = view[event["of"]]
            message |= {"text": event["text"], "edited_at": event["at"]}
            message.pop("note", None)
            message.pop("removed", None)  # it was hidden, and is shown again
            if "note" in event:
                message["note"] = event["note"]
        case "removed":
            message = view[event["of"]]
            message |= {"text": "", "removed": event["by"], "counts": {}}
            message.pop("note", None)
        case "responded":
            view[event["of"]]["counts"] = event["counts"]


async def loaded(house: House, seat: Seat) -> View:
    """The room as someone sees it who comes in now."""
    reader = Reader(house.ledger.keyring, Guest())
    async with house.workshop.reading() as work:
        said = await messages_before(work, reader, seat.room_id, None, 1_000)
        counts = await response_counts(work, seat.room_id, [m.seq for m in said])
    view = {m.seq: shown(entry_fields(m, seat.slug, own=False)) for m in said}
    for seq, count in counts.items():
        if "removed" not in view[seq]:
            view[seq]["counts"] = count
    return view


async def replayed(house: House, seat: Seat, since: int = 0) -> list[Event]:
    """What a reader is sent who was away since a seq, from the database."""
    reader = Reader(house.ledger.keyring, Guest())
    async with house.workshop.reading() as work:
        entries = await entries_since(work, reader, seat.room_id, since, 1_000)
    return [entry_fields(entry, seat.slug, own=False) for entry in entries]
