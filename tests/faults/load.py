"""A load on a real server: members come in, speak and listen; what they saw becomes a history."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from random import Random
from typing import Any

import httpx

from faults.history import Accepted, Entry, Final, History, Kept, digest_of
from faults.voices import Voice
from faults.writers import Writer

ROOMS = ("evening", "grief")
PATIENCE = 60.0  # seconds
TOO_STRANGE = 20


class Load:
    """Voices in a few rooms, the history of what they saw, and one clock for all of them."""

    def __init__(self, url: str, seed: int, rooms: Sequence[str] = ROOMS) -> None:
        self.url = url
        self.rooms = tuple(rooms)
        self.random = Random(seed)
        self.http = httpx.AsyncClient(base_url=url, trust_env=False, timeout=20)
        self.resting = False
        self.strange: list[str] = []
        self.history: History = []
        self.accepted = 0
        self.voices: list[Voice] = []
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    # ------------------------------------------------------------ what voices need

    def now(self) -> float:
        """The harness's only clock."""
        return time.monotonic()

    def write(self, entry: Entry) -> None:
        """Add to the history."""
        self.history.append(entry)
        self.accepted += isinstance(entry, Accepted)
        self._news.set()

    # ------------------------------------------------------------ beginning

    async def begin(self, voices: int, writers: int) -> None:
        """Let members come in and start."""
        for number in range(voices + writers):
            kind = Voice if number < voices else Writer
            self.voices.append(await self._newcomer(kind, number))
        self.let_them_live()

    def let_them_live(self) -> None:
        """Everybody connects, and begins to speak."""
        for voice in self.voices:
            self._tasks.append(asyncio.create_task(voice.live()))
            if isinstance(voice, Writer):
                self._tasks.append(asyncio.create_task(voice.speak()))

    async def _newcomer(self, kind: type[Voice], number: int) -> Voice:
        arrival = {"promises": "current", "age_band": "18+"}
        member = (await self.http.post("/api/v1/members", json=arrival)).raise_for_status().json()
        room = self.rooms[number % len(self.rooms)]
        headers = {"Authorization": f"Bearer {member['token']}"}
        seat = await self.http.put(f"/api/v1/rooms/{room}/seat", json={}, headers=headers)
        return kind(
            self,
            f"voice{number}",
            room,
            member["token"],
            seat.raise_for_status().json()["seat"],
            Random(self.random.random()),
        )

    # ------------------------------------------------------------ waiting

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait for something to become true of this load; fail in words if it does not."""
        deadline = self.now() + PATIENCE
        while not is_so():
            told = f"{what}; strange: {self.strange[:5]}"
            assert self.now() < deadline, told
            assert len(self.strange) < TOO_STRANGE, told
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), 0.5)

    async def accepts(self, more: int) -> None:
        """Wait until the server has accepted some more."""
        goal = self.accepted + more
        await self.until(lambda: self.accepted >= goal, f"not {more} more accepted")

    # ------------------------------------------------------------ coming to rest

    async def rest(self) -> History:
        """Say nothing more, get every answer, go live once more, and read the log."""
        self.resting = True
        await self.until(lambda: all(v.is_settled for v in self.voices), "some got no answer")
        await self._drain()
        return self.history

    async def _drain(self) -> None:
        """Everybody goes live once more, and the log is read."""
        await self._stop()
        for voice in self.voices:
            voice.is_live.clear()
            self._tasks.append(asyncio.create_task(voice.live()))
        await self.until(lambda: all(v.is_live.is_set() for v in self.voices), "not all live")
        await self._stop()
        for reader in self.voices[: len(self.rooms)]:
            self.write(await self._final(reader))

    async def aftermath(self) -> History:
        """Say nothing more and let newcomers read the log: the old members may be lost too."""
        await self._stop()
        for number in range(len(self.rooms)):
            reader = await self._newcomer(Voice, number)
            self.write(await self._final(reader))
        return self.history

    async def _final(self, reader: Voice) -> Final:
        address: str | None = f"/api/v1/rooms/{reader.room}/messages?after=0&limit=200"
        kept: list[Kept] = []
        page: dict[str, Any] = {}
        while address:
            answer = await self.http.get(address, headers=reader.headers)
            page = answer.raise_for_status().json()
            kept += [_kept(item) for item in page["items"]]
            address = page.get("next")
        return Final(reader.room, 0, page["head"], tuple(kept))

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        self.strange += [repr(e) for e in ended if not isinstance(e, asyncio.CancelledError)]

    async def close(self) -> None:
        """Leave nothing running."""
        await self._stop()
        await self.http.aclose()


def _kept(item: dict[str, Any]) -> Kept:
    text = item["text"]
    digest = digest_of(text) if text else ""
    return Kept(item["seq"], item["author"]["seat"], digest, bool(item.get("removed")))


@asynccontextmanager
async def loaded(url: str, *, seed: int, voices: int = 16, writers: int = 4) -> AsyncIterator[Load]:
    """A load that has begun, on a server that is there."""
    load = Load(url, seed)
    try:
        await load.begin(voices, writers)
        yield load
    finally:
        await load.close()
