"""The server dies without warning, again and again: nothing that was accepted is lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from faults.checker import breaches
from faults.load import Load, loaded
from faults.served import Served, served


async def _kill_under_load(load: Load, server: Served, times: int) -> None:
    for _ in range(times):
        await load.accepts(100)
        await asyncio.sleep(load.random.uniform(0, 0.08))
        server.kill()
        await asyncio.to_thread(server.start)


@pytest.mark.full
async def test_a_kill_under_load_loses_doubles_and_reorders_nothing(tmp_path: Path) -> None:
    with served(tmp_path / "house") as server:
        async with loaded(server.url, seed=1, voices=6, writers=2) as load:
            await _kill_under_load(load, server, times=1)
            history = await load.rest()
            assert breaches(history) == []
            assert load.strange == []


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_twenty_kills_under_load_lose_double_and_reorder_nothing(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    with served(tmp_path / "house", database=url) as server:
        async with loaded(server.url, seed=20) as load:
            await _kill_under_load(load, server, times=20)
            history = await load.rest()
            assert breaches(history) == []
            assert load.strange == []
            assert load.accepted > 20 * 100
