"""The group commit: everything that waits is committed together, then acknowledged and told.

`Ledger` is the thin shell. What to write is decided by `plan.py`; how, by `sqlite.py` and
`postgresql.py`. One batch is under way at a time; what comes meanwhile waits for the next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Protocol

import structlog

from holdfast.erasing.jobs import Erasing
from holdfast.kit.bus import Alone, Bus
from holdfast.kit.clock import Clock
from holdfast.kit.durations import Durations
from holdfast.kit.errors import HoldfastError, NotKept
from holdfast.kit.ids import SeatId
from holdfast.kit.limits import Limits
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Workshop
from holdfast.messages.events import Entry, MessagePosted, MessageResponded
from holdfast.messages.ledger.entries import (
    Accepted,
    CommitInDoubt,
    Edit,
    Fold,
    NotKnown,
    Post,
    Respond,
    Restore,
    Spoken,
    Waiting,
    Written,
    is_new,
)
from holdfast.messages.ledger.folding import Folding
from holdfast.messages.ledger.regard import Regard
from holdfast.messages.queries import untold_responses
from holdfast.messages.wire import envelope_of
from holdfast.sealing.seam import Keyring

LARGEST_BATCH = 512
GATHER = 0.002  # seconds
ENTRIES = "entries"  # what goes by the bus of a room: what was committed there

log = structlog.get_logger()
Tell = Callable[[Sequence[Entry]], None]
Doubt = Callable[[set[int]], None]
Known = Callable[[int, int], None]


class Store(Protocol):
    """Commits a batch or raises; there is no third thing."""

    async def write(self, batch: list[Waiting]) -> Written: ...


class Ledger(Regard):
    """Where everything that is said waits for the disk, in order."""

    def __init__(
        self,
        store: Store,
        workshop: Workshop,
        keyring: Keyring,
        limits: Limits,
        tell: Tell,
        *,
        bus: Bus | None = None,
    ) -> None:
        super().__init__()
        self.workshop = workshop
        self.keyring = keyring
        self.limits = limits
        self.bus: Bus = bus or Alone()
        self._store = store
        self._tell = tell
        self.on_doubt: Doubt = no_more_than_that
        self.on_known: Known = nobody_listens
        self._waiting: deque[Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._under_way: asyncio.Future[None] | None = None
        self._folding = Folding(self._fold)
        self._closed = self._doubted = False
        self._doubts: set[str] = set()
        self._recounting: asyncio.Task[None] | None = None
        self.erasing: Erasing | None = None
        self._entered = self._decided = 0
        self.committed = self.batches = self.not_kept = 0
        self.took = Durations()  # each batch, from when the disk was asked until it had it

    @property
    def waiting(self) -> int:
        """How many wait for the disk."""
        return len(self._waiting)

    @property
    def clock(self) -> Clock:
        return self.workshop.clock

    def erases(self) -> Erasing:
        """Whoever sees to it that what is taken back is gone for good."""
        assert self.erasing is not None  # noqa: S101 - every house that is open has one
        return self.erasing

    def enter(self, entry: Waiting) -> None:
        """Put an entry in line. Its ticket says when it is on disk, or why not."""
        self._waiting.append(entry)
        self._entered += 1
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write_all())

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                size = min(len(self._waiting), LARGEST_BATCH)
                self._under_way = asyncio.get_running_loop().create_future()
                try:
                    await self._write([self._waiting.popleft() for _ in range(size)])
                finally:
                    self._under_way.set_result(None)
        finally:
            self._writer = self._under_way = None

    async def _gather(self) -> None:
        """Let the sockets be read while they bring more: what goes together costs fewer writes.

        An idle server waits one turn of the loop; a busy one at most `GATHER` seconds.
        """
        loop = asyncio.get_running_loop()
        until, before = loop.time() + GATHER, 0
        while before < len(self._waiting) < LARGEST_BATCH and loop.time() < until:
            before = len(self._waiting)
            await asyncio.sleep(0)

    async def caught_up(self) -> None:
        """Wait until everything that was entered before now is decided."""
        target = self._entered
        while self._decided < target and self._writer is not None:
            await (asyncio.shield(self._under_way) if self._under_way else asyncio.sleep(0))

    async def settled(self) -> None:
        """Wait until whatever a reader may just have seen on disk has also been told."""
        if self._under_way is not None:
            await asyncio.shield(self._under_way)

    async def _write(self, batch: list[Waiting]) -> None:
        began = perf_counter()  # uvloop's own clock stands still within a turn
        try:
            written = await self._store.write(batch)
        except Exception as broken:
            await self._after_failure(batch, broken)
        else:
            self.took.note(perf_counter() - began)
            if self.bus.is_shared:
                self._tell_elsewhere(written.events)
                await asyncio.sleep(0)  # it leaves first: what others commit next waits for it
            self._after_commit(batch, written)

    async def _after_failure(self, batch: list[Waiting], broken: Exception) -> None:
        """Try again entry by entry, so that only the bad one is refused."""
        if isinstance(broken, CommitInDoubt):
            self._after_doubt(batch)
            return
        if len(batch) > 1:
            for entry in batch:
                await self._write([entry])
            return
        self.not_kept += 1
        self._decided += 1
        log.warning("ledger.not_kept", error=type(broken).__name__)
        refusal = broken if isinstance(broken, HoldfastError) else self.lost(nonce_of(batch[0]))
        batch[0].ticket.decide(refusal)

    def lost(self, nonce: object) -> HoldfastError:
        """What to say of words that could not be kept: of a nonce in doubt nobody knows yet."""
        return NotKnown() if nonce in self._doubts else NotKept()

    def _after_doubt(self, batch: list[Waiting]) -> None:
        """Nobody knows: so nobody is told anything, and whoever listens comes back and asks.

        What the same seats said since is not written either: it would come before what is in doubt.
        """
        seats = {entry.seat.id for entry in batch if isinstance(entry, Spoken)}
        since = self._taken_out(seats)
        log.warning("ledger.in_doubt", count=len(batch))
        self._doubted = True
        self._doubts.update(nonce_of(entry) for entry in batch)
        self._decided += len(batch) + len(since)
        for entry in (*batch, *since):
            entry.ticket.decide(NotKnown())
        self.on_doubt({room_of(entry) for entry in batch})

    def _taken_out(self, seats: set[SeatId]) -> list[Waiting]:
        """What these seats have waiting; it waits no longer."""
        waiting, self._waiting = self._waiting, deque()
        taken: list[Waiting] = []
        for entry in waiting:
            is_theirs = isinstance(entry, Spoken) and entry.seat.id in seats
            (taken if is_theirs else self._waiting).append(entry)
        return taken

    def _after_commit(self, batch: list[Waiting], written: Written) -> None:
        self.committed += len(written.outcomes)
        self._decided += len(written.outcomes)
        self.batches += 1
        self._waiting.extendleft(reversed(written.later))
        for ticket, outcome in written.outcomes:
            ticket.decide(outcome)
        self.now_looked_after(batch)
        self._tell(written.events)
        if any(isinstance(entry, Post | Edit) and entry.follows for entry in batch):
            self.noticed()
        self._look_at_what_is_known(batch)
        if self._doubts:
            self._doubts.difference_update(nonce_of(entry) for entry in batch)
        if self._doubted:
            self._doubted = False
            self._recounting = asyncio.get_running_loop().create_task(self.tell_untold())
        for entry in batch:
            if isinstance(entry, Respond | Restore) and is_new(entry.ticket.outcome):
                self.fold_soon(room_of(entry), entry.of)

    def _look_at_what_is_known(self, batch: list[Waiting]) -> None:
        """What was said before may be kept and untold: by a doubt, or a process killed."""
        for entry in batch:
            done = entry.ticket.outcome
            if isinstance(done, Accepted) and not done.first and done.seq is not None:
                self.on_known(room_of(entry), done.seq)

    def _tell_elsewhere(self, entries: Sequence[Entry]) -> None:
        """Tell the other processes, once for each room; nobody here waits for it."""
        by_room: dict[int, list[Entry]] = {}
        for entry in entries:
            by_room.setdefault(entry.room_id, []).append(entry)
        for room_id, told in by_room.items():
            self.bus.tell_room(room_id, ENTRIES, envelope_of(told), told[-1].seq)

    def heard(self, entries: Sequence[Entry]) -> None:
        """What another process said in a room that is listened to here."""
        now = self.clock.ticks()
        for entry in entries:
            if isinstance(entry, MessageResponded):
                self._folding.told((entry.room_id, entry.of), now)
            elif isinstance(entry, MessagePosted) and not entry.author.badge:
                self.trails.hear(entry.owner, entry.nonce, entry.text, now, entry.note)

    async def tell_untold(self) -> None:
        """Tell the counts that a stop or a doubt left untold."""
        async with self.workshop.reading() as work:
            untold = await untold_responses(work)
        for room_id, seq in untold:
            self.fold_soon(room_id, seq)

    def fold_soon(self, room_id: int, of: int) -> None:
        """Tell the room these counts now, or when a second has passed since the last time."""
        self._folding.soon((room_id, of), self.clock)

    def _fold(self, room_id: int, of: int) -> None:
        if not self._closed:
            self.enter(Fold(room_id, of, to_millis(self.clock.now())))

    async def drained(self) -> None:
        """Wait until nothing waits, and take nothing more; for a stop in good order.

        Counts that were to be told later are told at the next start.
        """
        self._closed = True
        while self._writer is not None:
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._writer)


def nonce_of(entry: Waiting) -> str:
    return entry.nonce if isinstance(entry, Spoken) else ""


def room_of(entry: Waiting) -> int:
    return entry.seat.room_id if isinstance(entry, Spoken) else entry.room_id


def no_more_than_that(rooms: set[int]) -> None:
    """A doubt where nobody listens."""
    del rooms


def nobody_listens(room_id: int, seq: int) -> None:
    """Words that are known, where nobody listens."""
    del room_id, seq
