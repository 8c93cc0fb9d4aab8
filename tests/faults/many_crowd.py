"""The base load on several nodes, by clients like browsers; and what a person would have seen."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import replace
from random import Random

import httpx

from faults.facts import Breach, indexed
from faults.history import History, Sent
from faults.load import TOO_STRANGE
from faults.log_promises import of_sessions
from faults.many_figures import Moment
from faults.many_people import Door, Gap, Penman, Roamer
from faults.places_desk import Alert
from faults.places_nodes import Node
from faults.places_town import BASE, SMALL, Size, Town

USUAL = SMALL if os.environ.get("HOLDFAST_FAULTS_SIZE") == "small" else BASE  # on a busy machine
LAST_MOMENT = 1.0  # seconds in which a node that lost its database may still answer
SESSION_ORDER = "session order"
ONE_IN = 10  # members who speak through the JSON API


class Crowd(Town):
    """Members who roam: what breaks, they try again, with jitter; it is written down."""

    def __init__(self, url: str, seed: int, size: Size = USUAL) -> None:
        super().__init__(url, seed, size)
        self.gaps: list[Gap] = []
        self.absences: list[tuple[Moment, Moment, Moment]] = []  # from, to, for what came before
        self._own: list[httpx.AsyncClient] = []
        self.failures: list[tuple[Moment, str]] = []  # what a person would have seen going wrong

    async def until(self, is_so: Callable[[], bool], what: str) -> None:
        """As every load waits, but longer: a client may wait half a minute between attempts."""
        for _ in range(2):
            with suppress(AssertionError):
                await super().until(is_so, what)
                return
            assert len(self.strange) < TOO_STRANGE, self.strange
        await super().until(is_so, what)

    async def _seated(self, number: int, token: str) -> None:
        room = self.rooms[number % len(self.rooms)]
        headers = {"Authorization": f"Bearer {token}"}
        seat = await self.http.put(f"/api/v1/rooms/{room}/seat", json={}, headers=headers)
        writes = number % ONE_IN == ONE_IN - 1
        kind, door = (Penman, self._own_door()) if writes else (Roamer, self)
        self.voices.append(
            kind(
                door,
                f"voice{number}",
                room,
                token,
                seat.raise_for_status().json()["seat"],
                Random(f"{self.random.random()} {number}"),
                rate=self.size.rate / self.size.members,
                crisis=self.size.crisis,
            )
        )

    @contextmanager
    def without_database(self, *, of_one_node: bool = False) -> Iterator[None]:
        """Meanwhile there is no database, and nobody can be told what is in it.

        Where one node alone lost it, that goes for what the node took in its last moment.
        """
        began = self.now()
        try:
            yield
        finally:
            last = began + LAST_MOMENT if of_one_node else math.inf
            self.absences.append((began, self.now(), last))

    def alerts(self, node: Node) -> list[Alert]:
        """As every load tells, but the time without a database does not count."""
        return [replace(one, delay=one.delay - self._absent(one)) for one in super().alerts(node)]

    def _absent(self, alert: Alert) -> float:
        """Seconds without a database between an answer and its alert."""
        told_at = alert.at + alert.delay
        return sum(
            max(0.0, min(told_at, ended) - max(alert.at, began))
            for began, ended, last in self.absences
            if alert.at <= last
        )

    def _own_door(self) -> Door:
        """The place, through one connection that nobody else uses."""
        one = httpx.Limits(max_connections=1)
        http = httpx.AsyncClient(base_url=self.url, trust_env=False, timeout=20, limits=one)
        self._own.append(http)
        return Door(self, self.url, http)

    async def judge(self, node: Node) -> list[Breach]:
        """As every load is judged, but P6 only where no refusal can have been lost with a line."""
        found = await super().judge(node)
        if self.failures:
            found = [breach for breach in found if breach.promise != SESSION_ORDER]
            found += sessions_without_repeats(self.history)
        return found

    async def close(self) -> None:
        await super().close()
        for http in self._own:
            await http.aclose()

    def pin(self, url: str, every: int) -> set[str]:
        """Let every so many members use one node only, whatever becomes of it; their names."""
        door = Door(self, url)
        pinned = [voice for voice in self.voices[::every] if not isinstance(voice, Penman)]
        for voice in pinned:
            voice.place = door
        return {voice.name for voice in pinned}


def sessions_without_repeats(history: History) -> list[Breach]:
    """P6 for what was said once: a refusal of what was said again may have died with its line."""
    said = Counter(entry.nonce for entry in history if isinstance(entry, Sent))
    facts = indexed(history)
    facts.dropped |= {nonce for nonce, times in said.items() if times > 1}
    return list(of_sessions(facts))


@asynccontextmanager
async def crowd_at(url: str, node: Node, *, seed: int, size: Size = USUAL) -> AsyncIterator[Crowd]:
    """A crowd that has begun, at an address; `node` is asked what only its command line can do."""
    crowd = Crowd(url, seed, size)
    try:
        await crowd.move_in(node)
        await crowd.until(lambda: all(v.is_live.is_set() for v in crowd.voices), "not all came in")
        yield crowd
    finally:
        await crowd.close()
