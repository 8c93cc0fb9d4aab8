"""Entering a room: subscribe, then read, then say that the replay is complete."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from holdfast.audit.jobs import Listening
from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.looks import LANGUAGES, PSEUDO
from holdfast.kit.topics import Frame, Topic
from holdfast.kit.work import Event
from holdfast.live.commands import Enter
from holdfast.live.draw import Drawing, frame
from holdfast.live.socket import MOST_BUFFERED
from holdfast.messages.events import WordsForgotten
from holdfast.messages.queries import Reader
from holdfast.messages.queries.entries import entries_since
from holdfast.rights.rules import Staff
from holdfast.rooms.access import Seat
from holdfast.rooms.queries import newest_seq
from holdfast.rooms.tables import RoomKind

if TYPE_CHECKING:
    from holdfast.live.line import Line

LONGEST_REPLAY = 1_000


def unheard(data: bytes) -> None:
    """What is told before the replay is complete; the replay itself will hold it."""
    del data


class Subscription:
    """A line's place in one room. `write` is the transport's own while all is well."""

    __slots__ = (
        *("_live", "_listening", "acks", "line", "owner", "room_id", "seat", "variant", "write"),
    )

    def __init__(self, line: Line, seat: Seat, variant: str) -> None:
        self.line = line
        self.seat = seat
        self.room_id: RoomId = seat.room_id
        self.owner: SeatId = seat.id
        self.variant = variant
        self.acks: list[bytes] = []  # until it is live, acks go by the line itself
        self.write: Any = unheard
        self._live = False
        self._listening: Listening | None = None

    def go_live(self, after: int) -> None:
        """From now on everything is heard; what came after that place was just told."""
        if isinstance(self.seat.actor, Staff):
            workshop = self.line.floor.ledger.workshop
            self._listening = Listening(workshop, self.seat.actor, self.room_id, after)
            self.note_reading()
        self._live = True
        self.acks = self.line.acks
        self.go_fast()

    def note_if_due(self) -> None:
        """Once a minute, what staff heard here stands in the record."""
        if self._listening is not None and self._listening.is_due():
            self.note_reading()

    def note_reading(self) -> None:
        """All that was told here until now was heard."""
        floor = self.line.floor
        topic = floor.hub.topics.get(self.room_id)
        if topic is not None and self._listening is not None:
            floor.spawn(self._listening.note(topic.head))

    def go_fast(self) -> None:
        if self._live:
            self.write = self.line.socket.transport.write

    def go_slow(self) -> None:
        if self._live:
            self.write = self.line.write_or_close

    def end(self) -> None:
        """Leave the room; nothing of it is delivered after this."""
        if self._live:
            self.note_reading()
        self.write, self._live = unheard, False
        floor = self.line.floor
        floor.hub.leave(self.room_id, self)
        floor.presence.changed(self.room_id)
        if self.line.subscriptions.get(self.seat.slug) is self:
            del self.line.subscriptions[self.seat.slug]

    def come_back(self) -> None:
        """Hang up, so that the client comes back and reads what it may have missed."""
        self.line.close(1001)

    def start_over(self) -> None:
        """What is on the screen holds no longer: load the page, then enter again."""
        self.end()
        self.line.write(reset_frame(self.seat.slug, "behind"))

    def lose_seat(self) -> None:
        """The seat is gone: so is the room, for this line."""
        self.end()
        self.line.seats.pop(self.seat.slug, None)


async def enter_room(line: Line, command: Enter) -> None:
    """Carry out `enter`: `entered`, the replay, `live`; or `reset`."""
    seat = await line.seat(command.room)
    floor = line.floor
    if old := line.subscriptions.get(seat.slug):
        old.end()
    if command.epoch is not None and command.epoch != floor.epoch:
        line.write(reset_frame(seat.slug, "epoch"))
        return
    subscription = Subscription(line, seat, variant_of(command))
    line.subscriptions[seat.slug] = subscription
    topic = floor.hub.join(seat.room_id, subscription)
    topic.rests = seat.kind is not RoomKind.LISTENING
    try:
        await floor.sights.look(topic, seat)
        missed = await missed_by(line, topic, seat, command.since)
    except BaseException:
        subscription.end()
        raise
    if line.subscriptions.get(seat.slug) is not subscription:
        return  # the seat or the line went meanwhile
    if missed is None:
        subscription.end()
        line.write(reset_frame(seat.slug, "behind"))
        return
    if line.socket.transport.get_write_buffer_size() > MOST_BUFFERED:
        line.close(4408)  # they have not read the last replay yet
        return
    head, since, frames = missed
    _replay(line, subscription, head, since, frames)


def spoken(locale: str | None) -> str:
    """The language asked for, if it is one of ours; each is drawn once."""
    return locale if locale in {*LANGUAGES, PSEUDO} else "en"


def variant_of(command: Enter) -> str:
    return "data" if command.as_ == "data" else f"html:{spoken(command.locale)}"


async def missed_by(
    line: Line, topic: Topic, seat: Seat, since: int | None
) -> tuple[int, int, list[Frame]] | None:
    """The head, where the replay starts, and what it holds; None where that is too much.

    Between the last await here and the return nothing can be told, so nothing falls between
    what was read and what the ring holds. What other processes committed is told first.
    """
    await line.floor.caught_up(seat.room_id, topic)
    if (known := at_hand(topic, since)) is not None:
        return known
    async with topic.reading:
        return at_hand(topic, since) or await looked_up(line, topic, seat, since)


def at_hand(topic: Topic, since: int | None) -> tuple[int, int, list[Frame]] | None:
    """What was missed, where the topic's ring holds all of it."""
    if since is None:
        return None if topic.head < 0 else (topic.head, topic.head, [])
    ring = topic.since(since)
    return None if ring is None else (topic.head, since, ring)


