"""The two databases, opened the only way we trust: acknowledged means on disk."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy import event, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from holdfast.kit.pen import Pen
from holdfast.kit.primary import parsed
from holdfast.kit.pulse import Pulse
from holdfast.kit.replicas import Replicas

READERS = 8
SQLITE_PRAGMAS = (
    "PRAGMA busy_timeout=5000",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",  # with NORMAL a power cut loses acknowledged messages
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # what was deleted is written over, not only unlisted
    "PRAGMA temp_store=MEMORY",
)


class Database(Struct, frozen=True):
    """An engine that writes, an engine that reads, and the pen."""

    url: URL
    writer: AsyncEngine
    reader: AsyncEngine
    pen: Pen
    pulse: Pulse
    replicas: Replicas

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path:
        """Where the SQLite file lies."""
        return Path(self.url.database or "")

    def begin(self) -> None:
        """A house opens on it: from now on it is asked whether it is there."""
        self.pulse.begin()
        self.replicas.begin()

    async def forget_deleted(self) -> None:
        """On SQLite, empty the log beside the file: what was deleted lies nowhere any more."""
        if not self.is_sqlite:
            return
        async with self.pen.held(), self.writer.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection
            await raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self.replicas.close()
        await self.pulse.close()
        await _connections_closing()
        await self.reader.dispose()
        await self.writer.dispose()
        self.pen.close()


async def _connections_closing() -> None:
    """A reading cut short closes its connection behind our back; cut short too, it never ends."""
    closing = [t for t in asyncio.all_tasks() if "_terminate_graceful_close" in repr(t.get_coro())]
    if closing:
        await asyncio.wait(closing, timeout=1)


def async_url(url: str) -> URL:
    """The address with the driver we use: aiosqlite or asyncpg."""
    drivers = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
    address = parsed(url)
    if address.get_backend_name() not in drivers:
        raise ValueError("the database is `sqlite:///file` or `postgresql://…`")
    return address.set(drivername=drivers[address.get_backend_name()])


def open_database(url: str, replicas: str = "") -> Database:
    """Open a database by its address: `sqlite:///file` or `postgresql://…`.

    `replicas`: the addresses of copies of it, comma-separated.
    """
    address = async_url(url)
    if address.get_backend_name() == "sqlite":
        return _open_sqlite(address)
    pulse = Pulse(address)
    engine = create_async_engine(
        plain(address),
        async_creator=pulse.connect,
        pool_size=READERS + 2,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=5,
    )
    copies = [async_url(one.strip()) for one in replicas.split(",") if one.strip()]
    return Database(address, engine, engine, Pen(None), pulse, Replicas(copies, pulse))


def plain(address: URL) -> URL:
    """The address without hosts: the engine asks us for connections, and knows no two hosts."""
    return address.set(host=None, port=None, query={})


def _open_sqlite(address: URL) -> Database:
    file = Path(address.database or "")
    pool: dict[str, Any] = {"poolclass": AsyncAdaptedQueuePool, "max_overflow": 0}
    writer = create_async_engine(address, pool_size=1, **pool)
    reader = create_async_engine(address, pool_size=READERS, **pool)
    _prepare(writer, SQLITE_PRAGMAS, "BEGIN IMMEDIATE")
    _prepare(reader, (*SQLITE_PRAGMAS, "PRAGMA query_only=ON"), "BEGIN")
    pulse = Pulse(None)
    return Database(address, writer, reader, Pen(file.with_name("pen")), pulse, Replicas((), pulse))


def _prepare(engine: AsyncEngine, pragmas: tuple[str, ...], begin: str) -> None:
    async def said_in_one_go(raw: Any) -> None:
        await (await raw.executescript(";".join(pragmas))).close()

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: Any) -> None:
        _for_its_owner(Path(engine.url.database or ""))
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.run_async(said_in_one_go)

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _for_its_owner(file: Path) -> None:
    """A file that was made just now is for its owner alone; so then is the log beside it."""
    with suppress(OSError):
        if file.stat().st_size == 0:
            file.chmod(0o600)


async def weaknesses(database: Database) -> list[str]:
    """What makes this database break the promise that acknowledged means on disk."""
    if database.is_sqlite:
        wanted = {"PRAGMA synchronous": "2", "PRAGMA journal_mode": "wal"}
        async with database.writer.connect() as connection:
            found = {ask: str((await connection.execute(text(ask))).scalar()) for ask in wanted}
        return [f"{ask} is {found[ask]}" for ask in wanted if found[ask] != wanted[ask]]
    async with database.reader.connect() as connection:
        commit = (await connection.execute(text("SHOW synchronous_commit"))).scalar()
        fsync = (await connection.execute(text("SHOW fsync"))).scalar()
    weak = [f"synchronous_commit is {commit}"] if commit in {"off", "local"} else []
    return weak + ([f"fsync is {fsync}"] if fsync != "on" else [])
