"""The bus by the database alone: it tells rooms and heads by NOTIFY, and looks at the heads.

Also what Redis's bus falls back on. One connection for each process; no words go this way.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from holdfast.kit.bus import BusState
from holdfast.kit.bus.shared import Backoff, SharedBus, woken
from holdfast.kit.primary import connect, parsed

ROOMS, BELL = "holdfast_rooms", "holdfast_bell"
HEADS = "SELECT id, head FROM rooms WHERE id = ANY($1::bigint[])"
NOTIFY = "SELECT pg_notify($1, $2)"
PAYLOAD = 7_900  # PostgreSQL takes fewer than 8,000 bytes
PATIENCE = 2.0  # seconds that the database may take for one answer
APART = 0.015  # seconds between two notices: each takes a lock that all commits of notices share
FAREWELL = 0.3  # seconds that the last words may take
LONGEST_WAIT = 1.0  # seconds between two attempts to connect
TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class PostgresBus(SharedBus):
    """Hears at once what others commit, as long as the database is there; afterwards it looks."""

    def __init__(
        self, dsn: str, *, look_every: float = 0.5, patience: float = PATIENCE, apart: float = APART
    ) -> None:
        super().__init__()
        self._dsn = dsn
        self._look_every = look_every
        self._patience = patience
        self._apart = apart
        self._to_tell: dict[int, int] = {}  # room, head: told by the next notice
        self._to_ring = False
        self._look_at = 0.0  # when the heads are looked at next
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()  # nothing is to be told
        self._idle.set()
        self._backoff = Backoff("database", LONGEST_WAIT)
        self.hears_notices = False  # the database listens to us, and we to it
        self._keeping: asyncio.Task[None] | None = None

    @property
    def state(self) -> BusState:
        return BusState.FALLBACK

    async def open(self) -> None:
        """Begin to listen; a database that is not there is waited for behind this."""
        self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Say what is still to be said, and hear no more."""
        if self._keeping is None:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await self._idle.wait()
        await self._backoff.end(self._keeping)

    # -- telling ------------------------------------------------------------------------------

    def tell_room(self, room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        """Tell that the room has come to this head; what has none is not told this way."""
        self.told += 1
        self.tell_head(room_id, head)

    def tell_head(self, room_id: int, head: int) -> None:
        """Tell it by the next notice."""
        if head > self._to_tell.get(room_id, 0):
            self._to_tell[room_id] = head
            self._idle.clear()
            self._wake.set()

    def ring(self) -> None:
        self.told += 1
        self.ring_by_notice()

    def ring_by_notice(self) -> None:
        """Ring by the next notice."""
        self._to_ring = True
        self._idle.clear()
        self._wake.set()

    # -- listening ----------------------------------------------------------------------------

    async def listen(self, room_id: int) -> None:
        """The database tells of every room; we heed this one from now on."""
        self.held.add(room_id)

    def leave(self, room_id: int) -> None:
        self.held.discard(room_id)

    def look(self) -> None:
        """Look at the heads at once: something may have been missed."""
        self._look_at = 0.0
        self._wake.set()

    def look_every(self) -> float:
        """Seconds between two looks at the heads."""
        return self._look_every

    def _on_rooms(self, _: Any, __: int, ___: str, payload: str) -> None:
        sender, _, told = payload.partition(" ")
        if sender == self.node:
            return
        try:
            heads = [tuple(map(int, part.split(":"))) for part in told.split(",")]
            for room_id, head in heads:
                if room_id in self.held:
                    self.heard += 1
                    self.heed(self.hear_head, room_id, head)
        except ValueError:
            self.not_opened += 1

    def _on_bell(self, _: Any, __: int, ___: str, payload: str) -> None:
        if payload != self.node:
            self.heard += 1
            self.heed(self.hear_bell)

    # -- the connection -----------------------------------------------------------------------

    async def _keep(self) -> None:
        while True:
            try:
                async with self._connected() as connection:
                    self._backoff.rest()
                    self.hears_notices = True
                    self.look()
                    self.heed(self.hear_bell)  # it may have rung while we did not hear
                    await self._serve(connection)
            except Exception as trouble:
                self._backoff.note(trouble, TROUBLE)
            self.hears_notices = False
            self.reconnects += 1
            await self._backoff.wait()

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        async with asyncio.timeout(self._patience):
            connection = await connect(parsed(self._dsn))
        connection.add_termination_listener(lambda _: self.look())
        try:
            async with asyncio.timeout(self._patience):
                await connection.add_listener(ROOMS, self._on_rooms)
                await connection.add_listener(BELL, self._on_bell)
            yield connection
        finally:
            connection.terminate()  # never politely: it may not answer

    async def _serve(self, connection: asyncpg.Connection) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await woken(self._wake, self._look_at - clock())
            async with asyncio.timeout(self._patience):
                await self._tell(connection)
                if clock() >= self._look_at:
                    self._look_at = clock() + self.look_every()
                    for room_id, head in await connection.fetch(HEADS, list(self.held)):
                        if room_id in self.held:
                            self.heed(self.hear_head, room_id, head)

    async def _tell(self, connection: asyncpg.Connection) -> None:
        if not self._to_tell and not self._to_ring:
            self._idle.set()
            return
        told, self._to_tell = self._to_tell, {}
        rung, self._to_ring = self._to_ring, False
        try:
            for payload in payloads(self.node, told):
                await connection.execute(NOTIFY, ROOMS, payload)
            if rung:
                await connection.execute(NOTIFY, BELL, self.node)
        except BaseException:
            for room_id, head in told.items():
                self.tell_head(room_id, head)
            self._to_ring = rung or self._to_ring
            raise
        self.published_batches += 1
        self._wake.set()
        await asyncio.sleep(self._apart)  # what comes meanwhile goes together


def payloads(node: str, told: dict[int, int]) -> Iterator[str]:
    """Rooms and their heads, as many to a notice as it may hold."""
    payload = ""
    for room_id, head in told.items():
        part = f"{room_id}:{head}"
        if len(node) + len(payload) + len(part) + 2 > PAYLOAD:
            yield f"{node} {payload}"
            payload = ""
        payload = f"{payload},{part}" if payload else part
    if payload:
        yield f"{node} {payload}"
