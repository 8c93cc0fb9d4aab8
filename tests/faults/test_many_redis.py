"""R7: Redis is killed, emptied or hangs: nothing is lost, words still arrive, limits still hold."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from faults.experiments import experiment
from faults.many_crowd import USUAL, Crowd, crowd_at
from faults.many_figures import deliveries, percentile
from faults.many_place import THREE, ManyPlace, many_served
from faults.places_nodes import Node
from holdfast.messages.actions.saying import MEMBER_PACE

pytestmark = pytest.mark.faults
GONE = 6.0  # seconds
FLOOD = 3.0  # seconds
Fault = Callable[[ManyPlace], Awaitable[None]]


async def _killed(place: ManyPlace) -> None:
    place.redis.kill()
    await asyncio.sleep(GONE)
    await asyncio.to_thread(place.redis.start)


async def _emptied(place: ManyPlace) -> None:
    for _ in range(4):
        await asyncio.to_thread(place.redis.empty)
        await asyncio.sleep(GONE / 4)


async def _hanging(place: ManyPlace) -> None:
    place.redis.freeze()
    await asyncio.sleep(GONE)
    place.redis.thaw()


async def _meanwhile(crowd: Crowd, place: ManyPlace, fault: Fault) -> list[float]:
    """How late words came that were said while it was so, and a moment longer."""
    await crowd.accepts(100)
    began = time.monotonic()
    await fault(place)
    await asyncio.sleep(1.0)
    ended = time.monotonic()
    await crowd.accepts(200)
    return deliveries(crowd.history, began, ended)


@pytest.mark.parametrize("fault", [_killed, _emptied, _hanging])
async def test_without_redis_everything_arrives(tmp_path: Path, fault: Fault) -> None:
    what = fault.__name__.strip("_")
    with (
        experiment("R7", what, seed=700 + len(what), load=str(USUAL)) as found,
        many_served(tmp_path / "place", THREE) as place,
    ):
        async with crowd_at(place.url, place.nodes[0], seed=found.seed) as crowd:
            before = deliveries(crowd.history)
            late = await _meanwhile(crowd, place, fault)
            found.judged(await crowd.judge(place.nodes[0]))
            found.runs = 1
            found.figure("messages accepted", crowd.accepted)
            found.figure("delivery before, p99", percentile(before, 0.99), "s")
            found.figure("delivery meanwhile, p99", percentile(late, 0.99), "s", at_most=2.0)
            found.figure("deliveries meanwhile", len(late), at_least=1000)
            found.figure("words that seemed to fail", len(crowd.failures), at_most=0)
            assert crowd.strange == []


# ---------------------------------------------------------------- limits


async def _flood(place: ManyPlace, token: str, seconds: float) -> tuple[int, int]:
    """One member says as much as they can, at every node at once: how much was taken, or not."""
    end, answers = time.monotonic() + seconds, [0, 0]

    async def at(number: int, node: Node) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        room = "/api/v1/rooms/evening"
        async with httpx.AsyncClient(base_url=node.url, trust_env=False, headers=headers) as http:
            (await http.put(f"{room}/seat", json={})).raise_for_status()
            while time.monotonic() < end:
                nonce = f"flood-{number}-{secrets.token_hex(8)}"
                said = await http.put(f"{room}/messages/{nonce}", json={"text": "And again."})
                assert said.status_code in (201, 429), said.text
                answers[said.status_code == 429] += 1
                await asyncio.sleep(0.02)

    await asyncio.gather(*(at(number, node) for number, node in enumerate(place.nodes)))
    return answers[0], answers[1]


async def test_without_redis_limits_neither_open_nor_close_the_door(tmp_path: Path) -> None:
    load = "one member at three nodes, as fast as it goes"
    with (
        experiment("R7", "limits", seed=720, load=load) as found,
        many_served(tmp_path / "place", THREE, settings={"HOLDFAST_LIMITS": "on"}) as place,
    ):
        printed = place.nodes[0].run("town", "members", "--count", "2").split()
        taken, refused = await _flood(place, printed[-2], FLOOD)
        place.redis.kill()
        alone, refused_alone = await _flood(place, printed[-1], FLOOD)
        place.redis.start()
        found.runs = 1
        each = MEMBER_PACE.burst + FLOOD / MEMBER_PACE.every + 1
        found.figure("with Redis: taken", taken, at_least=MEMBER_PACE.burst)
        found.figure("with Redis: taken, at most what two nodes would", taken, at_most=2 * each)
        found.figure("with Redis: refused", refused, at_least=10)
        found.figure("without Redis: taken", alone, at_least=MEMBER_PACE.burst)
        found.figure(
            "without Redis: taken, at most what each node would", alone,
            at_most=len(place.nodes) * each,
        )  # fmt: skip
        found.figure("without Redis: refused", refused_alone, at_least=10)
