"""R9: one reader in ten takes a byte a second: nobody else notices, and they come back later."""

from __future__ import annotations

import asyncio
import time
from itertools import chain
from pathlib import Path
from random import Random
from statistics import median
from typing import cast

import pytest

from faults.experiments import Findings, experiment
from faults.many_crowd import Crowd, crowd_at
from faults.many_figures import deliveries, delivery_windows, percentile
from faults.many_idle import Idler, all_live, come_in
from faults.many_people import Roamer
from faults.many_slow import SlowReader, lines_of, memory_of
from faults.places_database import OwnPostgres
from faults.places_nodes import Node, started
from faults.places_town import Size

pytestmark = pytest.mark.faults
FAST = Size(members=54, rooms=1, rate=50.0)
SLOW = 6
LONG = " and it goes on" * 250  # 3,750 characters: a slow reader falls behind by 190 KB a second
QUIET = 8.0  # seconds that are measured without slow readers
LONGEST = 60.0  # seconds until the slow ones have fallen behind
FAREWELL = 20.0  # seconds in which their sockets are gone, too
MOST_KEPT = 1_150_000  # bytes: 1 MiB that a server keeps for one reader, and a message or two
LAGGING = 4408

Spell = tuple[float, float]  # the moments between which it was


async def _slow_readers(crowd: Crowd, node: Node) -> list[SlowReader]:
    printed = await asyncio.to_thread(node.run, "town", "members", "--count", str(SLOW))
    readers = []
    for number, token in enumerate(printed.split()[-SLOW:]):
        room = crowd.rooms[number % len(crowd.rooms)]
        path, headers = f"/api/v1/rooms/{room}/seat", {"Authorization": f"Bearer {token}"}
        (await crowd.http.put(path, json={}, headers=headers)).raise_for_status()
        readers.append(SlowReader(token, room, ("127.0.0.1", node.port)))
    return readers


async def _sampled(node: Node, until: asyncio.Event) -> float:
    """The most memory that the node had until then, in megabytes."""
    most = memory_of(node)
    while not until.is_set():
        await asyncio.sleep(0.2)
        most = max(most, memory_of(node))
    return most


async def _quiet(node: Node) -> tuple[Spell, float]:
    """A spell in which everybody reads, and how much memory is used."""
    began, over = time.monotonic(), asyncio.Event()
    sampling = asyncio.create_task(_sampled(node, over))
    await asyncio.sleep(QUIET)
    over.set()
    return (began, time.monotonic()), await sampling


async def _lagging(readers: list[SlowReader], meter: Idler) -> None:
    """Wait until more waits in the server for each of them than it keeps for anybody."""
    began, end = meter.taken, time.monotonic() + LONGEST
    while any(meter.taken - began - reader.unread < MOST_KEPT for reader in readers):
        assert time.monotonic() < end, "the slow ones do not fall behind"
        await asyncio.sleep(0.25)


async def _let_go(node: Node, many: int) -> int:
    """Wait until so many lines are gone; how many are."""
    before, end = await lines_of(node), time.monotonic() + FAREWELL
    gone = 0
    while gone < many and time.monotonic() < end:
        await asyncio.sleep(0.25)
        gone = before - await lines_of(node)
    return gone


async def _with_slow_readers(
    node: Node, readers: list[SlowReader], meter: Idler
) -> tuple[Spell, float, int]:
    """The same while some crawl. Half of them read on in time to be told why they are let go."""
    began, over = time.monotonic(), asyncio.Event()
    sampling = asyncio.create_task(_sampled(node, over))
    await asyncio.gather(*(reader.come_in() for reader in readers))
    crawling = [asyncio.create_task(reader.crawl()) for reader in readers]
    await _lagging(readers, meter)
    ended = time.monotonic()
    for task in crawling[::2]:
        task.cancel()
    letting_go = asyncio.create_task(_let_go(node, len(readers)))
    await asyncio.gather(*(reader.read_on() for reader in readers[::2]))
    gone = await letting_go
    for task in crawling:
        task.cancel()
    await asyncio.gather(*crawling, return_exceptions=True)
    async with asyncio.timeout(20):
        await asyncio.gather(*(reader.read_on() for reader in readers[1::2]))
    over.set()
    return (began, ended), await sampling, gone


async def _resumed(readers: list[SlowReader]) -> tuple[int, int]:
    """They come back where they were: how many are not live, and how many things are missing."""
    again = []
    for reader in readers:
        reader.close()
        idler = Idler(reader.token, reader.room, [reader.door], Random(0))
        idler.cursor = reader.cursor
        again.append(idler)
    await asyncio.gather(*(idler.dial() for idler in again))
    absent = await all_live(again, 20)
    for idler in again:
        idler.leave()
    return absent, sum(i.missing + i.twice for i in again) + sum(r.missing for r in readers)


def _usual(crowd: Crowd, *spells: Spell) -> float:
    """The p99 of every two seconds of these spells; the middle one of them all."""
    return median(chain(*(delivery_windows(crowd.history, *spell) for spell in spells)))


def _delays(found: Findings, crowd: Crowd, without: list[Spell], meanwhile: Spell) -> None:
    """How late words came to the others, with and without slow readers."""
    usual, with_them = _usual(crowd, *without), _usual(crowd, meanwhile)
    every = [percentile(deliveries(crowd.history, *one), 0.99) for one in (*without, meanwhile)]
    found.figure("delivery to others, p99, without slow readers", usual, "s")
    found.figure("delivery to others, p99, with them", with_them, "s")
    found.figure("the second to the first", with_them / usual, at_most=1.2)
    found.figure("p99 of all that time, without (the higher of two)", max(every[:-1]), "s")
    found.figure("p99 of all that time, with them", every[-1], "s")
    found.note(
        "A p99 here is that of every two seconds, the middle one of them: a moment in which "
        "the whole machine stands still tells nothing of slow readers."
    )


async def test_slow_readers_cost_the_others_nothing_and_miss_nothing(
    tmp_path: Path, postgres_of_its_own: OwnPostgres
) -> None:
    database = {"HOLDFAST_DATABASE_URL": postgres_of_its_own.url()}
    load = f"{FAST}, 4 KB each; {SLOW} more members read 1 byte a second"
    with (
        experiment("R9", "PostgreSQL", seed=901, load=load) as found,
        started([Node(tmp_path / "house", settings=database)]) as (node,),
    ):
        async with crowd_at(node.url, node, seed=found.seed, size=FAST) as crowd:
            for voice in crowd.voices:
                cast("Roamer", voice).more = LONG
            readers = await _slow_readers(crowd, node)
            await asyncio.sleep(3)
            quiet, base = await _quiet(node)
            meter = Idler(readers[0].token, crowd.rooms[0], [readers[0].door], Random(0))
            await come_in([meter])
            slow, most, gone = await _with_slow_readers(node, readers, meter)
            meter.leave()
            absent, missing = await _resumed(readers)
            again, _ = await _quiet(node)
            found.judged(await crowd.judge(node))
            assert crowd.strange == []
        _delays(found, crowd, [quiet, again], slow)
        found.runs = 1
        found.figure("memory beyond the base", most - base, "MB", at_most=64)
        found.figure("slow readers let go", gone, at_least=SLOW)
        told = sum(reader.code == LAGGING for reader in readers)
        found.figure("of the half that reads on: told why (4408)", told, at_least=SLOW / 2)
        found.figure("not live again", absent, at_most=0)
        found.figure("missing or doubled after resume", missing, at_most=0)
