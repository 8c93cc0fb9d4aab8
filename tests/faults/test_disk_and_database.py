"""The disk is full or the database is gone: a definite refusal, everything else works, it heals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from faults.checker import breaches
from faults.cluster import powered_cluster
from faults.history import Refused
from faults.load import Load, loaded
from faults.powercut import Power
from faults.served import served

pytestmark = pytest.mark.slow
ELSEWHERE = "low-mood"  # a room that the load does not look at
WORDS = "your words are still here"


def _refusals(load: Load) -> int:
    return sum(isinstance(entry, Refused) for entry in load.history)


async def _prepare(load: Load) -> None:
    """Half of them say again what was refused, half let it be; one has a seat elsewhere too."""
    for voice in load.voices[::2]:
        voice.keeps_trying = False
    seat = f"/api/v1/rooms/{ELSEWHERE}/seat"
    taken = await load.http.put(seat, json={}, headers=load.voices[0].headers)
    assert taken.status_code in (200, 201)
    await load.accepts(40)


async def _is_refused_in_words(load: Load) -> None:
    """Wait for refusals on the lines, then be refused at the other door, in words."""
    goal = _refusals(load) + 10
    await load.until(lambda: _refusals(load) >= goal, "nobody was refused")
    answer = await _put_elsewhere(load, 0)
    for number in range(1, 200):
        if answer.status_code != 201:
            break
        answer = await _put_elsewhere(load, number)
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_kept"
    assert WORDS in answer.json()["detail"].lower()


async def _put_elsewhere(load: Load, number: int) -> httpx.Response:
    return await load.http.put(
        f"/api/v1/rooms/{ELSEWHERE}/messages/elsewhere-{number:04}",
        json={"text": "Is anybody there? " * 100},
        headers=load.voices[0].headers,
    )


async def _may_be_read(load: Load) -> httpx.Response:
    voice = load.voices[0]
    return await load.http.get(f"/api/v1/rooms/{voice.room}/messages", headers=voice.headers)


async def _help_is_there(load: Load) -> bool:
    answer = await load.http.get("/help")
    return answer.status_code == 200 and (await load.http.get("/healthz")).status_code == 200


@pytest.mark.parametrize("fault", [Power.fill_disk, Power.break_syncs])
async def test_a_sick_disk_refuses_in_words_and_heals_by_itself(
    tmp_path: Path, shim: Path, fault: Callable[[Power], None]
) -> None:
    with served(tmp_path / "house", shim=shim) as server:
        assert server.power is not None
        async with loaded(server.url, seed=40) as load:
            await _prepare(load)
            fault(server.power)
            await _is_refused_in_words(load)
            assert (await _may_be_read(load)).status_code == 200
            assert await _help_is_there(load)
            server.power.mend()
            await load.accepts(200)
            assert breaches(await load.rest()) == []
            assert load.strange == []


async def test_a_database_that_is_gone_refuses_in_words_and_comes_back(
    tmp_path: Path, shim: Path
) -> None:
    with (
        powered_cluster(shim) as (cluster, _),
        served(tmp_path / "house", database=cluster.url()) as server,
    ):
        async with loaded(server.url, seed=41) as load:
            await _prepare(load)
            await asyncio.to_thread(cluster.stop, "immediate")
            await _is_refused_in_words(load)
            assert (await _may_be_read(load)).status_code == 503
            assert await _help_is_there(load)
            assert (await load.http.get("/readyz")).status_code == 503
            await asyncio.to_thread(cluster.start_again)
            await load.accepts(200)
            assert breaches(await load.rest()) == []
            assert load.strange == []
