"""Processes as an operator starts them: kept up, replaced, and missed by nobody when they go."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from app.newer import newer
from faults.many_crowd import Crowd, crowd_at
from faults.places_nodes import Node, several, started, waited
from faults.places_town import SMALL
from holdfast.app.schema import prepare_schema, revisions, scripts
from holdfast.kit.database import open_database

pytestmark = pytest.mark.slow
TAKEN = "duties.taken"
DRAIN = {"HOLDFAST_DRAIN": "1"}  # seconds
Started = Callable[..., Sequence[Node]]


@pytest.fixture
def postgres_template() -> str:
    """An empty database."""
    return "template1"


@pytest.fixture
def nodes(postgres_url: str, tmp_path: Path) -> Iterator[Started]:
    """Processes of one place, in the roles that a test names; the first of them made it."""
    with ExitStack() as leaving:

        def start(*roles: str) -> Sequence[Node]:
            found = several(tmp_path / "place", roles, {"HOLDFAST_DATABASE_URL": postgres_url})
            return leaving.enter_context(started(found))

        yield start


@contextmanager
def kept_up(folder: Path, url: str, count: int) -> Iterator[Node]:
    """`holdfast serve --workers N`, gone afterwards."""
    (node,) = several(folder, ["serve"], {"HOLDFAST_DATABASE_URL": url, **DRAIN})
    try:
        node.launch("--workers", str(count))
        assert not node.dies_or_is_ready(), node.log()
        yield node
    finally:
        node.kill()


def children(node: Node) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(node.pid)], capture_output=True, check=False)
    return {int(one) for one in found.stdout.split()}


# ---------------------------------------------------------------- roles and duties


def test_each_role_answers_the_line_or_has_none(nodes: Started) -> None:
    upgrade = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "c29tZXRoaW5nIHJhbmRvbQ==",
    }
    answers = {
        node.role: [
            httpx.get(f"{node.url}/live", headers=head, trust_env=False).status_code
            for head in (upgrade, {})
        ]
        for node in nodes("web", "live", "worker")
    }
    assert answers == {"web": [404, 404], "live": [401, 404], "worker": [404, 404]}


def test_when_workers_are_killed_the_next_has_the_duties_and_in_the_end_a_web_process(
    nodes: Started,
) -> None:
    first, second, web = nodes("worker", "worker", "web")
    assert [TAKEN in node.log() for node in (first, second, web)] == [True, False, False]
    first.kill()
    waited(lambda: TAKEN in second.log(), 2.0, "the second worker has no duties")
    assert TAKEN not in web.log()
    second.kill()
    waited(lambda: TAKEN in web.log(), 20.0, "nobody has the duties")


# ---------------------------------------------------------------- several on one port


def test_a_process_that_dies_is_started_again_and_all_go_with_their_parent(
    postgres_url: str, tmp_path: Path
) -> None:
    with kept_up(tmp_path / "place", postgres_url, 2) as node:
        before = children(node)
        assert len(before) == 2
        dead = before.pop()
        os.kill(dead, signal.SIGKILL)
        waited(lambda: len(children(node) - {dead}) == 2, 10, "nobody was started again")
        waited(lambda: node.is_ready, 10, "it does not answer")
        left = children(node)
        node.kill()
        waited(lambda: not any(_runs(one) for one in left), 20, "they outlived their parent")


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{process}/status").read_text()


def test_a_place_that_cannot_be_opened_is_not_tried_again_and_again(
    postgres_url: str, tmp_path: Path
) -> None:
    with kept_up(tmp_path / "place", postgres_url, 2) as node:
        assert node.stop() == 0
        key = tmp_path / "place" / "root.key"
        key.write_text("ab" * 32)
        node.launch("--workers", "2")
        assert node.dies_or_is_ready()
        assert "another key" in node.log()


async def test_nobody_notices_that_all_processes_are_replaced(
    postgres_url: str, tmp_path: Path
) -> None:
    with kept_up(tmp_path / "place", postgres_url, 2) as node:
        async with crowd_at(node.url, node, seed=501, size=SMALL) as crowd:
            await crowd.accepts(100)
            await _replaced(node)
            await crowd.accepts(200)
            await _all_is_well(crowd, node)
        assert await asyncio.to_thread(node.stop) == 0


async def _replaced(node: Node) -> None:
    """SIGHUP, and wait until nobody of before is there."""
    before = children(node)
    os.kill(node.pid, signal.SIGHUP)
    gone = time.monotonic() + 60
    while children(node) & before:
        assert time.monotonic() < gone, node.log()
        await asyncio.sleep(0.1)
    assert len(children(node)) == len(before)


async def _all_is_well(crowd: Crowd, node: Node) -> None:
    assert crowd.failures == []
    assert crowd.strange == []
    assert await crowd.judge(node) == []


# ---------------------------------------------------------------- new tables while people talk


async def test_tables_are_changed_and_changed_back_while_people_talk(
    postgres_url: str, tmp_path: Path
) -> None:
    adds = ("expand", 'op.add_column("messages", sa.Column("later", sa.BigInteger()))')
    undo = 'op.drop_column("messages", "later")'
    location = newer(tmp_path / "newer", adds, undo=undo)
    with kept_up(tmp_path / "place", postgres_url, 2) as node:
        async with crowd_at(node.url, node, seed=502, size=SMALL) as crowd:
            await crowd.accepts(100)
            assert "migrated" in await _migrated(postgres_url, tmp_path, location)
            await crowd.accepts(100)
            await _replaced(node)  # today's code starts on the newer shape
            await crowd.accepts(100)
            await _changed_back(postgres_url, location)
            await crowd.accepts(100)
            await _all_is_well(crowd, node)


async def _migrated(url: str, folder: Path, location: Path) -> str:
    database = open_database(url)
    try:
        return await prepare_schema(database, folder / "backups", location)
    finally:
        await database.close()


async def _changed_back(url: str, location: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(location))
    config.set_main_option("path_separator", "os")

    def downgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.downgrade(config, revisions(scripts())[-1])

    database = open_database(url)
    async with database.writer.begin() as connection:
        await connection.run_sync(downgrade)
    await database.close()
