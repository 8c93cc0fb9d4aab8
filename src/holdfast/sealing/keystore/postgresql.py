"""The keystore of a place with several machines: a PostgreSQL cluster of its own.

Keys lie in parts by their seats, so that a part can be written anew without a dropped key while
people wait for it no longer than a moment. That such a part is still to be written anew is kept
with the keys, until it was: whoever drops or sweeps next goes on with it. What the cluster's
write-ahead log and its backups still hold of a dropped key goes when they go: they are to be kept
for seven days at most.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import asyncpg
import structlog
from sqlalchemy.engine import URL

from holdfast.kit.errors import NotKept
from holdfast.kit.glances import NOT_READ, nothing_to_undo
from holdfast.kit.ids import KeyId, SeatId
from holdfast.kit.primary import WEATHER, connect, parsed
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.keystore.together import Together

PARTS = 16
CONNECTIONS = 4
WITHIN = 3.0  # seconds
WRITTEN_WITHIN = 60.0  # seconds, for a part that nobody else reads
LOCKED_WITHIN = "2s"  # who asks for a key of the part stands behind us meanwhile
TRIES, PAUSE = 5, 0.2  # while somebody still sees the rows as they were
AT_ONCE = 1_000
MAKING = 0x484B4559  # whoever makes the tables
SHAPE = """
CREATE TABLE IF NOT EXISTS holdfast_keys (
    id BYTEA NOT NULL, seat BIGINT NOT NULL, day BIGINT NOT NULL, generation INTEGER NOT NULL,
    wrapped BYTEA NOT NULL, made BIGINT NOT NULL,
    PRIMARY KEY (id, seat), UNIQUE (seat, day, generation)
) PARTITION BY HASH (seat);
CREATE TABLE IF NOT EXISTS holdfast_secrets (name TEXT PRIMARY KEY, value BYTEA NOT NULL);
CREATE TABLE IF NOT EXISTS holdfast_unwritten (part TEXT PRIMARY KEY, since TEXT NOT NULL);
"""
PART = (
    "CREATE TABLE IF NOT EXISTS holdfast_keys_{part} PARTITION OF holdfast_keys"
    " FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
)
WHO = "SELECT system_identifier FROM pg_control_system()"
ALL = "SELECT id, seat, day, generation, wrapped, made FROM holdfast_keys"
NEWEST = f"{ALL} WHERE seat = $1 AND day = $2 AND generation >= 0 ORDER BY generation DESC LIMIT 1"
STAND = """
SELECT DISTINCT ON (k.seat, k.day) k.id, k.seat, k.day, k.generation, k.wrapped, k.made
FROM holdfast_keys k JOIN unnest($1::bigint[], $2::bigint[]) a(seat, day)
    ON k.seat = a.seat AND k.day = a.day AND k.generation >= 0
ORDER BY k.seat, k.day, k.generation DESC
"""
KEEP = """
INSERT INTO holdfast_keys (id, seat, day, generation, wrapped, made)
SELECT n.* FROM unnest($1::bytea[], $2::bigint[], $3::bigint[], $4::integer[], $5::bytea[],
    $6::bigint[]) n(id, seat, day, generation, wrapped, made)
WHERE NOT EXISTS (SELECT FROM holdfast_keys k
    WHERE k.seat = n.seat AND k.day = n.day AND k.generation >= n.generation
        AND n.generation >= 0)
