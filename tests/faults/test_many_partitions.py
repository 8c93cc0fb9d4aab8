"""R8: the network around one of three nodes is torn: no promise breaks, and people move on."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from faults.experiments import Findings, experiment
from faults.many_crowd import USUAL, Crowd, crowd_at
from faults.many_figures import accepted_between, deliveries, percentile
from faults.many_partitions import PARTITIONS, Partition
from faults.many_place import THREE, ManyPlace, many_served
from faults.many_restarts import settled
from faults.places_nodes import Node

pytestmark = pytest.mark.faults
TORN = 5.0  # seconds
SICK = 1  # the number of the node that it happens to
PINNED = 10  # one member in so many stays with it, whatever happens
WITHIN = 1.0  # seconds in which a node without its database answers nobody any more


async def _until(is_so: Callable[[httpx.Response], bool], node: Node, seconds: float) -> float:
    """How long it took until the node said so of itself; infinite where it did not."""
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=node.url, trust_env=False, timeout=1) as http:
        while time.monotonic() < began + seconds:
            try:
                if is_so(await http.get("/readyz")):
                    return time.monotonic() - began
            except httpx.TimeoutException:
                pass
            await asyncio.sleep(0.02)
    return math.inf


class Torn:
    """One crowd through one partition after the other, and what was measured in each."""

    def __init__(self, found: Findings, place: ManyPlace, crowd: Crowd, pinned: set[str]) -> None:
        self.found, self.place, self.crowd, self.pinned = found, place, crowd, pinned
        self.node = place.nodes[SICK]
        self.unready: list[float] = []
        self.late_answers = 0
        self.moved: list[float] = []  # seconds without a line, of those who moved

    async def go_through(self, partition: Partition) -> None:
        """The fault, its end, and all well again."""
        await self.crowd.accepts(100)
        began = time.monotonic()
        with ExitStack() as meanwhile:
            if partition.node_is_lost:
                meanwhile.enter_context(self.crowd.without_database(of_one_node=True))
            partition.begin(self.place, SICK)
            if partition.node_is_lost:
                unready = await _until(lambda said: said.status_code == 503, self.node, TORN)
                self.unready.append(unready)
            await asyncio.sleep(max(0.0, began + TORN - time.monotonic()))
            ended = time.monotonic()
            self.place.mend()
        await _until(lambda said: said.status_code == 200, self.node, 20.0)
        await self.crowd.accepts(200)
        if partition.node_is_lost:
            self._look(began, ended)
        late = deliveries(self.crowd.history, began, ended)
        self.found.figure(f"{partition.name}: delivery, p99", percentile(late, 0.99), "s")

    def _look(self, began: float, ended: float) -> None:
        """Who stayed with the lost node is answered no more; whoever could move has moved."""
        late = accepted_between(self.crowd.history, began + WITHIN, ended, self.pinned)
        self.late_answers += late
        self.moved += [
            gap.seconds
            for gap in self.crowd.gaps
            if began <= gap.at < ended and gap.client not in self.pinned
        ]


async def test_a_torn_network_breaks_no_promise(tmp_path: Path) -> None:
    with (
        experiment("R8", "partitions", seed=801, load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            pinned = crowd.pin(place.nodes[SICK].url, PINNED)
            place.balancer.wire.reset()  # everybody comes back, and who is pinned to their node
            await settled(crowd)
            torn, began = Torn(found, place, crowd, pinned), time.monotonic()
            for partition in PARTITIONS:
                await torn.go_through(partition)
            found.judged(await crowd.judge(place.nodes[0]))
            found.runs = len(PARTITIONS)
            found.figure("messages accepted", crowd.accepted)
            found.figure("lost node says it is not ready", max(torn.unready), "s", at_most=WITHIN)
            before = accepted_between(crowd.history, began, math.inf, pinned)
            found.figure("accepted by it in all, for those who stay", before, at_least=10)
            found.figure("accepted by it 1 s after it was lost", torn.late_answers, at_most=0)
            found.figure("members who moved to another node", len(torn.moved), at_least=10)
            found.figure("a move, p99", percentile(torn.moved, 0.99), "s")
            found.note(
                "What the lost node took in its last second is told to the desk within 5 s of its "
                "having a database again, or another node takes it up; all else within 5 s."
            )
            assert crowd.strange == []
