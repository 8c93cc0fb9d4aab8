"""Members whose clients do as the contract says: they wait with jitter, and not for ever."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

import httpx
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from faults.history import Entry, digest_of
from faults.many_figures import Moment
from faults.places_town import TownVoice
from faults.voices import CUT_OFF, Event, Place, Saying
from faults.writers import Writer

PATIENCE = 10.0  # seconds without an answer after which a client takes its line for dead
LONGEST_WAIT = 30.0  # seconds between two attempts, at most


@dataclass(frozen=True)
class Gap:
    """A time without a live line: whose, from when, and for how long."""

    client: str
    at: Moment
    seconds: float


class Notebook(Place, Protocol):
    """A place that also notes what a person would have seen going wrong."""

    gaps: list[Gap]
    failures: list[tuple[Moment, str]]


class Door:
    """One way into a place: its own address, everything else as the place has it."""

    def __init__(self, place: Notebook, url: str, http: httpx.AsyncClient | None = None) -> None:
        self.url, self._place = url, place
        self.http, self.strange = http or place.http, place.strange
        self.gaps, self.failures = place.gaps, place.failures

    @property
    def resting(self) -> bool:
        return self._place.resting

    @resting.setter
    def resting(self, is_so: bool) -> None:
        self._place.resting = is_so

    def now(self) -> float:
        return self._place.now()

    def write(self, entry: Entry) -> None:
        self._place.write(entry)


@dataclass
class Roamer(TownVoice):
    """A member on the live line, with a client like a browser's: jitter, patience, new attempts."""

    rate: float = 1.0
    in_vain: int = 0  # attempts since the line was live
    lost_at: float | None = None
    more: str = ""  # what it adds to everything it says
    since: dict[str, float] = field(default_factory=dict)  # when each thing was first said

    @property
    def noted(self) -> Notebook:
        return cast("Notebook", self.place)

    async def live(self) -> None:
        """Be there until cancelled: connect, resume, and after a cut wait with full jitter."""
        while True:
            try:
                async with self._connected() as line:
                    await self._be_on(line)
            except InvalidStatus as refused:
                if refused.response.status_code < 500:
                    self.place.strange.append(f"handshake {refused.response.status_code}")
            except CUT_OFF:
                pass
            self._lost()
            await asyncio.sleep(self.random.uniform(0, min(2.0**self.in_vain, LONGEST_WAIT)))
            self.in_vain += 1

    def _lost(self) -> None:
        if self.is_live.is_set():
            self.in_vain, self.lost_at = 0, self.place.now()
        self.is_live.clear()

    async def _be_on(self, line: ClientConnection) -> None:
        patience = asyncio.create_task(self._lose_patience(line))
        try:
            await super()._be_on(line)
        finally:
            patience.cancel()
            await asyncio.gather(patience, return_exceptions=True)

    async def _lose_patience(self, line: ClientConnection) -> None:
        """A line on which nothing is answered is cut from this side."""
        began = self.place.now()
        while True:
            await asyncio.sleep(0.5)
            asked = [max(self.since.get(nonce, began), began) for nonce in self.waiting]
            if not self.is_live.is_set():
                asked.append(began)
            if asked and self.place.now() - min(asked) > PATIENCE:
                line.transport.abort()

    def next_thing(self) -> Saying:
        saying = super().next_thing()
        if self.more and saying.sent is not None and "text" in saying.command:
            saying.command["text"] += self.more
            saying.sent = replace(saying.sent, digest=digest_of(saying.command["text"]))
        return saying

    def note(self, saying: Saying) -> None:
        self.since[saying.command["nonce"]] = self.place.now()
        super().note(saying)

    async def _hear(self, line: ClientConnection, event: Event) -> None:
        await super()._hear(line, event)
        if event["event"] == "live" and self.lost_at is not None:
            now = self.place.now()
            self.noted.gaps.append(Gap(self.name, self.lost_at, now - self.lost_at))
            self.lost_at = None

    def on_refused(self, nonce: str, code: str) -> None:
        self.noted.failures.append((self.place.now(), code))
        super().on_refused(nonce, code)


@dataclass
class Penman(Writer, Roamer):
    """A member who listens on the live line and speaks through the JSON API, like a form.

    It has a connection of its own. As a browser does, it sends once more on a new one where the
    one that it kept turns out to be dead; what breaks then is a page that does not load.
    """

    async def _put(self, saying: Saying) -> None:
        if not (await self._is_answered(saying) or await self._is_answered(saying)):
            self.noted.failures.append((self.place.now(), "no answer"))

    async def _is_answered(self, saying: Saying) -> bool:
        before = self._answers
        with suppress(AttributeError):  # uvloop's word for one that was reset while it was opened
            await super()._put(saying)
        return self._answers != before

    @property
    def _answers(self) -> tuple[int, int, int]:
        return len(self.place.strange), len(self.waiting), len(self.noted.failures)
