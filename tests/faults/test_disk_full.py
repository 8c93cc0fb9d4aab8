"""R5: the disk is full while people write. Concerns still come through, and nobody is misled."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from faults.checker import breaches
from faults.experiments import Findings, experiment
from faults.history import Accepted, Refused, Sent
from faults.many_figures import first_accepted_after, percentile
from faults.places_desk import untold
from faults.places_nodes import Node, started
from faults.places_town import Size, Town, town_at
from faults.powercut import Power
from faults.test_killed import is_whole

pytestmark = pytest.mark.faults
TIMES = 20
LITTLE = 40_000  # bytes that still fit when it begins
RESERVE = 16 * 2**20
TALK = Size(members=60, rooms=6, rate=150.0, crisis=0.1)
ALARM = Size(members=60, rooms=6, rate=200.0, crisis=0.6)
ALERTS = 1_000
HEALED = 5.0  # seconds


def _on_a_disk(folder: Path, shim: Path, more: dict[str, str] | None = None) -> tuple[Node, Power]:
    node = Node(folder, settings=more or {})
    node.power = power = Power.over(node.data, shim)
    node.environment |= power.environment
    return node, power


def _refusals(town: Town) -> int:
    return sum(isinstance(entry, Refused) for entry in town.history)


async def _is_refused(town: Town, more: int) -> None:
    goal = _refusals(town) + more
    await town.until(lambda: _refusals(town) >= goal, "nobody was refused")


async def _reads(town: Town) -> bool:
    voice = town.voices[0]
    page = await town.http.get(f"/api/v1/rooms/{voice.room}/messages", headers=voice.headers)
    return page.status_code == 200 and (await town.http.get("/help")).status_code == 200


def _concerns(town: Town, since: float, until: float) -> tuple[int, int]:
    """Of the concerns first said in this time: how many were accepted, how many refused in it."""
    said: dict[str, float] = {}
    for entry in town.history:
        if isinstance(entry, Sent) and entry.nonce.endswith("-concern"):
            said.setdefault(entry.nonce, entry.at)
    mine = {nonce for nonce, at in said.items() if since <= at < until}
    return (
        len({e.nonce for e in town.history if isinstance(e, Accepted) and e.nonce in mine}),
        sum(isinstance(e, Refused) and e.nonce in mine and e.at < until for e in town.history),
    )


async def _laid_in(node: Node, town: Town) -> None:
    file = node.data / "reserve"
    await town.until(lambda: file.exists() and file.stat().st_size == RESERVE, "no reserve")


async def test_twenty_times_a_full_disk_refuses_in_words_and_heals(
    tmp_path: Path, shim: Path
) -> None:
    node, power = _on_a_disk(tmp_path / "house", shim)
    with experiment("R5", "full and well again", seed=500, load=str(TALK)) as found:
        with started([node]):
            async with town_at(node.url, node, seed=found.seed, size=TALK) as town:
                for voice in town.voices[::2]:
                    voice.keeps_trying = False  # who hears that it is not kept believes it
                healed, readable = await _fill_and_mend(town, node, power)
                found.runs = TIMES
                found.judged(await town.judge(node))
                assert town.strange == []
            found.figure("definite refusals", _refusals(town), at_least=TIMES)
            found.figure("times that rooms and /help could be read", readable, at_least=TIMES)
            healed_at = max(healed)
            found.figure("ordinary words kept after there is room, slowest", healed_at, "s",
                         at_most=HEALED)  # fmt: skip
            found.figure("the same, median", percentile(healed, 0.5), "s")
            node.kill()
        found.figure("database whole", is_whole(node.data / "holdfast.db"), at_least=1)


async def _fill_and_mend(town: Town, node: Node, power: Power) -> tuple[list[float], int]:
    healed: list[float] = []
    readable = 0
    for _ in range(TIMES):
        await _laid_in(node, town)
        power.leave_room(LITTLE)
        await _is_refused(town, 5)
        readable += await _reads(town)
        power.mend()
        mended = town.now()
        await town.accepts(40)
        ordinary = [
            e
            for e in town.history
            if not (isinstance(e, Accepted) and e.nonce.endswith("-concern"))
        ]
        healed.append(first_accepted_after(ordinary, mended))
    return healed, readable


async def test_a_thousand_concerns_are_kept_and_told_on_a_full_disk(
    tmp_path: Path, shim: Path
) -> None:
    node, power = _on_a_disk(tmp_path / "house", shim)
    with experiment("R5", "concerns while it is full", seed=501, load=str(ALARM)) as found:
        with started([node]):
            async with town_at(node.url, node, seed=found.seed, size=ALARM) as town:
                for voice in town.voices:
                    voice.keeps_trying = False  # what is refused is let be; the next may be kept
                await _laid_in(node, town)
                await town.accepts(100)
                power.leave_room(LITTLE)
                await _is_refused(town, 5)
                await asyncio.sleep(1)
                began = town.now()
                while (kept := _concerns(town, began, town.now())[0]) < ALERTS:
                    assert town.now() < began + 120, f"only {kept} concerns were kept"
                    await asyncio.sleep(1)
                ended = town.now()
                _tell(found, town, node, began, ended)
                power.mend()
                found.judged(breaches(await town.rest()))
                assert town.strange == []
            node.kill()
        found.figure("database whole", is_whole(node.data / "holdfast.db"), at_least=1)


def _tell(found: Findings, town: Town, node: Node, began: float, ended: float) -> None:
    found.runs = 1
    kept, refused = _concerns(town, began, ended)
    found.figure("concerns kept while it was full", kept, at_least=ALERTS)
    found.figure("concerns refused meanwhile", refused, at_most=0)
    told = [one for one in town.alerts(node) if began <= one.at < ended - 5]
    found.judged(untold(told))
    found.figure("desk told of them, p99", percentile((one.delay for one in told), 0.99), "s")
    ordinary = sum(
        isinstance(e, Refused) and not e.nonce.endswith("-concern") and began <= e.at < ended
        for e in town.history
    )
    found.figure("ordinary words refused meanwhile", ordinary, at_least=1)
    found.note(
        "The place keeps a file of 16 MB back. When the disk is full the file goes, and its room "
        "is for concerns and what follows from them; ordinary words are refused until it fits "
        "again. Another program on the same disk may take that room, too. With PostgreSQL nothing "
        "is kept back: there people are called beside the database, as in the last part."
    )


class _Gateway(BaseHTTPRequestHandler):
    """Whatever texts or rings people: it takes every request, and the server counts them."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        self.server.rung.append((time.monotonic(), json.loads(body)["urgency"]))  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _gateway() -> Iterator[tuple[str, list[tuple[float, str]]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gateway)
    server.rung = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", server.rung  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()


