"""The keystore of one machine: an SQLite file of its own, in the folder of the keys.

Looking a key up happens right on the event loop, on a connection that only reads. Everything that
is written goes through one thread, with a pen of its own: several processes of one machine may
serve the same place.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from holdfast.kit.errors import NotKept
from holdfast.kit.glances import NOT_READ
from holdfast.kit.ids import KeyId, SeatId
from holdfast.kit.pen import Pen
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.keystore.together import Together

NAME = "keystore.db"
PRAGMAS = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)
SHAPE = """
CREATE TABLE IF NOT EXISTS keys (
    id BLOB PRIMARY KEY, seat INTEGER NOT NULL, day INTEGER NOT NULL, generation INTEGER NOT NULL,
    wrapped BLOB NOT NULL, made INTEGER NOT NULL, UNIQUE (seat, day, generation)
);
CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""
ALL = "SELECT id, seat, day, generation, wrapped, made FROM keys"
NEWEST = f"{ALL} WHERE seat = ? AND day = ? AND generation >= 0 ORDER BY generation DESC LIMIT 1"
THERE = "SELECT 1 FROM keys WHERE id = ?"
AFTER = f"{ALL} WHERE id > ? ORDER BY id LIMIT ?"
KEEP = "INSERT INTO keys (id, seat, day, generation, wrapped, made) VALUES (?, ?, ?, ?, ?, ?)"
REWRAP = "UPDATE keys SET wrapped = ? WHERE id = ?"
NOTED = "SELECT value FROM secrets WHERE name = ?"
NOTE = (
    "INSERT INTO secrets (name, value) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
AT_ONCE = 500  # values in one statement
EMPTIED_TRIES = 500
Answer = TypeVar("Answer")


class SqliteKeystore:
    """Keys in a file. Raises `sqlite3.Error` or `OSError` where it cannot be opened."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.file = folder / NAME
        os.close(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o600))
        self._pen = Pen(folder / "pen")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keystore")
        self._db = self._thread.submit(self._opened).result()
        self._reading = sqlite3.connect(self.file, isolation_level=None)
        self._reading.execute("PRAGMA query_only=ON")
        self._reading.execute("PRAGMA busy_timeout=1000")
        self.together = Together(self._keep)
        self.is_well = True

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, isolation_level=None, check_same_thread=False)
        self._pen.take()
        try:
            for pragma in PRAGMAS:
                db.execute(pragma)
            db.executescript(SHAPE)
        finally:
            self._pen.give_back()
        return db

    # ------------------------------------------------------------ looking up

    async def find(self, seat: SeatId, day: int) -> KeptKey | None:
        found = self._rows(NEWEST, (seat, day))
        return KeptKey(*found[0]) if found else None

    async def named(self, ids: Iterable[KeyId]) -> list[KeptKey]:
        return [KeptKey(*row) for row in self._rows_in(f"{ALL} WHERE id IN", list(ids))]

    async def of_seats(self, seats: Sequence[SeatId]) -> list[KeyId]:
        return [row[0] for row in self._rows_in("SELECT id FROM keys WHERE seat IN", seats)]

    async def of_days(self, seats: Sequence[SeatId], before: int) -> list[KeyId]:
        asked = "SELECT id, day FROM keys WHERE seat IN"
        return [key for key, day in self._rows_in(asked, seats) if day < before]

    async def newest_day(self) -> int | None:
        newest: int | None = self._rows("SELECT max(day) FROM keys")[0][0]
        return newest

    async def count(self) -> int:
        count: int = self._rows("SELECT count(*) FROM keys")[0][0]
        return count

    async def all_keys(self) -> AsyncIterator[KeptKey]:
        last = b""
        while rows := self._rows(AFTER, (last, AT_ONCE)):
            for row in rows:
                yield KeptKey(*row)
            last = rows[-1][0]
            await asyncio.sleep(0)

    async def secret(self, name: str) -> bytes | None:
        found = self._rows(NOTED, (name,))
        return found[0][0] if found else None

    def _rows(self, asked: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._reading.execute(asked, values).fetchall()
        except sqlite3.Error as broken:
            raise NotKept(NOT_READ, code="not_read") from broken

    def _rows_in(self, asked: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        for some in _some(values):
            found += self._rows(f"{asked} ({','.join('?' * len(some))})", some)
        return found

    # ------------------------------------------------------------ writing

    async def keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        return await self.together.keep(keys)

    async def _keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        return await self._written(lambda: [self._stands_for(key) for key in keys])

    def _stands_for(self, key: KeptKey) -> KeptKey:
        if key.is_alone:
            if self._db.execute(THERE, (key.id,)).fetchone():
                return key
        else:
            found = self._db.execute(NEWEST, (key.seat, key.day)).fetchone()
            if found is not None and found[3] >= key.generation:
                return KeptKey(*found)
        values = (key.id, key.seat, key.day, key.generation, key.wrapped, key.made)
        self._db.execute(KEEP, values)
        return key

    async def drop(self, ids: Sequence[KeyId]) -> int:
        def dropped() -> int:
            gone = 0
            for some in _some(ids):
                places = ",".join("?" * len(some))
                delete = f"DELETE FROM keys WHERE id IN ({places})"  # noqa: S608
                gone += self._db.execute(delete, some).rowcount
            return gone

        return await self._written(dropped, emptied=True)

    async def rewrap(self, keys: Sequence[KeptKey]) -> None:
        await self._written(
            lambda: self._db.executemany(REWRAP, [(key.wrapped, key.id) for key in keys])
        )

    async def keep_secret(self, name: str, value: bytes) -> None:
        await self._written(lambda: self._db.execute(NOTE, (name, value)))

    async def _written(self, write: Callable[[], Answer], *, emptied: bool = False) -> Answer:
        """One transaction in the thread; `emptied`: nothing that was there stays in the log."""
        loop = asyncio.get_running_loop()
        try:
            done = await asyncio.shield(
                loop.run_in_executor(self._thread, self._write, write, emptied)
            )
        except (sqlite3.Error, OSError, RuntimeError) as broken:
            self.is_well = False
            raise NotKept from broken
        self.is_well = True
        return done

    def _write(self, write: Callable[[], Answer], emptied: bool) -> Answer:
        self._pen.take()
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                done = write()
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
            if emptied:
                self._empty_log()
        finally:
            self._pen.give_back()
        return done

    def _empty_log(self) -> None:
        """Raises `sqlite3.OperationalError` where somebody reads all the while."""
        for _ in range(EMPTIED_TRIES):
            if not self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return
            time.sleep(0.01)
        raise sqlite3.OperationalError("the log of the keystore is being read")

    async def close(self) -> None:
        await self.together.settled()
        self._thread.shutdown()
        self._reading.close()
        self._db.close()
        self._pen.close()


def _some(values: Sequence[object]) -> Iterable[Sequence[object]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
