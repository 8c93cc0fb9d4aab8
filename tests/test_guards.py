"""The guards of the tests are themselves tested."""

from __future__ import annotations

import asyncio
import os
import socket
from pathlib import Path

import pytest

from guards import NetworkForbidden, Watch, database_of
from postgres import FOLDER, run_apart, sweep


def test_a_test_may_not_leave_this_machine(network_watch: Watch) -> None:
    with socket.socket() as outward, pytest.raises(NetworkForbidden):
        outward.connect(("192.0.2.1", 443))
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("example.org", 443)
    assert network_watch.attempts == [
        "socket.connect 192.0.2.1",
        "socket.getaddrinfo example.org",
    ]
    network_watch.attempts.clear()


async def test_a_test_may_talk_to_itself() -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readline())
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"hello\n")
    await reader.read()
    writer.close()
    server.close()
    assert heard == [b"hello\n"]


def test_the_summary_reads_the_database_from_a_tests_name() -> None:
    assert database_of("tests/rooms/test_x.py::test_y[sqlite]") == "sqlite"
    assert database_of("tests/rooms/test_x.py::test_y[held-postgresql]") == "postgresql"
    assert database_of("tests/rooms/test_x.py::test_sqlite_y") is None
    assert database_of("tests/rooms/test_x.py::test_y[held]") is None


def test_each_test_has_a_postgresql_of_its_own(postgres_url: str) -> None:
    import asyncpg

    async def question() -> tuple[str, int]:
        connection = await asyncpg.connect(postgres_url)
        try:
            await connection.execute("CREATE TABLE here (mark integer)")
            await connection.execute("INSERT INTO here VALUES (1)")
            marks = await connection.fetchval("SELECT count(*) FROM here")
            return str(await connection.fetchval("SHOW fsync")), int(marks)
        finally:
            await connection.close()

    assert run_apart(question) == ("on", 1)


def test_the_next_test_finds_it_empty(postgres_url: str) -> None:
    test_each_test_has_a_postgresql_of_its_own(postgres_url)


def test_what_a_killed_run_left_is_swept_and_what_a_living_one_uses_is_not(tmp_path: Path) -> None:
    living = tmp_path / f"{FOLDER}{os.getpid()}-a"
    dead = tmp_path / f"{FOLDER}999999999-a"
    living.mkdir()
    data = dead / "cluster" / "data"
    data.mkdir(parents=True)
    # As a server leaves it that was killed together with its run.
    data.joinpath("postmaster.pid").write_text(f"999999999\n{data}\n0\n5432\n\n\n0 0\nready\n")
    sweep(tmp_path)
    assert (living.exists(), dead.exists()) == (True, False)
