"""Two processes and the real bus between them: nothing is lost with it, and nothing told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from holdfast.kit.bus import BusState
from live.together.conftest import Place
from live.together.test_two_processes import places, said, talk
from redis_server import RedisServer
from town import unlimited

pytestmark = [unlimited]
HEALED = 2.5  # seconds: every two of them the heads are looked at, and then they are read


async def ready(*places_: Place) -> None:
    """Until they hear each other by Redis."""
    async with asyncio.timeout(10):
        while any(place.house.bus.state is not BusState.READY for place in places_):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def two(open_place: Callable[..., Any], redis: str = "") -> tuple[Place, Place]:
    """Two processes that hear each other."""
    both = await open_place("here", redis=redis), await open_place("there", redis=redis)
    if redis:
        await ready(*both)
    return both


@pytest.fixture
async def both(open_place: Callable[..., Any], redis_apart: RedisServer) -> tuple[Place, Place]:
    """Two processes with a Redis of their own."""
    return await two(open_place, redis_apart.url)


@pytest.fixture(params=["redis", pytest.param("database", marks=pytest.mark.full)])
def bus(request: pytest.FixtureRequest) -> str:
    """The address of a Redis; or none, and they hear each other by the database alone."""
    found: str = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return found


async def test_everybody_sees_one_order(open_place: Callable[..., Any], bus: str) -> None:
    here, there = either = await two(open_place, bus)
    readers = [await place.line(name) for place in either for name in ("ash", "birch")]
    for line in readers:
        await line.enter()
    speakers = [await here.line("ash"), await there.line("birch")]
    acked = await asyncio.gather(*(talk(line, f"voice {n}", 40) for n, line in enumerate(speakers)))
    last = max(max(seqs) for seqs in acked)
    everything = await asyncio.gather(*(said(line, until=last) for line in readers))
    assert all(places(heard) == list(range(1, last + 1)) for heard in everything)
    assert here.hearing.delivered_remote == there.hearing.delivered_remote == 40


@pytest.mark.slow
async def test_a_lost_envelope_is_found_within_two_seconds(both: tuple[Place, Place]) -> None:
    here, there = both
    ash, birch = await here.line("ash"), await there.line("birch")
    await birch.enter()
    heard, loop = there.house.bus.hear_room, asyncio.get_running_loop()
    there.house.bus.hear_room = lambda *_: None
    await ash.post("Lost on the way")
    began = loop.time()
    assert (await birch.hear_next("posted"))["text"] == "Lost on the way"
    assert loop.time() - began < HEALED
    there.house.bus.hear_room = heard
    await ash.post("And on")
    assert (await birch.hear_next("posted"))["text"] == "And on"


@pytest.mark.slow
async def test_while_redis_is_killed_and_comes_back_nothing_is_lost_and_nothing_told_twice(
    both: tuple[Place, Place], redis_apart: RedisServer
) -> None:
    here, there = both
    readers = [await place.line("birch") for place in both]
    for line in readers:
        await line.enter()
    ash, birch = await here.line("ash"), await there.line("birch")

    async def trouble() -> None:
        await asyncio.sleep(0.2)
        redis_apart.kill()
        await asyncio.sleep(0.6)
        redis_apart.start()

    async def speak(line: Any, name: str) -> list[int]:
        seqs = []
        for n in range(60):
            seqs += await talk(line, f"{name} {n}", 1)
            await asyncio.sleep(0.02)
        return seqs

    troubled = asyncio.create_task(trouble())
    acked = await asyncio.gather(speak(ash, "here"), speak(birch, "there"))
    last = max(max(seqs) for seqs in acked)
    everything = await asyncio.gather(*(said(line, until=last) for line in readers))
    await troubled
    assert last == 120
    assert all(places(heard) == list(range(1, last + 1)) for heard in everything)
    await talk(ash, "And on", 1)
    for line in readers:
        assert (await line.hear_next("posted"))["seq"] == last + 1, "nothing came twice"
