"""R1: the server is killed without warning, a hundred times, and nothing promised is broken."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from faults.experiments import Findings, experiment
from faults.many_figures import first_accepted_after, percentile
from faults.places_database import OwnPostgres
from faults.places_nodes import Node, started
from faults.places_town import BASE, Town, town_at

pytestmark = pytest.mark.faults
KILLS = 50  # on each database
BETWEEN = (0.6, 1.4)  # seconds that it may serve before it is killed again


async def _kill_again_and_again(town: Town, node: Node) -> list[tuple[float, float]]:
    """When it was started again, and when nothing of what it had answered before was under way."""
    begun = []
    for _ in range(KILLS):
        await asyncio.sleep(town.random.uniform(*BETWEEN))
        node.kill()
        started_at = town.now()
        node.launch()
        await town.until(lambda: not any(v.is_live.is_set() for v in town.voices), "still there")
        begun.append((started_at, town.now()))
        await town.accepts(1)
    return begun


def is_whole(file: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file."""
    with closing(sqlite3.connect(file)) as database:
        found = database.execute("PRAGMA integrity_check").fetchall()
        found += database.execute("PRAGMA foreign_key_check").fetchall()
        return bool(found == [("ok",)])


async def _experiment(found: Findings, node: Node) -> None:
    async with town_at(node.url, node, seed=found.seed) as town:
        await town.accepts(200)
        begun = await _kill_again_and_again(town, node)
        found.runs = KILLS
        found.judged(await town.judge(node))
        waits = [
            first_accepted_after(town.history, quiet) + quiet - started_at
            for started_at, quiet in begun
        ]
        told = town.alerts(node)
        assert town.strange == []
    found.figure("messages accepted", town.accepted)
    found.figure("first answer after the start, p95", percentile(waits, 0.95), "s", at_most=2.0)
    found.figure("first answer after the start, slowest", max(waits), "s")
    found.figure("concerns answered", len(told), at_least=100)
    found.figure("desk told of a concern, p99", percentile((a.delay for a in told), 0.99), "s")
    found.note(
        "“First answer” runs from the operator's command until the first of 200 reconnecting "
        "clients is told that its words are kept. The server is killed 0.6 to 1.4 s after it "
        "last came back, more often than in the field, so that a hundred kills fit."
    )


async def test_fifty_kills_on_sqlite_break_no_promise(tmp_path: Path) -> None:
    with (
        experiment("R1", "SQLite", seed=101, load=str(BASE)) as found,
        started([Node(tmp_path / "house")]) as (node,),
    ):
        await _experiment(found, node)
        node.kill()
        found.figure("database whole", is_whole(node.data / "holdfast.db"), at_least=1)


async def test_fifty_kills_on_postgresql_break_no_promise(
    tmp_path: Path, postgres_of_its_own: OwnPostgres
) -> None:
    database = {"HOLDFAST_DATABASE_URL": postgres_of_its_own.url()}
    with (
        experiment("R1", "PostgreSQL", seed=102, load=str(BASE)) as found,
        started([Node(tmp_path / "house", settings=database)]) as (node,),
    ):
        await _experiment(found, node)
