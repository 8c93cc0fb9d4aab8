"""A raid on a room where people talk, with the settings as they are shipped (trust.md T2)."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median, quantiles
from typing import Any

import altcha
import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from bench.house import Holdfast
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, series
from bench.session import Session

COLUMNS = {
    "seen": "hostile messages seen",
    "tried": "tried",
    "came": "accounts in",
    "on_s": "raid mode on after s",
    "calm_p50_ms": "members' p50 before ms",
    "raid_p50_ms": "during ms",
    "calm_p99_ms": "p99 before ms",
    "raid_p99_ms": "during ms",
    "undo_s": "taken back within s",
    "undo_p99_ms": "p99 meanwhile ms",
}
ROOM = "night-room"
MEMBERS, EVERY, CALM = 30, 6.0, 20.0  # who talk, how often each, and for how long before
ACCOUNTS, LASTS, AGAIN = 200, 60.0, 2.0  # of the raid, and how often each tries to write
HOSTILE = "raid {number}: nobody wants you here, go away"
ROW = "INSERT INTO standings (member_id, days, said, today) SELECT id, 3, 10, 0 FROM members"


def run(session: Session) -> Outcome:
    """200 accounts in 60 seconds: what gets through, and what members notice of it."""
    rows = interleaved({"200 in 60 s": partial(_raid, session)}, session.rounds)
    samples = rows["200 in 60 s"]
    slower = [sample["raid_p99_ms"] / max(sample["calm_p99_ms"], 1e-9) for sample in samples]
    measured = {
        "raid seen": series(samples, "seen"),
        "raid on": series(samples, "on_s"),
        "raid members": slower,
        "raid undo": series(samples, "undo_s"),
    }
    return Outcome(COLUMNS, rows, measured, ["settings as shipped: limits, coverage and ladder on"])


def _raid(session: Session) -> Sample:
    cores, folder = session.cores, session.places.disk / f"raid-{time.monotonic_ns()}"
    server = Shipped("holdfast", core=cores.server, folder=folder, database_core=cores.database)
    server.folder.mkdir(parents=True, exist_ok=True)
    server.run("migrate")
    members = server.run("town", "members", "--count", str(MEMBERS)).split()[-MEMBERS:]
    keeper = server.run("steward", "token", "--role", "crisis-moderator").strip()
    with sqlite3.connect(server.database_file) as beside:
        beside.execute(ROW)
    with server, ProcessPoolExecutor(1) as elsewhere:
        return asyncio.run(Raid(server.port, members, keeper, elsewhere).goes())


class Shipped(Holdfast):
    """The server as somebody starts it who sets nothing."""

    def environment(self) -> dict[str, str]:
        return {}

    @property
    def database_file(self) -> str:
        return str(self.folder / "data" / "holdfast.db")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass
class Raid:
    """One raid, seen from those who talk, from those who raid, and from the desk."""

    port: int
    members: list[str]
    keeper: str
    elsewhere: ProcessPoolExecutor  # where raiders are, so that members are timed undisturbed
    calm: list[float] = field(default_factory=list)
    during: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)  # seqs
    removed: set[int] = field(default_factory=set)
    gone: asyncio.Event = field(default_factory=asyncio.Event)  # something was removed
    began: float = float("inf")
    on_after: float = float("inf")
    until: float = float("inf")

    async def goes(self) -> Sample:
        limits = httpx.Limits(max_connections=40)
        url = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as web:
            await self._sit_down(web)
            tasks = [asyncio.create_task(self._watch_the_desk())]
            tasks += [
                asyncio.create_task(self._talk(token, number * EVERY / MEMBERS))
                for number, token in enumerate(self.members)
            ]
            await asyncio.sleep(CALM)
            self.began = time.perf_counter()
            self.until = self.began + LASTS
            loop = asyncio.get_running_loop()
            came, tried = await loop.run_in_executor(self.elsewhere, raided, self.port)
            undone = await self._take_back(web)
            for task in tasks:
                task.cancel()
        return {
            "seen": float(len(self.seen)),
            "tried": float(tried),
            "came": float(came),
            "on_s": self.on_after - self.began,
            "calm_p50_ms": median(self.calm),
            "raid_p50_ms": median(self.during),
            "calm_p99_ms": p99(self.calm),
            "raid_p99_ms": p99(self.during),
            "undo_s": undone,
            "undo_p99_ms": p99(self.after),
        }

    async def _sit_down(self, web: httpx.AsyncClient) -> None:
        ends = (datetime.now(UTC) + timedelta(hours=4)).strftime("%H:00")
        shift = await web.post(
            "/desk/shifts/check-in", data={"stay": ends}, headers=bearer(self.keeper)
        )
        assert shift.status_code == 303, shift.status_code
        for token in self.members:
            await web.put(f"/api/v1/rooms/{ROOM}/seat", json={}, headers=bearer(token))

    async def _line(self, token: str) -> ClientConnection:
        return await connect(
            f"ws://127.0.0.1:{self.port}/live",
            subprotocols=[Subprotocol("holdfast.v1")],
            additional_headers=bearer(token),
            compression=None,
            proxy=None,
        )

    async def _watch_the_desk(self) -> None:
        line = await self._line(self.keeper)
        await line.send(json.dumps({"do": "watch", "topic": "desk"}))
        async for frame in line:
            for event in events_in(frame):
                if event.get("what") == "raid":
                    self.on_after = min(self.on_after, time.perf_counter())

    async def _talk(self, token: str, after: float) -> None:
        """A member who says something now and then, and sees what others say."""
        line = await self._line(token)
        await line.send(json.dumps({"do": "enter", "room": ROOM}))
        sent: dict[str, float] = {}
        hearing = asyncio.create_task(self._hear(line, sent))
        await asyncio.sleep(after)
        for number in range(10_000):
            nonce = f"talk-{id(line)}-{number}"
            sent[nonce] = time.perf_counter()
            words = f"I am here and thinking of you, {number}"
            post = {"do": "post", "room": ROOM, "nonce": nonce, "text": words}
            with suppress(ConnectionClosed):
                await line.send(json.dumps(post))
            await asyncio.sleep(EVERY)
        await hearing

    async def _hear(self, line: ClientConnection, sent: dict[str, float]) -> None:
        async for frame in line:
            now = time.perf_counter()
            for event in events_in(frame):
                match event.get("event"):
                    case "accepted" if event["nonce"] in sent:
                        self._note(now, 1000 * (now - sent.pop(event["nonce"])))
                    case "posted" if event["text"].startswith("raid "):
                        self.seen.add(event["seq"])
                    case "removed":
                        self.removed.add(event["of"])
                        self.gone.set()

    def _note(self, now: float, took: float) -> None:
        """What a member waited: before the raid, during it, or while it was taken back."""
        kept = self.calm if now < self.began else self.during if now < self.until else self.after
        kept.append(took)

    async def _take_back(self, web: httpx.AsyncClient) -> float:
        """Seconds from the click until the last of it is gone from everybody's screen."""
        page = (await web.get("/desk/coming-in", headers=bearer(self.keeper))).text
        found = re.search(
            r'raids/(\d+)/undo"><input type="hidden" name="version" value="(\d+)"', page
        )
        assert found is not None, "there is no raid to take back"
        began = time.perf_counter()
        form = {"version": found[2], "rule": "room_for_all"}
        path = f"/desk/coming-in/raids/{found[1]}/undo"
        done = await web.post(path, data=form, headers=bearer(self.keeper), timeout=120)
        assert done.status_code == 303, done.status_code
        async with asyncio.timeout(60):
            while not self.seen <= self.removed:
                self.gone.clear()
                await self.gone.wait()
        return time.perf_counter() - began


