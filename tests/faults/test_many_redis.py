"""R7: Redis is killed, emptied or hangs: nothing is lost, words still arrive, limits still hold."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from faults.experiments import experiment
from faults.many_crowd import USUAL, Crowd, crowd_at
from faults.many_figures import deliveries, percentile
from faults.many_place import THREE, ManyPlace, many_served

pytestmark = pytest.mark.faults
GONE = 6.0  # seconds
Fault = Callable[[ManyPlace], Awaitable[None]]


async def _killed(place: ManyPlace) -> None:
    place.redis.kill()
    await asyncio.sleep(GONE)
    await asyncio.to_thread(place.redis.start)


async def _emptied(place: ManyPlace) -> None:
    for _ in range(4):
        await asyncio.to_thread(place.redis.empty)
        await asyncio.sleep(GONE / 4)


async def _hanging(place: ManyPlace) -> None:
    place.redis.freeze()
    await asyncio.sleep(GONE)
    place.redis.thaw()


async def _meanwhile(crowd: Crowd, place: ManyPlace, fault: Fault) -> list[float]:
    """How late words came that were said while it was so, and a moment longer."""
    await crowd.accepts(100)
    began = time.monotonic()
    await fault(place)
    await asyncio.sleep(1.0)
    ended = time.monotonic()
    await crowd.accepts(200)
    return deliveries(crowd.history, began, ended)


@pytest.mark.parametrize("fault", [_killed, _emptied, _hanging])
async def test_without_redis_everything_arrives(tmp_path: Path, fault: Fault) -> None:
    what = fault.__name__.strip("_")
    with (
        experiment("R7", what, seed=700 + len(what), load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            before = deliveries(crowd.history)
            late = await _meanwhile(crowd, place, fault)
            found.judged(await crowd.judge(place.nodes[0]))
            found.runs = 1
            found.figure("messages accepted", crowd.accepted)
            found.figure("delivery before, p99", percentile(before, 0.99), "s")
            found.figure("delivery meanwhile, p99", percentile(late, 0.99), "s", at_most=2.0)
            found.figure("deliveries meanwhile", len(late), at_least=1000)
            found.figure("words that seemed to fail", len(crowd.failures), at_most=0)
            assert crowd.strange == []
