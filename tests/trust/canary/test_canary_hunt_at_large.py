"""The same evening on PostgreSQL and Redis: nothing of it lies there, nor went past on the wire."""

from __future__ import annotations

import asyncio
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from guards import missing
from postgres import Cluster, postgres_binaries
from redis_server import RedisServer
from trust.canary.an_evening import Evening
from trust.canary.artefacts import when_it_stopped
from trust.canary.place import Canaried
from trust.canary.searching import Found, Hunt, every_file
from trust.canary.table import idle, strays

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A server of this test's own: every byte of its folder is of this evening."""
    if postgres_binaries() is None:
        missing("PostgreSQL", "apt-get install postgresql")
    with tempfile.TemporaryDirectory(prefix="holdfast-canary-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "cluster")
        cluster.make()
        cluster.start()
        try:
            cluster.execute("CREATE DATABASE holdfast")
            yield cluster
        finally:
            cluster.stop("immediate")


@contextmanager
def overheard(redis: RedisServer) -> Iterator[list[bytes]]:
    """Everything that anybody says to this Redis."""
    heard: list[bytes] = []
    line = socket.create_connection(("127.0.0.1", redis.port), timeout=30)
    line.sendall(b"*1\r\n$7\r\nMONITOR\r\n")
    heard.append(line.recv(64))

    def listen() -> None:
        while piece := line.recv(65_536):
            heard.append(piece)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield heard
    line.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    line.close()


def rows_of(cluster: Cluster) -> bytes:
    """Every value of every table, as the database gives it."""

    async def ask() -> list[bytes]:
        db: Any = await asyncpg.connect(cluster.url("holdfast"))
        try:
            tables = await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            rows = [
                row
                for (table,) in tables
                for row in await db.fetch(f'SELECT * FROM "{table}"')  # noqa: S608 - a table's name
            ]
        finally:
            await db.close()
        return [one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row]

    return b"\n".join(asyncio.run(ask()))


def test_nothing_lies_where_the_table_does_not_allow_it_on_postgresql_and_redis(
    cluster: Cluster, redis_apart: RedisServer, tmp_path: Path
) -> None:
    url = cluster.url("holdfast")
    place = Canaried(tmp_path / "place", database=url, HOLDFAST_REDIS_URL=redis_apart.url)
    assert redis_apart.ask("CONFIG", "SET", "rdbcompression", "no") == b"+OK\r\n"
    dump = Path(redis_apart.ask("CONFIG", "GET", "dir").split(b"\r\n")[4].decode()) / "dump.rdb"
    found: dict[str, Found] = {}
    place.start()
    try:
        with overheard(redis_apart) as heard:
            Evening(place).whole()
        hunt = Hunt(place.said)
        assert redis_apart.ask("SAVE") == b"+OK\r\n"
        found["what was said to Redis"] = hunt.in_bytes(b"".join(heard))
        found["Redis on disk"] = hunt.in_files([dump])
        found["rows of PostgreSQL"] = hunt.in_bytes(rows_of(cluster))
        cluster.execute("CHECKPOINT")
        found["bytes of PostgreSQL"] = hunt.in_files(every_file(cluster.folder))
    finally:
        place.stop()
    stopped = dict(when_it_stopped(place, hunt))
    found["the server's log"] = stopped["the server's log"]
    # The database is elsewhere: in the folder beside this process lie the keys, and no names.
    found["the data folder of a process"] = stopped["the data folder, closed"]
    assert b"PUBLISH" in b"".join(heard).upper() or b"SPUBLISH" in b"".join(heard).upper()
    assert dump.read_bytes().startswith(b"REDIS")
    assert strays(found) == []
    assert idle(found) == []
