"""R12: three nodes restart one after the other, and one server hands over: nobody's words fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.experiments import Findings, experiment
from faults.many_crowd import USUAL, Crowd, crowd_at
from faults.many_figures import percentile
from faults.many_place import THREE, many_served
from faults.many_restarts import handed_over, restarted, settled
from faults.places_nodes import Node, started
from faults.places_town import SMALL

pytestmark = pytest.mark.faults
ROUNDS = 2  # of three nodes
HANDOVERS = 5
DRAIN = {"HOLDFAST_DRAIN": "2"}  # seconds


async def _judge(found: Findings, crowd: Crowd, node: Node, drains: list[float]) -> None:
    failures = [what for _, what in crowd.failures]
    found.judged(await crowd.judge(node))
    found.runs = len(drains)
    found.figure("messages accepted", crowd.accepted)
    found.figure("words that seemed to fail", len(failures), at_most=0)
    found.figure("lines that had to come back", len(crowd.gaps), at_least=50)
    gaps = [gap.seconds for gap in crowd.gaps]
    found.figure("gap, p99", percentile(gaps, 0.99), "s", at_most=2.0)
    found.figure("gap, median", percentile(gaps, 0.5), "s")
    found.figure("drain, slowest", max(drains), "s", at_most=30.0)
    found.note("A gap includes the wait of 0 to 1 s that a client takes before it comes back.")
    if failures:
        found.note(f"What seemed to fail: {', '.join(sorted(set(failures)))}.")
    assert crowd.strange == []


async def test_nobody_notices_a_rolling_restart(tmp_path: Path) -> None:
    with (
        experiment("R12", "rolling", seed=1201, load=str(SMALL)) as found,
        many_served(tmp_path / "place", THREE, settings=DRAIN) as place,
    ):
        place.balancer.moves = False  # a draining node closes its lines by itself
        async with crowd_at(place.url, place.nodes[0], seed=found.seed, size=SMALL) as crowd:
            drains = []
            for _ in range(ROUNDS):
                for node in place.nodes:
                    await settled(crowd)
                    drains.append(await restarted(node))
            await settled(crowd)
            await _judge(found, crowd, place.nodes[0], drains)
            found.note(
                "Between three nodes, their database and their people, everything goes through the "
                "harness's own process: with 200 members the rolling restart would measure that."
            )


async def test_nobody_notices_that_one_server_hands_over_to_the_next(tmp_path: Path) -> None:
    with (
        experiment("R12", "take-over, SQLite", seed=1202, load=str(USUAL)) as found,
        started([Node(tmp_path / "house")]) as (node,),
    ):
        async with crowd_at(node.url, node, seed=found.seed) as crowd:
            drains = []
            for _ in range(HANDOVERS):
                await settled(crowd)
                drains.append(await handed_over(node))
            await settled(crowd)
            await _judge(found, crowd, node, drains)
