"""R2: the power goes five hundred times, after each of the first calls and by chance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from begun import Begun
from faults.checker import breaches
from faults.cluster import powered_cluster
from faults.experiments import Findings, experiment
from faults.facts import Breach
from faults.lifetimes import Lives, broken_promises, lives, some_calls
from faults.load import Load, loaded
from faults.served import Served, served

pytestmark = pytest.mark.faults
FIRST, BY_CHANCE = 250, 250  # calls at which the power goes
LEAST_SAID = {"at the first calls": 50, "by chance": FIRST}  # the place opens with many calls
ROUNDS = 12  # long enough for five hundred different calls
COMES_BACK = 20  # after every so many cuts the house is opened and spoken in
WHOLE = 6  # cuts of the whole server, on each database


def _cut(house: Lives, call: int, random: Random) -> tuple[int, list[Breach]]:
    """One life whose power goes at this call; how much was accepted, and what is not kept."""
    told, power = house.live(die_at=call, rounds=ROUNDS)
    power.cut(keep=random.choice((0.0, 0.5, 1.0)), random=random)
    found = broken_promises(told, power.data)
    if call % COMES_BACK == 0:
        found += _comes_back(house, power.data)
    house.bury(power)
    return len(told.accepted), found


def _comes_back(house: Lives, data: Path) -> list[Breach]:
    """The house opens on what is left, and keeps what is said there."""
    told, power = house.live(on=data)
    found = broken_promises(told, power.data)
    house.bury(power)
    if not (told.ended and told.accepted):
        found.append(Breach("does not come back", f"{data.parent.name}: {told.broken}"))
    return found


def _calls_of_a_life(house: Lives) -> int:
    told, power = house.live(rounds=ROUNDS)
    assert told.ended, told
    assert broken_promises(told, power.data) == []
    house.bury(power)
    return told.calls


@pytest.mark.parametrize(("part", "seed"), [("at the first calls", 200), ("by chance", 205)])
def test_five_hundred_power_cuts_lose_nothing_that_was_accepted(
    part: str, seed: int, tmp_path: Path, begun: Callable[[str], Begun], shim: Path
) -> None:
    random, load = Random(seed), "the real ledger, 9 things at once"
    with (
        experiment("R2", f"SQLite, {part}", seed=seed, load=load) as found,
        lives(tmp_path / "lives", begun("sqlite"), shim) as house,
    ):
        calls = _calls_of_a_life(house)
        first = [*range(1, FIRST + 1)]
        later = some_calls(random, FIRST + 1, calls, BY_CHANCE)
        chosen = later if part == "by chance" else first
        accepted = 0
        for call in chosen:
            kept, lost = _cut(house, call, random)
            accepted += kept
            found.judged(lost)
        found.runs = len(chosen)
        found.figure("I/O calls in one life", calls)
        found.figure("messages accepted before the cuts", accepted, at_least=LEAST_SAID[part])
        found.figure("of them lost", sum("lost" in breach for breach in found.breaches), at_most=0)
        found.note(
            f"The first {FIRST} cuts come right before each of a life's first {FIRST} reads, "
            "writes, syncs and truncations, opening the place included; the others at calls by "
            "chance. Of what was not synced all, half or nothing is kept, by chance."
        )


def test_the_same_cuts_lose_messages_with_synchronous_normal(
    tmp_path: Path, begun: Callable[[str], Begun], shim: Path
) -> None:
    part = "control: SQLite with synchronous=NORMAL"
    with (
        experiment("R2", part, seed=201, is_control=True) as found,
        lives(tmp_path / "lives", begun("sqlite"), shim, weak=True) as house,
    ):
        told, power = house.live()
        house.bury(power)
        last = told.calls
        losses = 0
        for call in range(last - 39, last + 1):
            told, power = house.live(die_at=call)
            power.cut()
            losses += any("lost" in b.promise for b in broken_promises(told, power.data))
            house.bury(power)
        found.runs = 40
        found.figure("cuts after which something accepted was lost", losses, at_least=38)


async def _cut_the_whole_server(
    found: Findings, server: Served, cut: Callable[[Load, float], None]
) -> None:
    """Under load, at instants by chance; then everything is brought up again."""
    async with loaded(server.url, seed=found.seed) as load:
        for number in range(WHOLE):
            await load.accepts(60)
            await asyncio.sleep(load.random.uniform(0, 0.1))
            await asyncio.to_thread(cut, load, (number % 3) / 2)
        found.runs = WHOLE
        found.judged(breaches(await load.rest()))
        found.figure("messages accepted", load.accepted)
        assert load.strange == []


async def test_the_whole_server_loses_its_power_on_sqlite(tmp_path: Path, shim: Path) -> None:
    with (
        experiment("R2", "whole server, SQLite", seed=202, load="20 members") as found,
        served(tmp_path / "house", shim=shim) as server,
    ):

        def cut(load: Load, keep: float) -> None:
            server.lose_power(keep=keep, random=load.random)
            server.start()

        await _cut_the_whole_server(found, server, cut)


async def test_the_whole_server_and_postgresql_lose_their_power(tmp_path: Path, shim: Path) -> None:
    with (
        experiment("R2", "whole server and PostgreSQL", seed=203, load="20 members") as found,
        powered_cluster(shim) as (cluster, power),
        served(tmp_path / "house", shim=shim, database=cluster.url()) as server,
    ):

        def cut(load: Load, keep: float) -> None:
            power.cut(cluster.postmaster, server.pid, keep=keep, random=load.random)
            server.lose_power()
            cluster.start_again()
            server.start()

        await _cut_the_whole_server(found, server, cut)


async def test_the_same_cut_loses_messages_with_synchronous_commit_off(
    tmp_path: Path, shim: Path
) -> None:
    part = "control: PostgreSQL with synchronous_commit=off"
    with (
        experiment("R2", part, seed=204, is_control=True) as found,
        powered_cluster(shim) as (cluster, power),
        served(tmp_path / "house", shim=shim, database=cluster.url()) as server,
    ):
        # Behind the product's back: it refuses to start on a database as weak as this.
        cluster.execute("ALTER SYSTEM SET synchronous_commit = off")
        cluster.execute("SELECT pg_reload_conf()")
        async with loaded(server.url, seed=found.seed) as load:
            await load.accepts(60)
            cluster.execute("ALTER SYSTEM RESET synchronous_commit")
            power.cut(cluster.postmaster, server.pid)
            server.lose_power()
            await asyncio.to_thread(cluster.start_again)
            await asyncio.to_thread(server.start)
            lost = [one for one in breaches(await load.aftermath()) if one.promise == "lost"]
        found.runs = 1
        found.figure("accepted messages lost", len(lost), at_least=1)