@dataclass
class Raiders:
    """Everybody who raids, in a process of their own."""

    port: int
    tried: int = 0
    came: int = 0
    until: float = 0.0

    async def go(self) -> tuple[int, int]:
        self.until = time.perf_counter() + LASTS
        limits = httpx.Limits(max_connections=40)
        url = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits) as web:
            await asyncio.gather(*(self._raider(web, number) for number in range(ACCOUNTS)))
        return self.came, self.tried

    async def _raider(self, web: httpx.AsyncClient, number: int) -> None:
        """One account: in, down, and writing as often as it is let, until the raid is over."""
        await asyncio.sleep(number * LASTS / ACCOUNTS)
        token = await self._come_in(web)
        if not token:
            return
        self.came += 1
        await web.put(f"/api/v1/rooms/{ROOM}/seat", json={}, headers=bearer(token))
        tries = 0
        while time.perf_counter() < self.until:
            path = f"/api/v1/rooms/{ROOM}/messages/raid-{number:04}-{tries:04}"
            text = {"text": HOSTILE.format(number=number)}
            self.tried += 1
            await web.put(path, json=text, headers=bearer(token))
            tries += 1
            await asyncio.sleep(AGAIN)

    async def _come_in(self, web: httpx.AsyncClient) -> str:
        asked: dict[str, Any] = {"promises": "current", "age_band": "18+"}
        while time.perf_counter() < self.until:
            answer = await web.post("/api/v1/members", json=asked)
            if answer.status_code == 201:
                return str(answer.json()["token"])
            given = (await web.get("/api/v1/challenge")).json()
            if "parameters" in given:
                asked["proof"] = await asyncio.to_thread(solved, given)
        return ""


def raided(port: int) -> tuple[int, int]:
    """How many came, and how often they tried to write."""
    return asyncio.run(Raiders(port).go())


def events_in(frame: str | bytes) -> list[dict[str, Any]]:
    """What a frame tells: one thing, or several at once."""
    found = json.loads(frame)
    return found if isinstance(found, list) else [found]


def solved(given: dict[str, Any]) -> str:
    """The proof that the door asks for, as a raider's machine finds it."""
    challenge = altcha.Challenge.from_dict(given)
    solution = altcha.solve_challenge(challenge)
    return "" if solution is None else altcha.Payload(challenge, solution).to_base64()


def p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98] if len(values) > 1 else 0.0
