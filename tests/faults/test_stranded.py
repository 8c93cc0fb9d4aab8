"""Something dies after a commit is on disk and before anybody heard of it: nobody is misled."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from faults.checker import breaches
from faults.cluster import powered_cluster
from faults.load import Load, loaded
from faults.powercut import Power
from faults.served import served

pytestmark = pytest.mark.slow
TIMES = 6


async def _strand(load: Load, power: Power) -> None:
    await load.accepts(100)
    power.strand()
    await load.until(lambda: power.is_stranded, "nothing was synced any more")


async def test_a_server_that_dies_before_it_can_say_accepted_says_everything_once(
    tmp_path: Path, shim: Path
) -> None:
    with served(tmp_path / "house", shim=shim) as server:
        assert server.power is not None
        async with loaded(server.url, seed=50) as load:
            for _ in range(TIMES):
                await _strand(load, server.power)
                await asyncio.to_thread(server.comes_back)
            assert breaches(await load.rest()) == []
            assert load.strange == []


async def test_a_database_that_dies_before_it_can_say_kept_misleads_nobody(
    tmp_path: Path, shim: Path
) -> None:
    """Such a commit is neither kept nor refused until somebody looks: who is told is told right."""
    with (
        powered_cluster(shim) as (cluster, power),
        served(tmp_path / "house", database=cluster.url()) as server,
    ):
        async with loaded(server.url, seed=51) as load:
            for voice in load.voices:
                voice.keeps_trying = False  # who hears that it is not kept believes it
            for _ in range(TIMES):
                await _strand(load, power)
            await load.accepts(100)
            assert breaches(await load.rest()) == []
            assert load.strange == []
