"""A place of any size as queues: what people wait for where everybody talks at once.

Discrete events, one heap. A message takes its turn at its process, waits for that process's batch,
for the locks of its room and for a core of the database, then for Redis, and for the turn at every
process where somebody of the room listens. Nothing here knows the arithmetic of `capacity.py`: it
is what that is checked against.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from statistics import fmean

from bench.capacity import IN_A_ROOM, SAYS_EVERY, SPARE, Costs, Plan

NETWORK = 0.0003  # seconds between two machines
LARGEST_BATCH = 512
Then = Callable[[float], None]


@dataclass
class Server:
    """So many cores that take one thing after another."""

    cores: list[float]  # when each is free
    worked: float = 0.0

    def serve(self, now: float, seconds: float) -> float:
        """When it is done, for what comes now."""
        done = max(now, heapq.heappop(self.cores)) + seconds
        heapq.heappush(self.cores, done)
        self.worked += seconds
        return done


@dataclass
class Node:
    """A live process: one core, one batch under way, and what waits for the next."""

    server: Server
    waiting: list[Message] = field(default_factory=list)
    writes: bool = False


@dataclass(frozen=True)
class Message:
    """Something said: when, where it came in, in which room."""

    at: float
    node: int
    room: int


@dataclass(frozen=True)
class Judgement:
    """What came of a simulated evening."""

    p50_ms: float  # from said to read
    p99_ms: float
    busiest: float  # of a core: the busiest live process
    database: float  # of all its cores
    redis: float


class Evening:
    """Some seconds of a place of this size, from a seed."""

    def __init__(self, costs: Costs, planned: Plan, seed: int) -> None:
        self.costs = costs
        self.random = random.Random(seed)  # replayed from its seed
        self.live = planned.live - SPARE
        self.rooms = max(1, planned.members // IN_A_ROOM)
        self.lines = planned.lines
        self.rate = planned.members / SAYS_EVERY
        self.nodes = [Node(Server([0.0])) for _ in range(self.live)]
        self.database = Server([0.0] * max(1, ceil(planned.database / 0.6)))
        self.redis = Server([0.0] * max(1, ceil(planned.redis / 0.6)))
        self.locks: dict[int, float] = {}
        self.spread: dict[int, dict[int, int]] = {}
        self.read: list[tuple[float, int]] = []  # seconds from said to read, by how many
        self._events: list[tuple[float, int, Then]] = []
        self._number = 0

    def run(self, seconds: float) -> Judgement:
        """Let people talk for so long, and everything that was said be read."""
        self._say_next(0.0, seconds)
        while self._events:
            at, _, then = heapq.heappop(self._events)
            then(at)
        idle = self.lines * self.costs.idle
        return Judgement(
            p50_ms=1000 * self._percentile(0.5),
            p99_ms=1000 * self._percentile(0.99),
            busiest=max(node.server.worked for node in self.nodes) / seconds + idle,
            database=self.database.worked / seconds / len(self.database.cores),
            redis=self.redis.worked / seconds / len(self.redis.cores),
        )

    def _at(self, when: float, then: Then) -> None:
        self._number += 1
        heapq.heappush(self._events, (when, self._number, then))

    def _say_next(self, now: float, until: float) -> None:
        now += self.random.expovariate(self.rate)
        if now < until:
            self._at(now, partial(self._said, until))

    def _said(self, until: float, now: float) -> None:
        self._say_next(now, until)
        room = self.random.randrange(self.rooms)
        where = self.random.choice(list(self._holders(room)))
        message = Message(now, where, room)
        taken = self.nodes[where].server.serve(now, self.costs.message)
        self._at(taken, partial(self._wait, message))

    def _holders(self, room: int) -> dict[int, int]:
        """Which processes the readers of a room are on, and how many on each."""
        known = self.spread.get(room)
        if known is None:
            known = self.spread[room] = {}
            for _ in range(IN_A_ROOM):
                node = self.random.randrange(self.live)
                known[node] = known.get(node, 0) + 1
        return known

    def _wait(self, message: Message, now: float) -> None:
        node = self.nodes[message.node]
        node.waiting.append(message)
        if not node.writes:
            self._write(node, now)

    def _write(self, node: Node, now: float) -> None:
        batch, node.waiting = node.waiting[:LARGEST_BATCH], node.waiting[LARGEST_BATCH:]
        node.writes = bool(batch)
        if not batch:
            return
        rooms = {message.room for message in batch}
        begins = max([now, *(self.locks.get(room, 0.0) for room in rooms)])
        work = len(batch) * self.costs.database  # measured where most came alone: no less together
        kept = self.database.serve(begins, work) + self.costs.fsync + 2 * NETWORK
        for room in rooms:
            self.locks[room] = kept
        self._at(kept, partial(self._kept, node, batch))

    def _kept(self, node: Node, batch: list[Message], now: float) -> None:
        for message in batch:
            self.redis.serve(now, self.costs.redis)
            for where, readers in self._holders(message.room).items():
                if where == message.node:
                    self._deliver(message, where, readers, 0.0, now)
                else:
                    told = self.redis.serve(now, self.costs.passed) + 2 * NETWORK
                    self._at(
                        told,
                        partial(self._deliver, message, where, readers, self.costs.heard),
                    )
        self._write(node, now)

    def _deliver(self, message: Message, where: int, readers: int, more: float, now: float) -> None:
        cost = more + readers * self.costs.delivery
        done = self.nodes[where].server.serve(now, cost)
        self.read.append((done - message.at, readers))

    def _percentile(self, share: float) -> float:
        everyone = sum(readers for _, readers in self.read)
        seen = 0
        for seconds, readers in sorted(self.read):
            seen += readers
            if seen >= share * everyone:
                return seconds
        return 0.0


def simulated(costs: Costs, planned: Plan, *, seconds: float, seed: int) -> Judgement:
    """Five thousand messages or `seconds`, whichever is longer, three evenings: their middle."""
    long = max(seconds, 5_000 / (planned.members / SAYS_EVERY))
    evenings = [Evening(costs, planned, seed + number).run(long) for number in range(3)]
    return Judgement(
        *(
            fmean(getattr(one, name) for one in evenings)
            for name in ("p50_ms", "p99_ms", "busiest", "database", "redis")
        )
    )
