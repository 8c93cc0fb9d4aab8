"""A game day: faults of every kind, in an order, at places and for times that a seed decides."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from faults.many_crowd import Crowd
from faults.many_partitions import PARTITIONS
from faults.many_place import ManyPlace
from faults.many_releases import run_from
from faults.many_restarts import restarted
from faults.many_slow import SlowReader
from faults.places_nodes import Node

FAULTS = 9
TOGETHER = 0.3  # the share of faults that begin while the one before is not over
BREATH = (0.5, 1.5)  # seconds between two of them


@dataclass
class Day:
    """One day: the place, the people, the chance, and what was done."""

    place: ManyPlace
    crowd: Crowd
    random: Random
    newer: Path  # the packages of the next release
    done: list[str] = field(default_factory=list)
    crawling: list[asyncio.Task[None]] = field(default_factory=list)
    readers: list[SlowReader] = field(default_factory=list)
    busy: dict[str, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @asynccontextmanager
    async def node_alone(self) -> AsyncIterator[tuple[int, Node]]:
        """One of the nodes that people use, with which nothing else is done meanwhile."""
        number = self.some_node()
        async with self.busy[f"node {number}"]:
            yield number, self.place.nodes[number]

    def some_node(self) -> int:
        """One of the nodes that people use."""
        return self.random.randrange(len(self.place.balancer.nodes))

    def a_while(self) -> float:
        """Seconds that a fault lasts."""
        return self.random.uniform(1.0, 4.0)

    async def live(self) -> None:
        """Go through the day; then mend what is still torn."""
        kinds = self.random.sample(sorted(KINDS), FAULTS)
        going: list[asyncio.Task[None]] = []
        began = self.crowd.now()
        for name in kinds:
            self.done.append(f"{self.crowd.now() - began:.0f} s {name}")
            going.append(asyncio.create_task(KINDS[name](self)))
            if self.random.random() >= TOGETHER:
                await asyncio.gather(*going)
                going.clear()
                await self.crowd.accepts(50)
            await asyncio.sleep(self.random.uniform(*BREATH))
        await asyncio.gather(*going)
        self.place.mend()
        await self.crowd.accepts(100)

    async def over(self) -> None:
        """Send the slow readers home."""
        for task in self.crawling:
            task.cancel()
        await asyncio.gather(*self.crawling, return_exceptions=True)
        for reader in self.readers:
            reader.close()


@asynccontextmanager
async def _without_database(day: Day) -> AsyncIterator[None]:
    with day.crowd.without_database():
        yield


# ---------------------------------------------------------------- what may happen


async def kill_a_node(day: Day) -> None:
    async with day.node_alone() as (_, node):
        node.kill()
        await asyncio.sleep(day.random.uniform(0, 1))
        await asyncio.to_thread(node.start)


async def kill_the_worker(day: Day) -> None:
    worker = day.place.nodes[-1]
    worker.kill()
    await asyncio.sleep(day.a_while())
    await asyncio.to_thread(worker.start)


async def hang_a_node(day: Day) -> None:
    async with day.node_alone() as (_, node):
        node.freeze()
        await asyncio.sleep(day.a_while())
        node.thaw()


async def restart_a_node(day: Day) -> None:
    async with day.node_alone() as (_, node):
        await restarted(node)


async def try_a_newer_release(day: Day) -> None:
    async with day.node_alone() as (_, node):
        for release in (day.newer, None):
            run_from(node, release)
            await restarted(node)


async def restart_the_database(day: Day) -> None:
    mode = day.random.choice(("fast", "immediate"))
    async with day.busy["database"], _without_database(day):
        await asyncio.to_thread(day.place.primary.stop, mode)
        await asyncio.to_thread(day.place.primary.start_again)


async def hang_the_database(day: Day) -> None:
    async with day.busy["database"], _without_database(day):
        await asyncio.to_thread(day.place.primary.freeze)
        await asyncio.sleep(day.random.uniform(0.3, 2.0))
        day.place.primary.thaw()


async def fail_over(day: Day) -> None:
    async with day.busy["database"], _without_database(day):
        await asyncio.to_thread(day.place.fail_over)


async def kill_redis(day: Day) -> None:
    async with day.busy["redis"]:
        day.place.redis.kill()
        await asyncio.sleep(day.a_while())
        await asyncio.to_thread(day.place.redis.start)


async def hang_redis(day: Day) -> None:
    async with day.busy["redis"]:
        day.place.redis.freeze()
        await asyncio.sleep(day.a_while())
        day.place.redis.thaw()


async def empty_redis(day: Day) -> None:
    async with day.busy["redis"]:
        await asyncio.to_thread(day.place.redis.empty)


async def tear_the_network(day: Day) -> None:
    partition, number = day.random.choice(PARTITIONS), day.some_node()
    day.done[-1] += f" ({partition.name})"
    with ExitStack() as meanwhile:
        if partition.node_is_lost:
            meanwhile.enter_context(day.crowd.without_database(of_one_node=True))
        partition.begin(day.place, number)
        await asyncio.sleep(day.a_while())
        for wire in (day.place.to_database[number], day.place.to_redis[number]):
            wire.mend()


async def slow_the_database(day: Day) -> None:
    late, wires = day.random.uniform(0.02, 0.1), day.place.to_database
    for wire in wires:
        wire.back.latency = late
    await asyncio.sleep(day.a_while())
    for wire in wires:
        wire.back.latency = 0.0


async def drop_every_line(day: Day) -> None:
    day.place.balancer.wire.reset()


async def read_slowly(day: Day) -> None:
    node, voice = day.place.nodes[day.some_node()], day.random.choice(day.crowd.voices)
    reader = SlowReader(voice.token, voice.room, ("127.0.0.1", node.port))
    day.readers.append(reader)
    with suppress(OSError, TimeoutError):  # the node may be gone at this moment
        async with asyncio.timeout(10):
            await reader.come_in()
        day.crawling.append(asyncio.create_task(reader.crawl()))


KINDS: dict[str, Callable[[Day], Coroutine[None, None, None]]] = {
    kind.__name__.replace("_", " "): kind
    for kind in (
        kill_a_node, kill_the_worker, hang_a_node, restart_a_node, try_a_newer_release,
        restart_the_database, hang_the_database, fail_over, kill_redis, hang_redis, empty_redis,
        tear_the_network, slow_the_database, drop_every_line, read_slowly,
    )
}  # fmt: skip
