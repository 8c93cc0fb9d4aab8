"""Looking one thing up quickly: a few prepared statements for the busiest doors.

A handshake asks the database one small question, an `enter` two, a room page a handful. Through
sessions and threads such a question costs a millisecond; here it costs a few hundredths of one,
which is what lets a thousand people come back at once. Everything else reads through
`Workshop.reading`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple, Protocol

import asyncpg
from sqlalchemy.engine import URL

from holdfast.kit.asking import Row, as_one, dealt, joined, may_be_joined, numbered
from holdfast.kit.database import Database
from holdfast.kit.errors import NotKept
from holdfast.kit.primary import WEATHER
from holdfast.kit.pulse import Pulse
from holdfast.kit.words import N_

AT_ONCE = 6  # connections
MOST_JOINED = 64  # who are answered by one question
FAREWELL = 1.0  # seconds
# Every question is for few rows by their keys: planned anew for each value it would take longer.
PLANNED_ONCE = {"jit": "off", "plan_cache_mode": "force_generic_plan"}
SETTINGS = {"command_timeout": 5, "server_settings": PLANNED_ONCE}
NOT_READ = N_("We can’t look that up just now. It isn’t anything you did. Please try again soon.")
Asked = tuple[str, Sequence[object]]  # a `SELECT` with `?` for its values, and those
one_of = cache(as_one)
in_numbers = cache(numbered)
is_joined = cache(may_be_joined)


class Glances(Protocol):
    """Answers a prepared question with at most a few rows."""

    async def rows(self, statement: str, *values: object) -> list[Row]:
        """The rows a `SELECT` with `?` for its values finds. Raises `NotKept` (`not_read`)."""

    async def several(self, *asked: Asked) -> list[list[Row]]:
        """The rows of each of several questions, asked in this order and in one go."""

    async def close(self) -> None: ...


class SqliteGlances:
    """On a connection of its own, that only reads, right on the event loop."""

    def __init__(self, url: URL) -> None:
        self._file = url.database or ""
        self._db: sqlite3.Connection | None = None

    async def rows(self, statement: str, *values: object) -> list[Row]:
        return self._rows(statement, values)

    async def several(self, *asked: Asked) -> list[list[Row]]:
        return [self._rows(statement, values) for statement, values in asked]

    def _rows(self, statement: str, values: Sequence[object]) -> list[Row]:
        try:
            if self._db is None:
                self._db = sqlite3.connect(self._file, isolation_level=None)
                self._db.execute("PRAGMA query_only=ON")
                self._db.execute("PRAGMA busy_timeout=1000")
            return self._db.execute(statement, tuple(values)).fetchall()
        except sqlite3.DatabaseError as broken:
            raise not_read() from broken

    async def close(self) -> None:
        if self._db is not None:
            self._db.close()


def most_of(statement: str) -> int:
    """How many may ask this in one go."""
    return MOST_JOINED if is_joined(statement) else 1


def not_read() -> NotKept:
    """The database does not answer just now."""
    return NotKept(NOT_READ, code="not_read")


class Question(NamedTuple):
    """Somebody who waits for an answer."""

    values: Sequence[object]
    answer: asyncio.Future[list[Row]]


class PostgresGlances:
    """On a few connections, past everything that is not needed here.

    Whoever is alone asks at once. While that is being answered, those who ask the same gather, and
    then ask as one: each way there and back costs this process more than the answer does. It
    regulates itself, as the ledger does.
    """

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._idle: list[asyncpg.Connection] = []
        self._busy = 0
        self._waiting: dict[str, list[Question]] = {}  # by what they ask
        self._asked: Counter[str] = Counter()  # on how many connections, just now
        self._is_taking = False
        self._answering: set[asyncio.Task[None]] = set()
        self._joined: dict[str, str] = {}
        self._is_closed = False

    async def rows(self, statement: str, *values: object) -> list[Row]:
        if self._is_closed:
            raise not_read()
        answer: asyncio.Future[list[Row]] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(statement, []).append(Question(values, answer))
        if not self._is_taking:
            self._take()
        return await answer

    async def several(self, *asked: Asked) -> list[list[Row]]:
        values = [value for _, values in asked for value in values]
        (found,) = await self.rows(one_of(tuple(statement for statement, _ in asked)), *values)
        return [[tuple(row) for row in rows] for rows in found]

    # -- those who wait -----------------------------------------------------------------------

    def _take(self) -> None:
        """Ask what waits, as far as connections are free."""
        loop, self._is_taking = asyncio.get_running_loop(), False
        while self._busy < AT_ONCE and (statement := self._next()) is not None:
            self._busy += 1
            self._asked[statement] += 1
            task = loop.create_task(self._answer(statement, self._askers(statement)))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    def _next(self) -> str | None:
        """What has waited longest and is not being asked; or by more than are answered together."""
        for statement, asking in self._waiting.items():
            if not self._asked[statement] or len(asking) >= most_of(statement):
                return statement
        return None

    def _askers(self, statement: str) -> list[Question]:
        """Who is answered now. Those who are more come after what else waits."""
        asking, most = self._waiting.pop(statement), most_of(statement)
        if len(asking) > most:
            self._waiting[statement] = asking[most:]
        return asking[:most]

    async def _answer(self, statement: str, asked: list[Question]) -> None:
        waiting = [question.answer for question in asked]
        try:
            answers = await self._answers(statement, [question.values for question in asked])
        except Exception as broken:
            for answer in waiting:
                if not answer.done():
                    answer.set_exception(not_read() if isinstance(broken, WEATHER) else broken)
        else:
            for answer, rows in zip(waiting, answers, strict=True):
                if not answer.done():
                    answer.set_result(rows)
        finally:
            for answer in waiting:
                answer.cancel()  # where the process ends; else each has its answer
            self._is_free(statement)

    def _is_free(self, statement: str) -> None:
        """A connection is: whoever else asks in this moment asks with those who wait."""
        self._busy -= 1
        self._asked -= Counter((statement,))
        if self._waiting and not self._is_taking:
            self._is_taking = True
            asyncio.get_running_loop().call_soon(self._take)

    async def _answers(self, statement: str, asked: list[Sequence[object]]) -> list[list[Row]]:
        if len(asked) == 1:
            return [await self._fetched(in_numbers(statement), asked[0])]
        question = self._joined.get(statement) or await self._learned(statement)
        lists = [list(each) for each in zip(*asked, strict=True)]
        return dealt(await self._fetched(question, lists), len(asked))

    async def _learned(self, statement: str) -> str:
        """The same question for many: PostgreSQL says itself what kinds of values it takes."""
        connection = await self._connection()
        try:
            self._joined[statement] = await for_many(connection, statement)
        finally:
            self._put_back(connection)
        return self._joined[statement]

    # -- connections --------------------------------------------------------------------------

    async def _fetched(self, question: str, values: Sequence[object]) -> list[Row]:
        connection = await self._connection()
        try:
            return [tuple(row) for row in await connection.fetch(question, *values)]
        finally:
            self._put_back(connection)

    async def _connection(self) -> asyncpg.Connection:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return await self._pulse.connect(**SETTINGS)

    def _put_back(self, connection: asyncpg.Connection) -> None:
        if self._is_closed:
            connection.terminate()
        elif not connection.is_closed():
            self._idle.append(connection)

    async def close(self) -> None:
        self._is_closed = True
        for connection in self._idle:
            with suppress(*WEATHER):
                await connection.close(timeout=FAREWELL)


async def for_many(connection: asyncpg.Connection, statement: str) -> str:
    """A question as it is asked for many."""
    prepared = await connection.prepare(in_numbers(statement))
    return joined(statement, [kind.name for kind in prepared.get_parameters()])


async def nothing_to_undo(connection: asyncpg.Connection) -> None:
    """A question leaves nothing behind: asking for that would cost as much again."""
    del connection


def glances_at(database: Database) -> Glances:
    """The quick look-ups for this database."""
    return SqliteGlances(database.url) if database.is_sqlite else PostgresGlances(database.pulse)
