"""One piece of work: one transaction, then one announcement."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import asyncpg
from msgspec import Struct, field
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from holdfast.kit.clock import Clock
from holdfast.kit.database import Database
from holdfast.kit.errors import NotKept
from holdfast.kit.glances import NOT_READ, glances_at


class Event(Struct, frozen=True):
    """Something that happened, told in the past tense."""


Hearer = Callable[[Event], None]


class Work(Struct):
    """A transaction, the time, and what is to be announced when it is on disk."""

    db: AsyncSession
    clock: Clock
    events: list[Event] = field(default_factory=list)

    def announce(self, event: Event) -> None:
        """Tell the house about this, once it is committed."""
        self.events.append(event)


class Told(Protocol):
    """Writes down what a work announces, for the other processes of the place."""

    async def write(self, work: Work) -> Sequence[bytes]: ...

    def doubt(self, written: Sequence[bytes]) -> None: ...


class Workshop:
    """Hands out work. Hearers hear only after the commit.

    What follows from an event is of two kinds. `everywhere`: it changes what this process knows or
    what its lines are told; every process hears it, this one now. `hearers`: it writes; only the
    process that committed hears it, once.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.hearers: list[Hearer] = []
        self.everywhere: list[Hearer] = []
        self.keepers: list[Hearer] = []  # of those: what was decided last is what they know
        self.news: Told | None = None  # where nobody else could hear it, nothing is written
        self.ring: Callable[[], None] = lambda: None  # there is news
        self.glances = glances_at(database)
        # What takes effect within a second waits behind nobody, however many come in at once.
        self.glances_ahead = self.glances if database.is_sqlite else glances_at(database)
        self._writing = async_sessionmaker(database.writer, expire_on_commit=False)
        self._reading = async_sessionmaker(database.reader, expire_on_commit=False)

    async def close(self) -> None:
        await self.glances.close()
        await self.glances_ahead.close()
        await self.database.close()

    @asynccontextmanager
    async def work(self, *, ahead: bool = False) -> AsyncIterator[Work]:
        """A transaction that writes. On SQLite it holds the pen: await nothing else inside.

        `ahead` of others who wait for the pen: where somebody may be in danger.
        """
        try:
            async with self.database.pen.held(ahead=ahead), self._writing() as db:
                work = Work(db, self.clock)
                yield work
                await self._keep(work)
        except (SQLAlchemyError, OSError, asyncpg.InternalClientError) as broken:
            if _is_our_mistake(broken):
                raise
            raise NotKept from broken
        for event in work.events:
            for hear in (*self.everywhere, *self.hearers):
                hear(event)
        if work.events:
            self.ring()

    async def _keep(self, work: Work) -> None:
        """Commit. News of what then may or may not be on disk is heard here like anybody's."""
        if self.news is None or not work.events:
            await work.db.commit()
            return
        written = await self.news.write(work)
        try:
            await work.db.commit()
        except BaseException:
            self.news.doubt(written)
            raise

    @asynccontextmanager
    async def reading(self, *, stale: bool = False) -> AsyncIterator[Work]:
        """A transaction that only reads.

        `stale`: it may be a second old, so a copy may be read. Never what somebody has just
        written themselves, never whether somebody may, never what is out of their sight.
        """
        copied = await self.database.replicas.session() if stale else None
        try:
            async with copied or self._reading() as db:
                yield Work(db, self.clock)
        except (SQLAlchemyError, OSError, asyncpg.InternalClientError) as broken:
            if _is_our_mistake(broken):
                raise
            raise NotKept(NOT_READ, code="not_read") from broken


def _is_our_mistake(error: Exception) -> bool:
    """A broken statement is a bug to be seen; a broken disk or a lost server is weather."""
    if isinstance(error, DBAPIError):
        return type(error).__name__ in {"ProgrammingError", "IntegrityError", "DataError"}
    return isinstance(error, SQLAlchemyError) and type(error).__name__ != "TimeoutError"
