"""R18: a second server on the same SQLite file refuses, in words, and the first goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from faults.experiments import experiment
from faults.places_nodes import Node, started
from faults.places_town import SMALL, town_at
from faults.test_killed import is_whole

pytestmark = pytest.mark.faults
SECONDS = 12  # a second server beside the first
RACES = 8  # two that are started at the same time
REFUSAL = "There can be only one"


def _second(first: Node, folder: Path) -> Node:
    """Another server on the first one's folder, on a port of its own."""
    second = Node(folder)
    second.data = first.data
    return second


def _refuses(second: Node) -> bool:
    """It ends by itself, with an exit code and words that say why."""
    second.launch()
    assert second.process is not None
    code = second.process.wait(30)
    return code == 1 and REFUSAL in second.log()


async def test_a_second_server_refuses_while_the_first_goes_on(tmp_path: Path) -> None:
    with (
        experiment("R18", "a second server", seed=1800, load=str(SMALL)) as found,
        started([Node(tmp_path / "first")]) as (first,),
    ):
        async with town_at(first.url, first, seed=found.seed, size=SMALL) as town:
            refused = 0
            for number in range(SECONDS):
                second = _second(first, tmp_path / f"second-{number}")
                refused += await asyncio.to_thread(_refuses, second)
                await town.accepts(10)
            found.runs = SECONDS
            found.figure("of them refused in words", refused, at_least=SECONDS)
            found.judged(await town.judge(first))
            found.figure("messages accepted meanwhile", town.accepted)
            assert town.strange == []
        first.kill()
        found.figure("database whole", is_whole(first.data / "holdfast.db"), at_least=1)


def test_of_two_servers_that_are_started_at_once_one_serves(tmp_path: Path) -> None:
    with experiment("R18", "two at the same time", seed=1801) as found:
        served_once = 0
        for number in range(RACES):
            one = Node(tmp_path / f"one-{number}")
            other = _second(one, tmp_path / f"other-{number}")
            try:
                one.launch()
                other.launch()
                deaths = [node.dies_or_is_ready() for node in (one, other)]
                served_once += sorted(deaths) == [False, True]
            finally:
                one.kill()
                other.kill()
            assert is_whole(one.data / "holdfast.db")
        found.runs = RACES
        found.figure("times that exactly one served", served_once, at_least=RACES)
