"""R19: a game day, mixed by a seed that it prints: replay it with HOLDFAST_FAULTS_SEED."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from faults.experiments import experiment
from faults.many_crowd import USUAL, crowd_at
from faults.many_days import FAULTS, Day
from faults.many_figures import percentile
from faults.many_place import many_served
from faults.many_releases import newer_release
from guards import TOLD

pytestmark = pytest.mark.faults
SEED = "HOLDFAST_FAULTS_SEED"
ROLES = ("serve", "serve", "serve", "worker")
DRAIN = {"HOLDFAST_DRAIN": "1"}  # seconds


async def test_a_game_day_breaks_no_promise(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    seed = int(os.environ.get(SEED, "0")) or secrets.randbelow(10**6) + 1
    record_property(TOLD, f"the game day's seed: {SEED}={seed}")
    newer = newer_release(tmp_path / "newer")
    with (
        experiment("R19", "game day", seed=seed, load=str(USUAL)) as found,
        many_served(tmp_path / "place", ROLES, pair=True, settings=DRAIN) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=seed) as crowd:
            day = Day(place, crowd, Random(seed), newer)
            try:
                await day.live()
            finally:
                await day.over()
                found.note(f"{SEED}={seed}: {'; '.join(day.done)}.")
            found.judged(await crowd.judge(place.nodes[0]))
            told = crowd.alerts(place.nodes[0])
            found.runs = FAULTS
            found.figure("messages accepted", crowd.accepted, at_least=1000)
            found.figure("lines that had to come back", len(crowd.gaps))
            found.figure("concerns answered", len(told), at_least=50)
            found.figure(
                "desk told of a concern, p99", percentile((a.delay for a in told), 0.99), "s"
            )
            assert crowd.strange == []
