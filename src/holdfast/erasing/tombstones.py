"""The erasure ledger: what was erased, by keyed hashes, apart from the data and never in a backup.

A backup that is older than an erasure brings the words back. So whoever restores one erases again
all that the ledger names, before anybody can come in (`replay`).
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import asyncpg

from holdfast.erasing.marks import Mark
from holdfast.kit.errors import NotKept
from holdfast.kit.tables import from_millis, to_millis
from holdfast.settings import Settings

NAME = "erasures.db"
PRAGMAS = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=FULL",
)
SHAPE = (
    "CREATE TABLE IF NOT EXISTS tombstones"
    " (kind TEXT NOT NULL, mark {bytes} NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (kind, mark))"
)
ADD = (
    "INSERT INTO tombstones (kind, mark, at) VALUES ({places}) ON CONFLICT (kind, mark)"
    " DO UPDATE SET at = excluded.at WHERE excluded.at > tombstones.at"
)
ALL = "SELECT kind, mark, at FROM tombstones"
Progress = Callable[[str, int, int], None]  # what is looked through; how far; of how many
Known = Mapping[Mark, datetime]
Answer = TypeVar("Answer")


class Tombstones(Protocol):
    """What was erased. What `add` has answered is on disk."""

    async def add(self, marks: Sequence[Mark], at: datetime) -> None:
        """These were erased at that time. Twice is once; the latest time stands."""

    async def known(self) -> dict[Mark, datetime]:
        """Everything that was erased, and when."""

    async def close(self) -> None: ...


class TombstoneFile:
    """The ledger as a file of its own beside the keystore."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file = folder / NAME
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="tombstones")
        self._db = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            self._db.execute(pragma)
        self._db.execute(SHAPE.format(bytes="BLOB"))

    async def add(self, marks: Sequence[Mark], at: datetime) -> None:
        rows = [(mark.kind, mark.hash, to_millis(at)) for mark in marks]
        if rows:
            await self._in_thread(lambda: self._write(rows))

    def _write(self, rows: list[tuple[str, bytes, int]]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(ADD.format(places="?, ?, ?"), rows)
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    async def known(self) -> dict[Mark, datetime]:
        found = await self._in_thread(lambda: self._db.execute(ALL).fetchall())
        return {Mark(kind, bytes(mark)): from_millis(at) for kind, mark, at in found}

    async def _in_thread(self, do: Callable[[], Answer]) -> Answer:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, do)
        except (sqlite3.Error, OSError) as broken:
            raise NotKept from broken

    async def close(self) -> None:
        self._thread.shutdown()
        self._db.close()


class TombstoneTable:
    """The ledger as a table in the keystore's own PostgreSQL cluster."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._db: Any = None
        self._turn = asyncio.Lock()

    async def add(self, marks: Sequence[Mark], at: datetime) -> None:
        rows = [(mark.kind, mark.hash, to_millis(at)) for mark in marks]
        if rows:
            add = ADD.format(places="$1, $2, $3")
            await self._asked(lambda db: db.executemany(add, rows))

    async def known(self) -> dict[Mark, datetime]:
        found = await self._asked(lambda db: db.fetch(ALL))
        return {Mark(row[0], bytes(row[1])): from_millis(row[2]) for row in found}

    async def _asked(self, ask: Callable[[Any], Any]) -> Any:
        async with self._turn:
            try:
                if self._db is None or self._db.is_closed():
                    self._db = await asyncpg.connect(self._url, command_timeout=10)
                    await self._db.execute(SHAPE.format(bytes="BYTEA"))
                return await ask(self._db)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as broken:
                raise NotKept from broken

    async def close(self) -> None:
        if self._db is not None and not self._db.is_closed():
            await self._db.close()


def open_tombstones(settings: Settings) -> Tombstones:
    """The erasure ledger of this place. Raises `OSError`, `sqlite3.Error`."""
    if settings.keystore_url:
        return TombstoneTable(settings.keystore_url)
    return TombstoneFile(settings.keys_folder)


class Again(Protocol):
    """Erases again, in a restored place. `messages.actions.again` knows how."""

    async def erase_again(self, known: Known, tell: Progress) -> dict[str, int]:
        """Everything there that these marks name; how much of each kind there was."""


def tell_nobody(what: str, done: int, of: int) -> None:
    """Progress where nobody looks."""
    del what, done, of


async def replay(
    tombstones: Tombstones, again: Again, tell: Progress = tell_nobody
) -> dict[str, int]:
    """Erase again what the ledger names, in a place that was restored, before its port opens.

    What was erased is counted by kind: `message`, `person`, `seat`, `room`, `day`. A second time
    it finds nothing. Raises `NotKept` where the ledger, the keystore or the data do not answer.
    """
    return await again.erase_again(await tombstones.known(), tell)