ORDER BY n.seat, n.day, n.generation ON CONFLICT (seat, day, generation) DO NOTHING
"""
COUNT = "SELECT count(*) FROM holdfast_keys WHERE id = ANY($1::bytea[])"
DROP = """
WITH gone AS (
    DELETE FROM holdfast_keys WHERE id = ANY($1::bytea[]) RETURNING tableoid::regclass::text AS part
), marked AS (
    INSERT INTO holdfast_unwritten (part, since)
    SELECT DISTINCT part, pg_current_xact_id()::text FROM gone ORDER BY part
    ON CONFLICT (part) DO UPDATE SET since = excluded.since
)
SELECT count(*) FROM gone
"""
UNWRITTEN = "SELECT part, since FROM holdfast_unwritten ORDER BY part"
WRITTEN = "DELETE FROM holdfast_unwritten WHERE part = $1 AND since = $2"
REWRAP = (
    "UPDATE holdfast_keys k SET wrapped = n.wrapped"
    " FROM unnest($1::bytea[], $2::bytea[]) n(id, wrapped) WHERE k.id = n.id"
)
NOTE = (
    "INSERT INTO holdfast_secrets (name, value) VALUES ($1, $2)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
Answer = TypeVar("Answer")

log = structlog.get_logger()


class PostgresKeystore:
    """Keys in a cluster. `open` first."""

    def __init__(self, url: str) -> None:
        self.url: URL = parsed(url)
        self.together = Together(self._keep)
        self.is_well = True
        self._pool: asyncpg.Pool | None = None

    async def open(self) -> None:
        """Make the tables where there are none. Raises what the server says."""
        self._pool = await asyncpg.create_pool(
            connect=self._connect,
            reset=nothing_to_undo,
            min_size=0,
            max_size=CONNECTIONS,
            command_timeout=WITHIN,
        )
        async with self._pool.acquire() as db, db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock($1)", MAKING)
            await db.execute(SHAPE)
            for part in range(PARTS):
                await db.execute(PART.format(part=part, parts=PARTS))

    async def _connect(self, _: object, **options: Any) -> asyncpg.Connection:
        options["server_settings"] = {"synchronous_commit": "on"}
        async with asyncio.timeout(WITHIN):
            return await connect(self.url, **options)

    async def cluster(self) -> int:
        """Which cluster this is."""
        found: int = await self._asked(lambda db: db.fetchval(WHO))
        return found

    # ------------------------------------------------------------ looking up

    async def find(self, seat: SeatId, day: int) -> KeptKey | None:
        row = await self._asked(lambda db: db.fetchrow(NEWEST, seat, day))
        return None if row is None else KeptKey(*row)

    async def named(self, ids: Iterable[KeyId]) -> list[KeptKey]:
        wanted = f"{ALL} WHERE id = ANY($1::bytea[])"
        return [KeptKey(*row) for row in await self._rows(wanted, list(ids))]

    async def of_seats(self, seats: Sequence[SeatId]) -> list[KeyId]:
        theirs = "SELECT id FROM holdfast_keys WHERE seat = ANY($1::bigint[])"
        return [row[0] for row in await self._rows(theirs, list(seats))]

    async def of_days(self, seats: Sequence[SeatId], before: int) -> list[KeyId]:
        theirs = "SELECT id FROM holdfast_keys WHERE seat = ANY($1::bigint[]) AND day < $2"
        return [row[0] for row in await self._rows(theirs, list(seats), before)]

    async def newest_day(self) -> int | None:
        newest: int | None = await self._asked(
            lambda db: db.fetchval("SELECT max(day) FROM holdfast_keys")
        )
        return newest

    async def count(self) -> int:
        count: int = (await self._rows("SELECT count(*) FROM holdfast_keys"))[0][0]
        return count

    async def all_keys(self) -> AsyncIterator[KeptKey]:
        last = b""
        while rows := await self._rows(f"{ALL} WHERE id > $1 ORDER BY id LIMIT $2", last, AT_ONCE):
            for row in rows:
                yield KeptKey(*row)
            last = rows[-1][0]

    async def secret(self, name: str) -> bytes | None:
        asked = "SELECT value FROM holdfast_secrets WHERE name = $1"
        found: bytes | None = await self._asked(lambda db: db.fetchval(asked, name))
        return found

    async def _rows(self, asked: str, *values: object) -> list[Any]:
        found: list[Any] = await self._asked(lambda db: db.fetch(asked, *values))
        return found

    async def _asked(self, ask: Callable[[Any], Awaitable[Answer]]) -> Answer:
        try:
            return await self._within(ask)
        except WEATHER as broken:
            raise NotKept(NOT_READ, code="not_read") from broken

    async def _within(self, ask: Callable[[Any], Awaitable[Answer]]) -> Answer:
        assert self._pool is not None  # noqa: S101 - it is open
        async with self._pool.acquire(timeout=WITHIN) as db:
            return await ask(db)

    # ------------------------------------------------------------ writing

    async def keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        return await self.together.keep(keys)

    async def _keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        columns = [
            [getattr(key, name) for key in keys]
            for name in ("id", "seat", "day", "generation", "wrapped", "made")
        ]

        async def kept(db: Any) -> list[Any]:
            async with db.transaction():
                await db.execute(KEEP, *columns)
            alone = [key.id for key in keys if key.is_alone]
            if alone and await db.fetchval(COUNT, alone) < len(alone):
                raise NotKept  # by a chance of one in two thousand million; asked again, it is
            rows: list[Any] = await db.fetch(STAND, columns[1], columns[2])
            return rows

        stand = {(row[1], row[2]): KeptKey(*row) for row in await self._written(kept)}
        return [key if key.is_alone else stand[key.seat, key.day] for key in keys]

    async def drop(self, ids: Sequence[KeyId]) -> int:
        gone: int = await self._written(lambda db: db.fetchval(DROP, list(ids)))
        for part, since in await self._rows(UNWRITTEN):
            await self._written(partial(_write_anew, part))
            await self._written(partial(_note_written, part, since))
        return gone

    async def rewrap(self, keys: Sequence[KeptKey]) -> None:
        columns = [key.id for key in keys], [key.wrapped for key in keys]
        await self._written(lambda db: db.execute(REWRAP, *columns))

    async def keep_secret(self, name: str, value: bytes) -> None:
        await self._written(lambda db: db.execute(NOTE, name, value))

    async def _written(self, write: Callable[[Any], Awaitable[Answer]]) -> Answer:
        try:
            done = await self._within(write)
        except WEATHER as broken:
            self.is_well = False
            log.warning("keystore.not_kept", error=type(broken).__name__)
            raise NotKept from broken
        self.is_well = True
        return done

    async def close(self) -> None:
        await self.together.settled()
        if self._pool is not None:
            self._pool.terminate()


async def _note_written(part: str, since: str, db: Any) -> None:
    await db.execute(WRITTEN, part, since)


class StillSeen(OSError):
    """Somebody reads the rows as they were: what was deleted cannot be left out yet."""


async def _write_anew(part: str, db: Any) -> None:
    """What was deleted stays in a table's file until that is written anew, for nobody to see."""
    told = list[str]()

    def listen(_: object, message: Any) -> None:
        told.append(message.detail or "")

    db.add_log_listener(listen)
    await db.execute(f"SET lock_timeout = '{LOCKED_WITHIN}'")
    try:
        for _ in range(TRIES):
            told.clear()
            await db.execute(f"VACUUM (FULL, VERBOSE) {part}", timeout=WRITTEN_WITHIN)
            if not any(_rows_left(detail) for detail in told):
                return
            await asyncio.sleep(PAUSE)
    finally:
        db.remove_log_listener(listen)
        with suppress(*WEATHER):
            await db.execute("RESET lock_timeout")
    raise StillSeen


def _rows_left(detail: str) -> int:
    """In whatever language the server says how many dead rows it had to keep: its first number."""
    found = re.search(r"\d+", detail)
    return int(found[0]) if found else 0


async def cluster_of(url: str) -> int:
    """Which cluster the database at this address is in. Raises what `connect` raises."""
    connection = await connect(parsed(url))
    try:
        found: int = await connection.fetchval(WHO)
        return found
    finally:
        connection.terminate()