async def test_with_nothing_left_at_all_people_are_called_beside_the_database(
    tmp_path: Path, shim: Path
) -> None:
    with (
        experiment("R5", "nothing left at all", seed=502, load="one member") as found,
        _gateway() as (address, rung),
    ):
        settings = {"HOLDFAST_PAGER_WEBHOOK": address, "HOLDFAST_PAGER_SECRET": "s" * 32}
        node, power = _on_a_disk(tmp_path / "house", shim, settings)
        with started([node]):
            async with httpx.AsyncClient(base_url=node.url, trust_env=False) as http:
                headers = await _somebody(http)
                power.fill_disk()
                power.break_syncs()
                said = time.monotonic()
                answer = await _cry(http, headers)
                called = [at - said for at, urgency in rung if at > said and urgency != "test"]
        found.runs = 1
        found.figure("answer to the concern", answer.status_code, at_least=503, at_most=503)
        assert answer.json()["code"] in ("not_kept", "not_known")
        assert answer.json()["help"] == "/help"
        found.figure("calls at the gateway", len(called), at_least=1)
        found.figure("called after", min(called, default=99.0), "s", at_most=5.0)


async def _somebody(http: httpx.AsyncClient) -> dict[str, str]:
    arrival = {"promises": "current", "age_band": "18+"}
    member = (await http.post("/api/v1/members", json=arrival)).raise_for_status().json()
    headers = {"Authorization": f"Bearer {member['token']}"}
    seat = await http.put("/api/v1/rooms/evening/seat", json={}, headers=headers)
    seat.raise_for_status()
    return headers


async def _cry(http: httpx.AsyncClient, headers: dict[str, str]) -> httpx.Response:
    return await http.put(
        "/api/v1/rooms/evening/messages/nobody-hears-me",
        json={"text": "I do not want to be alive any more."},
        headers=headers,
        timeout=30,
    )
