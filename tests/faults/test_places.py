"""The places of the experiments do what they say: a wire that is cut is cut, a copy takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
import redis

from faults.places_database import OwnCopy, OwnPostgres
from faults.places_nodes import Node, balanced, started
from faults.places_redis import OwnRedis
from faults.places_town import Size, town_at
from faults.places_wire import Wire, wire_to

TINY = Size(members=8, rooms=2, rate=60.0, crisis=0.2)


@asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    """Somebody who says again what they hear."""

    async def on(come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        with suppress(ConnectionResetError):
            while words := await come.read(65_536):
                go.write(words)
        go.close()

    async with await asyncio.start_server(on, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


class _Talk:
    """A conversation over a wire."""

    def __init__(self, come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        self.come, self.go = come, go

    @classmethod
    async def over(cls, wire: Wire) -> _Talk:
        return cls(*await asyncio.open_connection("127.0.0.1", wire.port))

    async def takes(self, words: bytes = b"words", patience: float = 20.0) -> float:
        """How long it takes until these words are heard back."""
        began = time.monotonic()
        self.go.write(words)
        heard = await asyncio.wait_for(self.come.readexactly(len(words)), patience)
        assert heard == words
        return time.monotonic() - began

    async def is_prompt(self) -> bool:
        """Heard back at once, one time in twenty at least: a busy machine takes its time."""
        return min([await self.takes() for _ in range(20)]) < 0.1


async def test_a_wire_passes_on_and_is_late_as_it_is_told() -> None:
    async with _echo() as port:
        with wire_to(port) as wire:
            talk = await _Talk.over(wire)
            assert await talk.is_prompt()
            wire.there.latency, wire.back.latency = 0.1, 0.05
            assert await talk.takes() >= 0.15
            wire.mend()
            wire.there.rate, wire.there.slice = 10_000, 100
            assert await talk.takes(b"x" * 1_000) >= 0.09
            talk.go.close()


async def test_a_wire_that_is_deaf_one_way_delivers_when_it_hears_again() -> None:
    async with _echo() as port:
        with wire_to(port) as wire:
            talk = await _Talk.over(wire)
            assert await talk.is_prompt()
            wire.back.deaf = True
            with pytest.raises(TimeoutError):
                await talk.takes(b"one", patience=0.2)
            wire.mend()
            assert await asyncio.wait_for(talk.come.readexactly(3), 20) == b"one"
            talk.go.close()


async def test_a_wire_that_is_reset_or_refuses_says_so() -> None:
    async with _echo() as port:
        with wire_to(port) as wire:
            talk = await _Talk.over(wire)
            assert await talk.is_prompt()
            await asyncio.to_thread(wire.reset)
            with pytest.raises(ConnectionResetError):
                await talk.come.readexactly(1)
            await asyncio.to_thread(wire.refuse)
            with pytest.raises(ConnectionRefusedError):
                await _Talk.over(wire)
            await asyncio.to_thread(wire.accept)
            again = await _Talk.over(wire)
            assert await again.is_prompt()
            again.go.close()


@pytest.mark.full
async def test_a_redis_of_its_own_may_hang_be_emptied_and_die(redis_of_its_own: OwnRedis) -> None:
    server = redis_of_its_own
    with server.client() as client:
        client.set("a", "b")
        server.empty()
        assert client.get("a") is None
    server.freeze()
    assert not server.answers()
    server.thaw()
    assert server.answers()
    server.kill()
    with pytest.raises(redis.ConnectionError), server.client() as client:
        client.ping()
    server.start()
    assert server.answers()


async def _kept(cluster: OwnPostgres) -> int:
    connection = await asyncpg.connect(cluster.url())
    try:
        return int(await connection.fetchval("SELECT count(*) FROM said"))
    finally:
        await connection.close()


@pytest.mark.slow
async def test_a_copy_has_what_was_acknowledged_and_takes_over(
    pair_of_postgres: tuple[OwnPostgres, OwnCopy],
) -> None:
    primary, copy = pair_of_postgres
    primary.execute("CREATE TABLE said (words text)")
    primary.execute("INSERT INTO said VALUES ('kept')")
    await asyncio.to_thread(primary.kill)
    await asyncio.to_thread(copy.promote)
    copy.execute("INSERT INTO said VALUES ('after')")
    assert await _kept(copy) == 2


@pytest.mark.slow
async def test_a_database_of_its_own_comes_back_where_it_was(
    postgres_of_its_own: OwnPostgres,
) -> None:
    cluster = postgres_of_its_own
    cluster.execute("CREATE TABLE said (words text)")
    cluster.freeze()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(_kept(cluster), 0.5)
    cluster.thaw()
    assert await _kept(cluster) == 0
    cluster.kill()
    await asyncio.to_thread(cluster.start_again)
    assert await _kept(cluster) == 0


@pytest.mark.slow
async def test_a_small_town_talks_through_a_balancer_and_its_concerns_are_told(
    tmp_path: Path,
) -> None:
    with started([Node(tmp_path / "house")]) as (node,), balanced([node]) as balancer:
        async with town_at(balancer.url, node, seed=1, size=TINY) as town:
            await town.accepts(200)
            assert await town.judge(node) == []
            assert town.strange == []
            assert len(town.alerts(node)) > 10
