"""R6: PostgreSQL restarts, or dies and its synchronous copy takes its place: nothing is lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from faults.experiments import Findings, experiment
from faults.many_crowd import USUAL, Crowd, crowd_at
from faults.many_figures import first_accepted_after, percentile
from faults.many_place import THREE, ManyPlace, many_served

pytestmark = pytest.mark.faults
RESTARTS = 4
BETWEEN = (1.5, 3.0)  # seconds that all is well again before the next


def _restart(place: ManyPlace, mode: str) -> None:
    place.primary.stop(mode)
    place.primary.start_again()


async def _suffer(crowd: Crowd, fault: Callable[[], None]) -> float:
    """Let something happen to the database; the moment at which it was there again."""
    await crowd.accepts(200)
    await asyncio.sleep(crowd.random.uniform(*BETWEEN))
    with crowd.without_database():
        await asyncio.to_thread(fault)
    back = time.monotonic()
    await crowd.accepts(100)
    return back


def _tell(found: Findings, crowd: Crowd, place: ManyPlace, back: list[float]) -> None:
    waits = [first_accepted_after(crowd.history, moment) for moment in back]
    told = crowd.alerts(place.nodes[0])
    found.runs = len(back)
    found.figure("messages accepted", crowd.accepted)
    found.figure("first answer after the database is back, slowest", max(waits), "s", at_most=3.0)
    found.figure("concerns answered", len(told), at_least=20)
    found.figure("desk told of a concern, p99", percentile((a.delay for a in told), 0.99), "s")
    found.figure("desk told of a concern, slowest", max(a.delay for a in told), "s")
    found.note("A concern is told to the desk within 5 s, not counting time without a database.")
    assert crowd.strange == []


async def test_a_database_that_restarts_loses_nothing(tmp_path: Path) -> None:
    with (
        experiment("R6", "restart", seed=601, load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            modes = ["fast", "immediate"] * (RESTARTS // 2)
            back = [await _suffer(crowd, partial(_restart, place, mode)) for mode in modes]
            found.judged(await crowd.judge(place.nodes[0]))
            _tell(found, crowd, place, back)


async def test_a_copy_that_takes_over_has_everything(tmp_path: Path) -> None:
    with (
        experiment("R6", "failover", seed=602, load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE, pair=True) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            back = [await _suffer(crowd, place.fail_over)]
            found.judged(await crowd.judge(place.nodes[0]))
            _tell(found, crowd, place, back)
            found.note(
                "The primary is killed with all its processes; its copy, without which nothing "
                "was answered, is promoted and gets its address."
            )
