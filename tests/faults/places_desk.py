"""Whether people were told: the desk as a crisis moderator's page hears it, and P12.

Every concern that was answered is told to the desk within five seconds. The desk hears numbers
only: an escalation and its version, which rises by one with each concern that joins it. Which
concern joined which escalation, and as which, is read from the database when all is at rest.
"""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from faults.facts import Breach
from faults.history import Accepted, History, Sent
from faults.places_nodes import Node
from faults.served import asked
from faults.voices import CUT_OFF

SOON = 5.0  # seconds
FIRST_VERSION = 1  # an escalation's, before the first concern joins it
CONCERNS = (
    "SELECT r.slug, m.seq, s.escalation_id, row_number() OVER"
    " (PARTITION BY s.escalation_id ORDER BY s.row) FROM signals s"
    " JOIN messages m ON m.id = s.message_id JOIN rooms r ON r.id = m.room_id"
)

Told = Mapping[int, list[tuple[int, float]]]  # by escalation: versions and when, both rising


@dataclass
class Desk:
    """A crisis moderator's page: it watches, and asks for the queue whenever it comes back."""

    url: str
    token: str
    now: Callable[[], float]
    told: dict[int, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    lost: int = 0

    async def live(self) -> None:
        """Watch until cancelled."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with httpx.AsyncClient(
            base_url=self.url, headers=headers, trust_env=False, timeout=10
        ) as http:
            while True:
                with suppress(*CUT_OFF, httpx.HTTPError):
                    async with self._connected(headers) as line:
                        await line.send(json.dumps({"do": "watch", "topic": "desk"}))
                        await self._look(http)
                        await self._hear(line)
                self.lost += 1
                await asyncio.sleep(0.05)

    def _connected(self, headers: dict[str, str]) -> connect:
        return connect(
            self.url.replace("http", "ws", 1) + "/live",
            subprotocols=[Subprotocol("holdfast.v1")],
            additional_headers=headers,
            compression=None,
            proxy=None,
            open_timeout=5,
            close_timeout=1,
        )

    async def _hear(self, line: ClientConnection) -> None:
        async for frame in line:
            event: dict[str, Any] = json.loads(frame)
            if event["event"] == "desk" and event["what"] == "escalation":
                self._note(event["id"], event["version"])

    async def _look(self, http: httpx.AsyncClient) -> None:
        queue = (await http.get("/api/v1/escalations")).raise_for_status().json()
        for item in queue["items"]:
            self._note(item["id"], item["version"])

    def _note(self, number: int, version: int) -> None:
        known = self.told[number]
        if not known or known[-1][0] < version:
            known.append((version, self.now()))


@dataclass(frozen=True)
class Alert:
    """One concern that was answered: where it is, whether and after how long the desk knew."""

    room: str
    seq: int
    at: float  # when it was answered
    told: bool
    delay: float  # seconds after the answer


def alerts(history: History, told: Told, node: Node) -> list[Alert]:
    """What became of every concern that was accepted."""
    return list(_alerts(history, told, concerns_in(node)))


def _alerts(
    history: History, told: Told, joined: Mapping[tuple[str, int], tuple[int, int]]
) -> Iterator[Alert]:
    first: dict[str, Accepted] = {}
    for entry in history:
        if isinstance(entry, Accepted):
            first.setdefault(entry.nonce, entry)
    asked = {e.nonce for e in history if isinstance(e, Sent) and e.nonce.endswith("-concern")}
    for nonce, answer in first.items():
        if nonce not in asked:
            continue
        number, version = joined.get((answer.room, answer.seq), (0, 0))
        versions = told.get(number, [])
        at = bisect_left(versions, version, key=lambda pair: pair[0])
        if at == len(versions):
            yield Alert(answer.room, answer.seq, answer.at, told=False, delay=0.0)
        else:
            delay = max(0.0, versions[at][1] - answer.at)
            yield Alert(answer.room, answer.seq, answer.at, told=True, delay=delay)


def untold(found: list[Alert]) -> list[Breach]:
    """P12: every concern that was accepted is told to people within five seconds."""
    return [
        Breach("told late" if alert.told else "nobody told", f"{alert.room} {alert.seq}")
        for alert in found
        if not alert.told or alert.delay > SOON
    ]


def concerns_in(node: Node) -> dict[tuple[str, int], tuple[int, int]]:
    """By room and seq: which escalation a concern joined, and which version of it that made."""
    rows = asked(node, CONCERNS)
    return {
        (slug, seq): (number, place + FIRST_VERSION)
        for slug, seq, number, place in rows
        if number is not None
    }
