"""Copies of the database that only read: for pages that may be a moment old.

A copy is used only while it is known to have had, within the last second, all that the primary
had then. That is asked of both twice a second, by their places in the log of what is written, so
no clock of another machine is believed. One that lags, is gone or hangs is left alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any
from weakref import WeakSet

import asyncpg
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from holdfast.kit.primary import ATTRIBUTES, connect
from holdfast.kit.pulse import Pulse

EVERY = 0.5  # seconds
MOST_LATE = 1.0  # seconds: as long as anything may be seen after it was taken away
WAIT = 0.7  # seconds: for an answer
REMEMBERED = 16  # places of the primary
AT_ONCE = 6  # connections to one copy
WHOSE = "(SELECT value FROM facts WHERE name = 'epoch')"
WRITTEN = f"SELECT (pg_current_wal_lsn() - '0/0')::bigint, {WHOSE}"
READABLE = f"SELECT (pg_last_wal_replay_lsn() - '0/0')::bigint, {WHOSE}"
UNREACHED = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Replica:
    """One copy: its connections, and since when it has been at least as fresh as the primary."""

    def __init__(self, url: URL) -> None:
        self._url = url.update_query_dict({ATTRIBUTES: "any"})
        self.engine: AsyncEngine = create_async_engine(
            url,
            async_creator=self._connect,
            pool_size=AT_ONCE,
            max_overflow=0,
            pool_timeout=WAIT,
            pool_pre_ping=True,
        )
        self.fresh_at = float("-inf")  # by the loop's clock: it has all that was written till then
        self._held: WeakSet[asyncpg.Connection] = WeakSet()
        self._asking: asyncpg.Connection | None = None

    async def _connect(self) -> asyncpg.Connection:
        async with asyncio.timeout(WAIT):
            connection = await connect(self._url)
        self._held.add(connection)
        return connection

    async def look(self, written: Sequence[tuple[float, int, bytes]]) -> None:
        """Ask how far it is, and see when the primary was there."""
        try:
            if self._asking is None or self._asking.is_closed():
                self._asking = await self._connect()
            readable, whose = await answer(self._asking, READABLE)
        except UNREACHED:
            self.leave_alone()
            return
        if readable is not None:
            reached = [at for at, place, of in written if place <= readable and of == whose]
            self.fresh_at = max([self.fresh_at, *reached])

    def leave_alone(self) -> None:
        """It is gone or hangs: nobody waits for it any longer."""
        self.fresh_at = float("-inf")
        for connection in list(self._held):
            connection.terminate()
        self._held.clear()
        self._asking = None

    async def close(self) -> None:
        self.leave_alone()
        await self.engine.dispose()


class Replicas:
    """All copies, used in turn. A place without any has none that is fresh."""

    def __init__(self, urls: Sequence[URL], pulse: Pulse) -> None:
        self._pulse = pulse
        self._copies = [Replica(url) for url in urls]
        self._turn = count()
        self._written: deque[tuple[float, int, bytes]] = deque(maxlen=REMEMBERED)
        self._primary: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Look after them from now on."""
        if self._copies and self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._look_on())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        if self._primary is not None:
            self._primary.terminate()
        for one in self._copies:
            await one.close()

    def fresh(self) -> Replica | None:
        """The next copy that is fresh enough, where there is one."""
        now = asyncio.get_running_loop().time()
        able = [one for one in self._copies if now - one.fresh_at <= MOST_LATE]
        return able[next(self._turn) % len(able)] if able else None

    async def session(self) -> AsyncSession | None:
        """A session at a copy, connected already; nothing where the primary has to be asked."""
        copy = self.fresh()
        if copy is None:
            return None
        session = AsyncSession(copy.engine, expire_on_commit=False)
        try:
            _ = await session.connection()
        except (SQLAlchemyError, OSError):
            copy.leave_alone()
            await session.close()
            return None
        return session

    async def _look_on(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """How far the primary is, and then how far each copy is."""
        await self._look_at_primary()
        await asyncio.gather(*(one.look(self._written) for one in self._copies))

    async def _look_at_primary(self) -> None:
        at = asyncio.get_running_loop().time()
        try:
            if self._primary is None or self._primary.is_closed():
                self._primary = await self._pulse.connect()
            place, whose = await answer(self._primary, WRITTEN)
        except UNREACHED:
            self._written.clear()  # after a failover places may mean something else
            self._primary = None
            return
        self._written.append((at, place, whose))


async def answer(connection: asyncpg.Connection, question: str) -> Any:
    """What a server answers. It is cut off rather than waited for."""
    cut = asyncio.get_running_loop().call_later(WAIT, connection.terminate)
    try:
        return await connection.fetchrow(question)
    finally:
        cut.cancel()
