"""Hearing the news of the house: what other processes did takes effect in this one, too.

Read twice a second, and at once when the bell rings. Numbers may be committed out of their order,
so what is missing between two numbers is asked for again for a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson
import structlog

from holdfast.kit.errors import HoldfastError
from holdfast.kit.news import News
from holdfast.kit.tables import from_millis, to_millis
from holdfast.kit.work import Event, Hearer, Workshop

READ_EVERY = 0.5  # seconds
CURRENT = 0.9  # seconds: who is signed out hears nothing a second later
BREATH = 0.05  # between two readings, however often the bell rings
LOOK_BACK = 60.0  # for what is missing
FIRST_LOOK_BACK = 1_000  # numbers, as LAST has it
MOST_MISSING = 5_000
AT_ONCE = 500  # rows, as NEW has it
LAST = "SELECT id FROM house_news ORDER BY id DESC LIMIT 1000"
OLDEST = "SELECT MIN(id) FROM house_news"
LATELY = "SELECT at, node, kind, body FROM house_news WHERE at >= ? ORDER BY id LIMIT 5000"
NEW_ON_SQLITE = (
    "SELECT id, node, kind, body FROM house_news"
    " WHERE id > ? OR id IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 500"
)
NEW_ON_POSTGRESQL = (
    "SELECT id, node, kind, body FROM house_news WHERE id > ? OR id = ANY(?) ORDER BY id LIMIT 500"
)

log = structlog.get_logger()


class Listening:
    """One process's place in the news, and who hears them here."""

    def __init__(self, workshop: Workshop, news: News) -> None:
        self._workshop, self._news = workshop, news
        self._is_sqlite = workshop.database.is_sqlite
        self._new = NEW_ON_SQLITE if self._is_sqlite else NEW_ON_POSTGRESQL
        self.start_over: Callable[[], Awaitable[None]] = nothing_kept
        self.when_read: Callable[[], None] = lambda: None
        self._read_at = float("-inf")  # by the loop's clock: all that was news then was heard
        self._newest = 0
        self._missing: dict[int, float] = {}  # numbers not seen, and until when they may come
        self._bell = asyncio.Event()
        self._could, self._is_behind = True, False
        self._mixed = False  # others' news was told at the last reading
        self._task: asyncio.Task[None] | None = None

    async def lately(self, since: datetime) -> list[tuple[datetime, Event]]:
        """What happened since then in any process, in its order, and when."""
        rows = await self._workshop.glances_ahead.rows(LATELY, to_millis(since))
        told = ((from_millis(at), self._news.read(*news)) for at, *news in rows)
        return [(at, event) for at, event in told if event is not None]

    async def begin(self) -> None:
        """Take a place at the end, before anything is read into memory."""
        there = [number for (number,) in await self._workshop.glances_ahead.rows(LAST)]
        self._newest, self._missing = max([0, *(number - FIRST_LOOK_BACK for number in there)]), {}
        if there:
            self._pass_over(there)

    def go_on(self) -> None:
        """From now on, hear what comes."""
        loop = asyncio.get_running_loop()
        self._read_at, self._task = loop.time(), loop.create_task(self._hear())

    def is_current(self) -> bool:
        """Whether it has heard all that happened until a moment ago, as far as it listens."""
        if self._task is None or self._task.done():
            return True
        return asyncio.get_running_loop().time() - self._read_at < CURRENT

    def wake(self) -> None:
        """The bell rang."""
        self._bell.set()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _hear(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(READ_EVERY):
                    await self._bell.wait()
            self._bell.clear()
            try:
                await self.read()
                self._could = True
            except HoldfastError:
                if self._could:
                    log.warning("news.not_read")
                self._could = False
            except Exception as broken:
                log.error("news.broken", error=type(broken).__name__)
            await asyncio.sleep(BREATH)

    async def read(self) -> None:
        """Hear everything that is new."""
        began = asyncio.get_running_loop().time()
        await self._read()
        self._read_at = began
        self.when_read()

    async def _read(self) -> None:
        """Who was away for too long begins anew."""
        rows = await self._rows()
        if self._is_behind or await self._is_too_late(rows):
            log.warning("news.missed")
            self._is_behind = True  # until all is read anew, however often that fails
            await self.begin()
            await self.start_over()
            self._is_behind = False
            return
        self._hear_of(rows)
        while len(rows) == AT_ONCE:
            rows = await self._rows()
            self._hear_of(rows)

    async def _is_too_late(self, rows: list[tuple[Any, ...]]) -> bool:
        """Whether something was forgotten before it was read: the newest row always stays."""
        if not rows or rows[-1][0] <= self._newest + 1:
            return False
        ((oldest,),) = await self._workshop.glances_ahead.rows(OLDEST)
        return int(oldest) > self._newest + 1

    async def _rows(self) -> list[tuple[Any, ...]]:
        missing = list(self._missing)
        among = orjson.dumps(missing).decode() if self._is_sqlite else missing
        return await self._workshop.glances_ahead.rows(self._new, self._newest, among)

    def _hear_of(self, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._pass_over([row[0] for row in rows])
        now = self._workshop.clock.ticks()
        self._missing = {number: until for number, until in self._missing.items() if until > now}
        self._tell_all(rows)

    def _tell_all(self, rows: list[tuple[Any, ...]]) -> None:
        """Its own it has told already: where others' came between, perhaps before what was first.

        Those who keep what was decided last hear it again then, in the order of the house.
        """
        new = [self._news.is_new_here(node, body) for _, node, _, body in rows]
        mixed, self._mixed = self._mixed or any(new), any(new)
        for is_new, (_, node, kind, body) in zip(new, rows, strict=True):
            if is_new or mixed:
                event = self._news.read(node, kind, body)
                if event is not None:
                    self._tell(
                        event, self._workshop.everywhere if is_new else self._workshop.keepers
                    )

    def _tell(self, event: Event, hearers: Sequence[Hearer]) -> None:
        for hear in hearers:
            try:
                hear(event)
            except Exception as broken:  # the others hear it all the same
                log.error("news.not_heard", error=type(broken).__name__, told=type(event).__name__)

    def _pass_over(self, numbers: list[int]) -> None:
        """These were seen; what is missing between them may still be on its way."""
        until = self._workshop.clock.ticks() + LOOK_BACK
        last = max(self._newest, *numbers)
        first = max(self._newest + 1, last - MOST_MISSING)
        self._missing.update(dict.fromkeys(range(first, last + 1), until))
        for number in numbers:
            self._missing.pop(number, None)
        self._newest = last


async def nothing_kept() -> None:
    """Where nothing is kept in memory."""
