"""R11: ten thousand idle lines are dropped at once: all come back, and nobody misses anything."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import httpx
import pytest

from faults.experiments import experiment
from faults.many_crowd import USUAL
from faults.many_figures import percentile
from faults.many_idle import Idler, all_live, allow_many_sockets, come_in
from faults.many_place import THREE, ManyPlace, many_served
from faults.many_slow import memory_of
from faults.places_nodes import Node
from faults.places_town import BASE

pytestmark = pytest.mark.faults
PEOPLE = 10_000 if USUAL is BASE else 2_000
ROOMS = ("evening", "anxiety", "low-mood", "recovery", "grief", "night-room")
AT_ONCE = 12  # requests to each node, while seats are taken
SAID = 5  # messages in each room that nobody hears at first
STORMS = 2  # the second with a fifth of the clients waiting by no chance at all
HASTY = 5  # one in so many
GIVES_UP = 60.0  # seconds


async def _tokens(nodes: Sequence[Node]) -> list[str]:
    """Everybody's tokens, made by all machines at once."""
    each = str(PEOPLE // len(nodes) + 1)
    printed = await asyncio.gather(
        *(asyncio.to_thread(node.run, "town", "members", "--count", each) for node in nodes)
    )
    return [token for words in printed for token in words.split()[-int(each) :]][:PEOPLE]


async def _seat(node: Node, tokens: Sequence[tuple[str, str]]) -> None:
    """Let some take their seats, through one node."""
    gate = asyncio.Semaphore(AT_ONCE)
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(
        base_url=node.url, trust_env=False, timeout=60, limits=limits
    ) as http:

        async def one(token: str, room: str) -> None:
            headers = {"Authorization": f"Bearer {token}"}
            async with gate:
                seat = await http.put(f"/api/v1/rooms/{room}/seat", json={}, headers=headers)
            seat.raise_for_status()

        await asyncio.gather(*(one(*pair) for pair in tokens))


async def _people(place: ManyPlace) -> list[Idler]:
    """Everybody in a room of theirs, each with the three nodes in another order."""
    nodes = place.nodes
    tokens = await _tokens(nodes)
    placed = [(token, ROOMS[number % len(ROOMS)]) for number, token in enumerate(tokens)]
    await asyncio.gather(*(_seat(node, placed[n :: len(nodes)]) for n, node in enumerate(nodes)))
    doors = [("127.0.0.1", node.port) for node in nodes]
    people = []
    for number, (token, room) in enumerate(placed):
        turn = number % len(doors)
        order = [*doors[turn:], *doors[:turn]]
        people.append(Idler(token, room, order, Random(number)))
    await come_in(people)
    return people


async def _speak(place: ManyPlace, people: Sequence[Idler], storm: int) -> None:
    """Something is said in each room while nobody, or hardly anybody, is there."""
    async with httpx.AsyncClient(base_url=place.nodes[0].url, trust_env=False, timeout=60) as http:
        for said in range(SAID):
            for speaker in people[: len(ROOMS)]:
                path = f"/api/v1/rooms/{speaker.room}/messages/storm-{storm}-{said:04}"
                headers = {"Authorization": f"Bearer {speaker.token}"}
                words = {"text": f"Here we are again, {said}."}
                (await http.put(path, json=words, headers=headers)).raise_for_status()


async def _storm(place: ManyPlace, people: Sequence[Idler], number: int) -> list[float]:
    """Everybody is dropped at once; the seconds after which each was live again."""
    loop = asyncio.get_running_loop()
    for idler in people:
        idler.drop()
    began = loop.time()
    while any(idler.live.is_set() for idler in people):  # noqa: ASYNC110 - their sockets are closing
        await asyncio.sleep(0)
    speaking = asyncio.create_task(_speak(place, people, number))
    absent = await all_live(people, GIVES_UP)
    await speaking
    return [idler.live_at - began for idler in people if idler.live.is_set()] + [GIVES_UP] * absent


async def _behind(place: ManyPlace, people: Sequence[Idler]) -> int:
    """How many do not have the newest of their room, a moment after all is said."""
    heads = {}
    async with httpx.AsyncClient(base_url=place.nodes[0].url, trust_env=False) as http:
        for speaker in people[: len(ROOMS)]:
            headers = {"Authorization": f"Bearer {speaker.token}"}
            page = await http.get(f"/api/v1/rooms/{speaker.room}/messages", headers=headers)
            heads[speaker.room] = page.raise_for_status().json()["head"]
    end = time.monotonic() + 5.0
    while behind := len([one for one in people if one.cursor != heads[one.room]]):
        if time.monotonic() > end:
            break
        await asyncio.sleep(0.1)
    return behind


async def test_ten_thousand_come_back_at_once_and_miss_nothing(tmp_path: Path) -> None:
    allow_many_sockets(PEOPLE + 1_000)
    load = f"{PEOPLE:,} idle members, three nodes"
    with (
        experiment("R11", "three nodes", seed=1101, load=load) as found,
        many_served(tmp_path / "place", THREE) as place,
    ):
        people = await _people(place)
        base = sum(map(memory_of, place.nodes))
        found.runs = STORMS
        for storm in range(STORMS):
            for idler in people[:: HASTY if storm else PEOPLE + 1]:
                idler.jitter = False
            took = await _storm(place, people, storm)
            what = "a fifth without jitter" if storm else "full jitter"
            found.figure(f"{what}: live again, median", percentile(took, 0.5), "s")
            found.figure(f"{what}: live again, p95", percentile(took, 0.95), "s", at_most=15.0)
            found.figure(f"{what}: live again, p99", percentile(took, 0.99), "s", at_most=30.0)
            found.figure(f"{what}: behind afterwards", await _behind(place, people), at_most=0)
        missing = sum(idler.missing + idler.twice for idler in people)
        found.figure("missed or doubled", missing, at_most=0)
        grown = sum(map(memory_of, place.nodes)) - base
        found.figure("memory of three nodes, more than before", grown, "MB")
        for idler in people:
            idler.leave()
        await asyncio.sleep(0)
