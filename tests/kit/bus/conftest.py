"""Buses of several processes, in one: each hears only what another one told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

import asyncpg
import pytest

from holdfast.kit.bus import BusState
from holdfast.kit.bus.postgresql import PostgresBus
from holdfast.kit.bus.redis import RedisBus
from holdfast.kit.cipher import RootKey

ROOT = RootKey(b"the root key of one small place.")
SOON = 10.0  # seconds after which a test gives up waiting
ROOMS = (
    "CREATE TABLE rooms (id bigint PRIMARY KEY, head bigint NOT NULL);"
    "INSERT INTO rooms SELECT n, 0 FROM generate_series(1, 20) n"
)


class Ears:
    """What one process heard, as it came."""

    def __init__(self, bus: PostgresBus) -> None:
        self.rooms: asyncio.Queue[tuple[int, str, bytes]] = asyncio.Queue()
        self.heads: dict[int, int] = {}
        self.looks: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
        self.bells = asyncio.Event()
        bus.hear_room = lambda *told: self.rooms.put_nowait(told)
        bus.hear_head = self._on_head
        bus.hear_bell = self.bells.set

    def _on_head(self, room_id: int, head: int) -> None:
        self.heads[room_id] = max(head, self.heads.get(room_id, 0))
        self.looks.put_nowait((room_id, head))

    async def room(self) -> tuple[int, str, bytes]:
        return await asyncio.wait_for(self.rooms.get(), SOON)

    async def head(self, room_id: int, head: int) -> None:
        """Until it has heard of this head."""
        async with asyncio.timeout(SOON):
            while self.heads.get(room_id) != head:
                await self.looks.get()


class MakeBus(Protocol):
    async def __call__(
        self, redis: str = "", *, root: RootKey = ROOT, look_every: float = 0.05
    ) -> tuple[PostgresBus, Ears]: ...


@pytest.fixture
def postgres_template() -> str:
    """An empty database: the bus needs to know only one table."""
    return "template1"


@pytest.fixture
async def dsn(postgres_url: str) -> str:
    """A database with twenty rooms."""
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(ROOMS)
    await connection.close()
    return postgres_url


@pytest.fixture
async def put_head(dsn: str) -> AsyncIterator[Callable[[int, int], Awaitable[None]]]:
    """Commits to a room as another process would, and tells nobody."""
    connection = await asyncpg.connect(dsn)

    async def put(room_id: int, head: int) -> None:
        await connection.execute("UPDATE rooms SET head = $1 WHERE id = $2", head, room_id)

    yield put
    await connection.close()


@pytest.fixture
async def make_bus(dsn: str) -> AsyncIterator[MakeBus]:
    """A process's bus that is open and hears."""
    opened: list[PostgresBus] = []

    async def make(
        redis: str = "", *, root: RootKey = ROOT, look_every: float = 0.05
    ) -> tuple[PostgresBus, Ears]:
        pace = {"look_every": look_every}
        bus = (
            RedisBus(redis, dsn, root, patience=0.4, **pace) if redis else PostgresBus(dsn, **pace)
        )
        ears = Ears(bus)
        await bus.open()
        opened.append(bus)
        if redis:
            await until(lambda: bus.state is BusState.READY)
        await until(lambda: bus.hears_notices)
        return bus, ears

    yield make
    for bus in opened:
        await bus.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Until something is so; the bus says nothing of it by itself."""
    async with asyncio.timeout(SOON):
        while not is_so():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
