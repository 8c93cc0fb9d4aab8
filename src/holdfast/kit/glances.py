"""Looking one thing up quickly: a few prepared statements for the busiest doors.

A handshake and an `enter` each ask the database one small question, a room page five. Through
sessions and threads such a question costs a millisecond; here it costs a few hundredths of one,
which is what lets a thousand people come back at once. Everything else reads through
`Workshop.reading`.
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
from typing import Any, Protocol

import asyncpg
from sqlalchemy.engine import URL

from holdfast.kit.database import Database
from holdfast.kit.errors import NotKept
from holdfast.kit.primary import WEATHER
from holdfast.kit.pulse import Pulse
from holdfast.kit.words import N_

AT_ONCE = 6  # connections
NAMED = re.compile(r"\?")
NOT_READ = N_("We can’t look that up just now. It isn’t anything you did. Please try again soon.")
Row = tuple[Any, ...]


class Glances(Protocol):
    """Answers a prepared question with at most a few rows."""

    async def rows(self, statement: str, *values: object) -> list[Row]:
        """The rows a `SELECT` with `?` for its values finds. Raises `NotKept` (`not_read`)."""

    async def close(self) -> None: ...


class SqliteGlances:
    """On a connection of its own, that only reads, right on the event loop."""

    def __init__(self, url: URL) -> None:
        self._file = url.database or ""
        self._db: sqlite3.Connection | None = None

    async def rows(self, statement: str, *values: object) -> list[Row]:
        try:
            if self._db is None:
                self._db = sqlite3.connect(self._file, isolation_level=None)
                self._db.execute("PRAGMA query_only=ON")
                self._db.execute("PRAGMA busy_timeout=1000")
            return self._db.execute(statement, values).fetchall()
        except sqlite3.DatabaseError as broken:
            raise NotKept(NOT_READ, code="not_read") from broken

    async def close(self) -> None:
        if self._db is not None:
            self._db.close()


class PostgresGlances:
    """Through a small pool of connections, past everything that is not needed here."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._pool: asyncpg.Pool | None = None
        self._making = asyncio.Lock()  # many ask at once at the start, and there is one pool
        self._asked: dict[str, str] = {}

    async def rows(self, statement: str, *values: object) -> list[Row]:
        try:
            pool = self._pool or await self._made()
            return [tuple(row) for row in await pool.fetch(self._dollars(statement), *values)]
        except WEATHER as broken:
            raise NotKept(NOT_READ, code="not_read") from broken

    async def _made(self) -> asyncpg.Pool:
        async with self._making:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    connect=self._connect,
                    reset=nothing_to_undo,
                    min_size=1,
                    max_size=AT_ONCE,
                    command_timeout=5,
                )
            return self._pool

    async def _connect(self, _: None, **options: Any) -> asyncpg.Connection:
        return await self._pulse.connect(**options)

    def _dollars(self, statement: str) -> str:
        asked = self._asked.get(statement)
        if asked is None:
            number = iter(range(1, 100))
            asked = self._asked[statement] = NAMED.sub(lambda _: f"${next(number)}", statement)
        return asked

    async def close(self) -> None:
        if self._pool is not None:
            await self._pool.close()


async def nothing_to_undo(connection: asyncpg.Connection) -> None:
    """A question leaves nothing behind: asking for that would cost as much again."""
    del connection


def glances_at(database: Database) -> Glances:
    """The quick look-ups for this database."""
    return SqliteGlances(database.url) if database.is_sqlite else PostgresGlances(database.pulse)