async def looked_up(
    line: Line, topic: Topic, seat: Seat, since: int | None
) -> tuple[int, int, list[Frame]] | None:
    """What was missed, from the database and from what was told while it was read."""
    floor, read, head = line.floor, list[Frame](), topic.head
    if not topic.is_in_order:
        head = await newest_seq(floor.ledger.workshop.glances, seat.room_id)
    start = head if since is None else since
    if not 0 <= head - start <= LONGEST_REPLAY:
        return None
    if head > start:
        reader = Reader(floor.ledger.keyring, seat.actor, whole=True)  # it serves all
        async with floor.ledger.workshop.reading() as work:
            entries = await entries_since(work, reader, seat.room_id, start, LONGEST_REPLAY)
        read = [Frame(entry) for entry in entries if entry.seq <= head]
    if not topic.is_in_order:
        await floor.ledger.settled()
    if topic.head > head:
        told = topic.since(head)
        if told is None:
            return None
        if since is not None:
            read += told
        head = topic.head
    else:
        # Between two, nobody is handed what another's key opened before they came.
        topic.seed([] if seat.kind is RoomKind.LISTENING else read, head)
    return head, head if since is None else start, read


def _replay(
    line: Line, subscription: Subscription, head: int, since: int, frames: list[Frame]
) -> None:
    topic = line.floor.hub.topics[subscription.room_id]
    floor, slug = line.floor, subscription.seat.slug
    entered = {"event": "entered", "room": slug, "epoch": floor.epoch, "head": head, "since": since}
    line.write(
        b"".join(
            [
                frame(entered),
                *(floor.hub.drawn_for(f, topic, subscription) for f in frames),
                frame({"event": "live", "room": slug, "head": head}),
                floor.presence.event(subscription.room_id),
                floor.presence.standing(subscription.room_id),
            ]
        )
    )
    subscription.go_live(since)
    floor.presence.changed(subscription.room_id)


def forget_on_screens(hub: Hub, drawing: Drawing, event: Event) -> None:
    """Words are erased: no cache keeps them, and who may have them before them loads the page."""
    if not isinstance(event, WordsForgotten):
        return
    drawing.forget()
    topic = hub.at_hand(event.room_id) if event.on_screens else None
    if topic is None:
        return
    topic.forget()
    for listener in list(itertools.chain(*topic.owners.values())):
        if isinstance(listener, Subscription):
            listener.start_over()
        else:
            listener.come_back()


def reset_frame(slug: str, reason: str) -> bytes:
    return frame({"event": "reset", "room": slug, "reason": reason})
