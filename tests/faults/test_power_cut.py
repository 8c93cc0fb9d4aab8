"""The power goes: what was accepted is on the disk. And the same test sees it when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.checker import breaches
from faults.cluster import PoweredCluster, powered_cluster
from faults.load import Load, loaded
from faults.powercut import Power
from faults.served import Served, served

pytestmark = pytest.mark.slow
CUTS = 8


async def _cut_under_load(load: Load, server: Served, keep: float) -> None:
    await load.accepts(60)
    await asyncio.sleep(load.random.uniform(0, 0.1))
    server.lose_power(keep=keep, random=load.random)


async def test_power_cuts_lose_nothing_on_sqlite(tmp_path: Path, shim: Path) -> None:
    with served(tmp_path / "house", shim=shim) as server:
        async with loaded(server.url, seed=30) as load:
            for cut in range(CUTS):
                await _cut_under_load(load, server, keep=(cut % 3) / 2)
                await asyncio.to_thread(server.start)
            assert breaches(await load.rest()) == []
            assert load.strange == []


async def test_the_same_cut_loses_accepted_messages_with_synchronous_normal(
    tmp_path: Path, shim: Path
) -> None:
    server = Served(tmp_path / "house", shim=shim)
    server.weaken()
    try:
        server.start()
        server.stop()  # what the first start wrote is in the file, and synced
        server.start()
        async with loaded(server.url, seed=31) as load:
            await _cut_under_load(load, server, keep=0.0)
            await asyncio.to_thread(server.start)
            found = {breach.promise for breach in breaches(await load.aftermath())}
        assert "lost" in found
    finally:
        server.kill()


@pytest.mark.parametrize("names", [False, True])
async def test_a_power_cut_in_the_first_start_leaves_a_house_that_starts(
    tmp_path: Path, shim: Path, names: bool
) -> None:
    for sync in (1, 2, 3, 4, 5, 6, 7, 8, 12, 20):
        server = Served(tmp_path / f"house-{sync}", shim=shim)
        server.environment["POWERCUT_AT"] = str(sync)
        try:
            server.launch()
            died = server.dies_or_is_ready()
            assert died or sync > 3, "the first start syncs too little to be cut"
            server.lose_power(names=names)
            del server.environment["POWERCUT_AT"]
            server.start()
            async with loaded(server.url, seed=sync, voices=2, writers=1) as load:
                await load.accepts(10)
                assert breaches(await load.rest()) == []
        finally:
            server.kill()
        if not died:
            break


# ---------------------------------------------------------------- PostgreSQL


@pytest.fixture
def powered(shim: Path) -> Iterator[tuple[PoweredCluster, Power]]:
    """A PostgreSQL whose power can be cut."""
    with powered_cluster(shim) as found:
        yield found


async def _cut_both_under_load(
    load: Load, server: Served, powered: tuple[PoweredCluster, Power], keep: float
) -> None:
    cluster, power = powered
    await load.accepts(60)
    await asyncio.sleep(load.random.uniform(0, 0.1))
    power.cut(cluster.postmaster, server.pid, keep=keep, random=load.random)
    server.lose_power()
    await asyncio.to_thread(cluster.start_again)
    await asyncio.to_thread(server.start)


async def test_power_cuts_lose_nothing_on_postgresql(
    tmp_path: Path, shim: Path, powered: tuple[PoweredCluster, Power]
) -> None:
    with served(tmp_path / "house", shim=shim, database=powered[0].url()) as server:
        async with loaded(server.url, seed=32) as load:
            for cut in range(CUTS):
                await _cut_both_under_load(load, server, powered, keep=(cut % 3) / 2)
            assert breaches(await load.rest()) == []
            assert load.strange == []


async def test_the_same_cut_loses_accepted_messages_with_synchronous_commit_off(
    tmp_path: Path, shim: Path, powered: tuple[PoweredCluster, Power]
) -> None:
    cluster, _ = powered
    with served(tmp_path / "house", shim=shim, database=cluster.url()) as server:
        # Behind the product's back: it refuses to start on a database as weak as this.
        cluster.execute("ALTER SYSTEM SET synchronous_commit = off")
        cluster.execute("SELECT pg_reload_conf()")
        async with loaded(server.url, seed=33) as load:
            await load.accepts(60)
            cluster.execute("ALTER SYSTEM RESET synchronous_commit")
            await _cut_both_under_load(load, server, powered, keep=0.0)
            found = {breach.promise for breach in breaches(await load.aftermath())}
        assert "lost" in found
