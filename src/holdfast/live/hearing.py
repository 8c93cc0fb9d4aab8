"""Hearing what other processes commit: the rooms listened to here, each kept in its order.

Only where the bus is shared. `kit/order.py` decides what is delivered, waited for and read; this
does it. What is read comes from the primary: a replica may not have it yet.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

import structlog

from holdfast.kit.bus import BusState
from holdfast.kit.errors import HoldfastError, NotKept
from holdfast.kit.glances import NOT_READ
from holdfast.kit.hub import Hub
from holdfast.kit.ids import RoomId
from holdfast.kit.order import PATIENCE, GiveUp, Read, Wait
from holdfast.kit.topics import Frame, Topic
from holdfast.live.between import is_private, who_reads
from holdfast.live.heard import Heard
from holdfast.messages.events import Entry, MessageEdited, MessageRemoved
from holdfast.messages.ledger import Ledger
from holdfast.messages.queries import Reader
from holdfast.messages.queries.entries import entries_since
from holdfast.messages.wire import Unreadable, entries_in

log = structlog.get_logger()
REST = 5.0  # seconds that a room is still heard when nobody listens: most only load the page anew
LONGEST_READING = 5.0  # seconds
MOST_WAITING = 1_000  # envelopes; what is dropped is read from the database
LATE = 0.005  # seconds: a process that wakes later than this stood still itself
TURNS = 3  # that a process which stands still waits once more for what has come to it meanwhile
MOST_READINGS = 4  # at a time: while one room waits, more comes that is read with the rest


class Hearing:
    """Every room that this process hears, and how each comes to be told in order."""

    def __init__(
        self,
        hub: Hub,
        ledger: Ledger,
        forget: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._hub = hub
        self._ledger = ledger
        self._forget = forget  # words that were taken back stay in no cache
        self._spawn = spawn
        self._rooms: dict[RoomId, Heard] = {}
        self.is_current: Callable[[], bool] = lambda: True  # whether who left is known
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=MOST_WAITING)
        self._readings = 0
        self._to_be_read: dict[Heard, None] = {}  # rooms whose turn to be read has not come
        self.gaps_read = self.gaps_given_up = self.waited = 0
        self.delivered_remote = self.not_understood = 0
        hub.on_empty = self._nobody_listens

    # -- what comes in ------------------------------------------------------------------------

    def tell(self, room_id: RoomId, entries: Sequence[Entry]) -> None:
        """What this process committed, in a room that may be heard here."""
        heard = self._rooms.get(room_id)
        if heard is not None:
            before = heard.order.head
            ready = heard.order.take(entries, now())
            if ready is not entries:
                heard.own.update(entry.seq for entry in entries if entry.seq > before)
                self._count_early(heard, entries)
            self._deliver(heard, ready, ours=ready is entries)

    def hear_entries(self, room_id: int, envelope: bytes) -> None:
        """What another process committed. Who may hear it has to be known as of now."""
        if self._waiting or not self.is_current():
            self._waiting.append((room_id, envelope))
        else:
            self._take(room_id, envelope)

    def go_on(self) -> None:
        """It is known again who may hear what came meanwhile."""
        while self._waiting:
            self._take(*self._waiting.popleft())

    def _take(self, room_id: int, envelope: bytes) -> None:
        heard = self._rooms.get(RoomId(room_id))
        if heard is None:
            return
        try:
            entries = entries_in(heard.room_id, envelope)
        except Unreadable as strange:
            self.not_understood += 1
            self.hear_head(room_id, strange.head)
        else:
            if entries:
                ready = heard.order.take(entries, now())
                self._count_early(heard, entries)
                self._deliver(heard, ready)

    def _count_early(self, heard: Heard, entries: Sequence[Entry]) -> None:
        if heard.order.head < entries[-1].seq:
            self.waited += len(entries)

    def hear_head(self, room_id: int, head: int) -> None:
        """How far the database says a room is."""
        heard = self._rooms.get(RoomId(room_id))
        if heard is not None and head > heard.order.head:
            self._deliver(heard, heard.order.saw(head, now()))

    # -- what goes out ------------------------------------------------------------------------

    def _deliver(self, heard: Heard, ready: Sequence[Entry], *, ours: bool = False) -> None:
        """Tell what may be told now, then do what the order wants."""
        if heard.is_over:
            return
        if ready:
            if not ours:
                self._note(heard, ready)
            if heard.room_id in self._hub.topics:
                self._hub.tell(heard.room_id, ready)
            else:
                heard.topic.hear([Frame(entry) for entry in ready])
        heard.wake()
        if not heard.order.is_whole:
            self._do_what_is_wanted(heard)

    def _note(self, heard: Heard, ready: Sequence[Entry]) -> None:
        elsewhere = [entry for entry in ready if entry.seq not in heard.own]
        heard.own.difference_update([entry.seq for entry in ready])
        if not elsewhere:
            return
        self.delivered_remote += len(elsewhere)
        if any(isinstance(entry, MessageEdited | MessageRemoved) for entry in elsewhere):
            self._forget()
        self._ledger.heard(elsewhere)

    def _do_what_is_wanted(self, heard: Heard) -> None:
        fallback = self._ledger.bus.state is BusState.FALLBACK  # then heads come by themselves
        heard.order.patience = 0.0 if fallback else PATIENCE
        match heard.order.wants(now()):
            case Wait(until):
                if heard.timer is None:
                    loop = asyncio.get_running_loop()
                    heard.timer = loop.call_at(until, self._waited_for, heard, until, TURNS)
            case Read() as missing if self._readings < MOST_READINGS:
                self._readings += 1
                self._to_be_read.pop(heard, None)
                self._spawn(self._read(heard, missing))
            case Read():
                heard.order.put_off()
                self._to_be_read[heard] = None
            case GiveUp():
                self._give_up(heard)
            case None:
                pass  # it is being read

    def _waited_for(self, heard: Heard, until: float, turns: int) -> None:
        """The time is up. While this process itself stood still, nobody was silent."""
        if turns and now() - until > LATE:
            loop, until = asyncio.get_running_loop(), now() + PATIENCE
            heard.timer = loop.call_at(until, self._waited_for, heard, until, turns - 1)
            return
        heard.timer = None
        self._deliver(heard, ())

    async def _read(self, heard: Heard, missing: Read) -> None:
        """Read what is missing. Own words among it were acknowledged before they are told."""
        entries: list[Entry] | None = None
        try:
            async with asyncio.timeout(LONGEST_READING):
                found = await self._entries(heard, missing)
                await self._ledger.settled()
                entries = found
        except (HoldfastError, TimeoutError) as no:
            log.warning("hearing.not_read", error=type(no).__name__)
        finally:
            self._readings -= 1
            if entries is None:
                heard.order.failed(now())
                self._deliver(heard, ())
            elif any(is_private(entry) for entry in entries):
                self._give_up(heard)  # who listens comes back, and opens it with their own key
            else:
                self.gaps_read += 1
                self._deliver(heard, heard.order.filled(missing, entries, now()))
            self._read_next()

    def _read_next(self) -> None:
        while self._to_be_read and self._readings < MOST_READINGS:
            heard = next(iter(self._to_be_read))
            del self._to_be_read[heard]
            self._deliver(heard, ())

    async def _entries(self, heard: Heard, missing: Read) -> list[Entry]:
        reader = Reader(self._ledger.keyring, who_reads(heard.topic), whole=True)
        async with self._ledger.workshop.reading() as work:
            count = missing.to - missing.after
            found = await entries_since(work, reader, heard.room_id, missing.after, count)
        return [entry for entry in found if entry.seq <= missing.to]

    def _give_up(self, heard: Heard) -> None:
        """Too much is missing, or it cannot be read: whoever listens comes back and reads."""
        self.gaps_given_up += 1
        log.warning("hearing.gave_up")
        heard.order.jump()
        heard.own.clear()
        heard.topic.jump(heard.order.head)
        heard.wake()

    # -- from when a room is heard ------------------------------------------------------------

    async def caught_up(self, room_id: RoomId, topic: Topic) -> None:
        """Returns when all that was on disk before this call is told. Raises `NotKept`.

        First the bus is listened to, then the head is read: nothing falls between the two.
        """
        heard = self._heard(room_id, topic)
        if heard is None:
            return  # who asked is gone already
        await self._listening_to(heard)
        head = await heard.newest(self._ledger.workshop.glances)
        await self._ledger.settled()  # what was committed here is acknowledged before it is told
        if not topic.is_in_order:
            topic.begin(head)
            heard.own = {seq for seq in heard.own if seq > head}
        self._deliver(heard, heard.order.begin(head, now()))
        await heard.told(head)

    def _heard(self, room_id: RoomId, topic: Topic) -> Heard | None:
        if self._hub.topics.get(room_id) is not topic:
            return None
        heard = self._rooms.get(room_id)
        if heard is None:
            heard = self._rooms[room_id] = Heard(room_id, topic)
        return heard

    async def _listening_to(self, heard: Heard) -> None:
        if heard.listening is None:
            listen = self._ledger.bus.listen(heard.room_id)
            heard.listening = asyncio.get_running_loop().create_task(listen)
        if heard.listening.done() and heard.listening.exception() is None:
            return
        try:
            await asyncio.shield(heard.listening)
        except Exception as broken:
            heard.listening = None  # whoever asks next tries again
            if not isinstance(broken, OSError):
                raise
            raise NotKept(NOT_READ, code="not_read") from broken

    # -- until when ---------------------------------------------------------------------------

    def _nobody_listens(self, room_id: RoomId, topic: Topic) -> None:
        """The last one left: it is heard a little longer."""
        heard = self._rooms.get(room_id)
        if heard is not None and topic.is_in_order:
            self._hub.resting[room_id] = topic
            heard.end_rest()
            heard.rest = asyncio.get_running_loop().call_later(REST, self._leave, heard)
        elif heard is not None:
            self._leave(heard)

    def _leave(self, heard: Heard) -> None:
        if heard.room_id in self._hub.topics or heard.is_over:
            return  # somebody came back
        self._hub.resting.pop(heard.room_id, None)
        del self._rooms[heard.room_id]
        heard.end()
        self._ledger.bus.leave(heard.room_id)

    async def close(self) -> None:
        """Hear nothing more."""
        for heard in self._rooms.values():
            heard.end()
            if heard.listening is not None:
                heard.listening.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await heard.listening
        self._rooms.clear()


def now() -> float:
    """The loop's own time: what is waited for here are milliseconds, not the house's hours."""
    return asyncio.get_running_loop().time()
