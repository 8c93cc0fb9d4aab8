"""The sign of life of the primary: without one, everything that waits for it is told so at once.

A database that is cut off does not say so: what was asked of it stays unanswered for minutes. So
it is asked several times a second whether it is there and writes. Every connection of the house
is made here, so that all of them end when the pulse is lost. (docs/decisions/0018)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import asyncpg
import structlog
from sqlalchemy.engine import URL

from holdfast.kit.primary import WEATHER, NotReached, connect

EVERY = 0.2  # seconds
LONGEST = 0.7  # seconds without a sign of life
LOOK = 0.05  # seconds
WRITES = "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'"

log = structlog.get_logger()
Heard = Callable[[bool], None]


class Pulse:
    """Whether the database is there. A SQLite file always is."""

    def __init__(self, url: URL | None) -> None:
        self.alive = True
        self.hearers: list[Heard] = []  # told when it is lost (False) and when it is back (True)
        self._url = url
        self._held: WeakSet[asyncpg.Connection] = WeakSet()
        self._reaching: set[asyncio.Task[asyncpg.Connection]] = set()
        self._connection: asyncpg.Connection | None = None
        self._sign = 0.0
        self._soon = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Listen from now on. That it was there a moment ago is known."""
        if self._url is None or self._tasks:
            return
        loop = asyncio.get_running_loop()
        self._sign = loop.time()
        self._tasks = [loop.create_task(self._ask()), loop.create_task(self._watch())]

    async def close(self) -> None:
        """Listen no more."""
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        self._forget()

    async def connect(self, **options: Any) -> asyncpg.Connection:
        """A connection to the primary that ends when the pulse is lost. Raises `OSError`."""
        assert self._url is not None  # noqa: S101 - nobody connects to a file
        if not self.alive:
            raise NotReached
        connection = await self._reached(connect(self._url, **options))
        self._held.add(connection)
        return connection

    async def _reached(
        self, reaching: Coroutine[Any, Any, asyncpg.Connection]
    ) -> asyncpg.Connection:
        task = asyncio.get_running_loop().create_task(reaching)
        self._reaching.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            if self.alive or not task.cancelled():
                raise
            raise NotReached from None
        finally:
            self._reaching.discard(task)

    async def _ask(self) -> None:
        while True:
            self._soon.clear()
            if await self._is_there():
                self._hear()
            else:
                self._forget()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._soon.wait()

    async def _is_there(self) -> bool:
        """Whether it answers and writes. It is cut off rather than waited for."""
        assert self._url is not None  # noqa: S101 - only then it is asked
        try:
            if self._connection is None or self._connection.is_closed():
                async with asyncio.timeout(LONGEST):
                    self._connection = await connect(self._url)
                self._connection.add_termination_listener(self._ask_soon)
            cut = asyncio.get_running_loop().call_later(LONGEST, self._connection.terminate)
            try:
                return bool(await self._connection.fetchval(WRITES))
            finally:
                cut.cancel()
        except ConnectionRefusedError:
            self._lose()  # nobody listens there: that is certain at once
            return False
        except WEATHER:
            return False
        except Exception as broken:  # whatever it is: it must be asked again
            log.error("database.strange", error=type(broken).__name__)
            return False

    def _ask_soon(self, connection: object) -> None:
        """The server ended the connection: it may have stopped."""
        if connection is self._connection:
            self._soon.set()

    async def _watch(self) -> None:
        """Lose it when it was silent too long; while we ourselves stood still nobody was silent."""
        loop = asyncio.get_running_loop()
        while True:
            before = loop.time()
            await asyncio.sleep(LOOK)
            stood_still = loop.time() - before - LOOK
            if stood_still > LOOK:
                self._sign += stood_still
            if loop.time() - self._sign > LONGEST:
                self._lose()

    def _hear(self) -> None:
        self._sign = asyncio.get_running_loop().time()
        if not self.alive:
            log.warning("database.back")
            self.alive = True
            self._tell()

    def _lose(self) -> None:
        """From now on nothing waits for it, and nothing that was asked of it is answered."""
        if not self.alive:
            return
        log.error("database.lost")
        self.alive = False
        for task in list(self._reaching):
            task.cancel()
        for connection in list(self._held):
            connection.terminate()
        self._held.clear()
        self._tell()

    def _tell(self) -> None:
        for hear in self.hearers:
            hear(self.alive)

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None
