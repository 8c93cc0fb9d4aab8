"""A game day: faults of every kind, in an order, at places and for times that a seed decides."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from faults.many_crowd import Crowd
from faults.many_partitions import PARTITIONS
from faults.many_place import ManyPlace
from faults.many_releases import run_from
from faults.many_restarts import restarted
from faults.many_slow import SlowReader

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


# ---------------------------------------------------------------- what may happen


async def kill_a_node(day: Day) -> None:
    node = day.place.nodes[day.some_node()]
    node.kill()
    await asyncio.sleep(day.random.uniform(0, 1))
    await asyncio.to_thread(node.start)


async def kill_the_worker(day: Day) -> None:
    worker = day.place.nodes[-1]
    worker.kill()
    await asyncio.sleep(day.a_while())
    await asyncio.to_thread(worker.start)


async def hang_a_node(day: Day) -> None:
    node = day.place.nodes[day.some_node()]
    node.freeze()
    await asyncio.sleep(day.a_while())
    node.thaw()


async def restart_a_node(day: Day) -> None:
    await restarted(day.place.nodes[day.some_node()])


async def try_a_newer_release(day: Day) -> None:
    node = day.place.nodes[day.some_node()]
    for release in (day.newer, None):
        run_from(node, release)
        await restarted(node)


async def restart_the_database(day: Day) -> None:
    mode = day.random.choice(("fast", "immediate"))
    with day.crowd.without_database():
        await asyncio.to_thread(day.place.primary.stop, mode)
        await asyncio.to_thread(day.place.primary.start_again)


async def hang_the_database(day: Day) -> None:
    with day.crowd.without_database():
        await asyncio.to_thread(day.place.primary.freeze)
        await asyncio.sleep(day.random.uniform(0.3, 2.0))
        day.place.primary.thaw()


async def fail_over(day: Day) -> None:
    if day.place.copy is not None:
        with day.crowd.without_database():
            await asyncio.to_thread(day.place.fail_over)


async def kill_redis(day: Day) -> None:
    day.place.redis.kill()
    await asyncio.sleep(day.a_while())
    await asyncio.to_thread(day.place.redis.start)


async def hang_redis(day: Day) -> None:
    day.place.redis.freeze()
    await asyncio.sleep(day.a_while())
    day.place.redis.thaw()


async def empty_redis(day: Day) -> None:
    await asyncio.to_thread(day.place.redis.empty)


async def tear_the_network(day: Day) -> None:
    partition, number = day.random.choice(PARTITIONS), day.some_node()
    day.done[-1] += f" ({partition.name})"
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
