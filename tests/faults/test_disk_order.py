"""R3: nothing is answered before it is on disk, seen call by call; and the watch sees a cheat.

The library that stands between the server and the system writes down, in one sequence, when a name
(a nonce) first goes into a database's log, when a sync of the log begins and returns, and when the
answer with that name leaves on a socket.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from faults.cluster import powered_cluster
from faults.experiments import experiment
from faults.served import Served

pytestmark = pytest.mark.faults
ANSWERS = 10_000
LINES = 16
AHEAD = 32  # posts on their way on each line
NAME = re.compile(r"[a-z]+\d*-\d{8}")


def too_early(journal: Iterable[str]) -> tuple[int, list[str]]:
    """How many answers left, and which of them before a sync that covers them had returned."""
    written: dict[str, int] = {}  # by name: how many syncs had begun when it was in the log
    begun = covered = answers = 0
    running: list[int] = []
    early: list[str] = []
    for line in journal:
        kind, _, rest = line.strip().partition(" ")
        found = NAME.match(rest)
        name = found.group() if found else ""
        if kind == "w" and name:
            written.setdefault(name, begun)
        elif kind == "s":
            begun += 1
            running.append(begun)
        elif kind == "S" and running:
            covered = max(covered, running.pop(0))
        elif kind == "a" and name:
            answers += 1
            if name not in written or covered <= written[name]:
                early.append(name)
    return answers, early


async def _say(url: str, token: str, room: str, first: int, count: int) -> None:
    """One member says so many things, some at a time, and hears that they are kept."""
    line_at = url.replace("http", "ws", 1) + "/live"
    headers = {"Authorization": f"Bearer {token}"}
    async with connect(
        line_at,
        subprotocols=[Subprotocol("holdfast.v1")],
        additional_headers=headers,
        compression=None,
        proxy=None,
    ) as line:
        window, kept = asyncio.Semaphore(AHEAD), 0

        async def speak() -> None:
            for said in range(count):
                await window.acquire()
                nonce = f"order-{first + said:08}"
                post = {"do": "post", "room": room, "nonce": nonce, "text": f"Words {said}."}
                await line.send(json.dumps(post))

        speaking = asyncio.create_task(speak())
        while kept < count:
            event = json.loads(await line.recv())
            assert event["event"] in ("accepted", "posted"), event
            if event["event"] == "accepted":
                kept += 1
                window.release()
        await speaking


async def _ten_thousand(url: str, answers: int) -> None:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=20) as http:
        tokens = [await _seated(http, ("evening", "grief")[n % 2]) for n in range(LINES)]
    each = answers // LINES
    await asyncio.gather(
        *(
            _say(url, token, ("evening", "grief")[n % 2], n * each, each)
            for n, token in enumerate(tokens)
        )
    )


async def _seated(http: httpx.AsyncClient, room: str) -> str:
    arrival = {"promises": "current", "age_band": "18+"}
    token = str(
        (await http.post("/api/v1/members", json=arrival)).raise_for_status().json()["token"]
    )
    headers = {"Authorization": f"Bearer {token}"}
    seat = await http.put(f"/api/v1/rooms/{room}/seat", json={}, headers=headers)
    seat.raise_for_status()
    return token


async def _watched(server: Served, journal: Path, answers: int) -> tuple[int, list[str]]:
    try:
        server.start()
        await _ten_thousand(server.url, answers)
    finally:
        server.kill()
    with journal.open() as lines:
        return too_early(lines)


def _with_journal(environment: dict[str, str], journal: Path) -> None:
    journal.touch()
    journal.chmod(0o666)  # PostgreSQL's own person writes there too
    environment |= {"POWERCUT_JOURNAL": str(journal), "POWERCUT_MARK": "order-"}


async def test_ten_thousand_answers_leave_after_their_sync_on_sqlite(
    tmp_path: Path, shim: Path
) -> None:
    server, journal = Served(tmp_path / "house", shim=shim), tmp_path / "journal"
    _with_journal(server.environment, journal)
    with experiment("R3", "SQLite", seed=0, load="16 lines, 32 posts ahead on each") as found:
        found.runs = 1
        left, early = await _watched(server, journal, ANSWERS)
        found.figure("answers seen leaving", left, at_least=ANSWERS)
        found.figure("of them before their sync returned", len(early), at_most=0)


async def test_the_watch_sees_answers_that_leave_too_early(tmp_path: Path, shim: Path) -> None:
    server, journal = Served(tmp_path / "house", shim=shim), tmp_path / "journal"
    _with_journal(server.environment, journal)
    server.weaken()
    part = "control: SQLite with synchronous=NORMAL"
    with experiment("R3", part, seed=0, is_control=True) as found:
        found.runs = 1
        left, early = await _watched(server, journal, 1_600)
        found.figure("answers seen leaving", left, at_least=1_600)
        found.figure("of them before their sync returned", len(early), at_least=1_000)


async def test_ten_thousand_answers_leave_after_their_sync_on_postgresql(
    tmp_path: Path, shim: Path
) -> None:
    with experiment("R3", "PostgreSQL", seed=0, load="16 lines, 32 posts ahead on each") as found:
        found.runs = 1
        with powered_cluster(shim) as (cluster, _):
            journal = cluster.folder.with_name("journal")
            cluster.stop()
            environment = dict(cluster.environment)
            _with_journal(environment, journal)
            cluster.environment = environment
            cluster.start_again()
            server = Served(tmp_path / "house", shim=shim, database=cluster.url())
            _with_journal(server.environment, journal)
            left, early = await _watched(server, journal, ANSWERS)
        found.figure("answers seen leaving", left, at_least=ANSWERS)
        found.figure("of them before their sync returned", len(early), at_most=0)
