"""The base load: members in many rooms who say ordinary things, and some that need a person.

200 members in 20 rooms say 200 things a second, one in ten of them a concern. What they saw is a
history for the checker; whether people were told of every concern is judged in `places_desk.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from faults.checker import breaches
from faults.facts import Breach
from faults.history import Refused, Sent, digest_of
from faults.load import Load
from faults.places_desk import SOON, Alert, alerts, untold
from faults.places_desk_apart import DeskApart
from faults.places_nodes import Node
from faults.restored import CHANGES, with_changes
from faults.served import asked
from faults.voices import Event, Saying, Voice

CONCERN = "I do not want to be alive any more"  # high: it is said in the room, and people are told
AT_ONCE = 8  # requests, while rooms are made and seats taken


@dataclass(frozen=True)
class Size:
    """How many there are, and how much they say."""

    members: int = 200
    rooms: int = 20
    rate: float = 200.0  # messages a second, all together
    crisis: float = 0.1  # the share of posts that are a concern

    def __str__(self) -> str:
        return (
            f"{self.members} members, {self.rooms} rooms, {self.rate:g} messages/s, "
            f"{self.crisis:.0%} concerns"
        )


BASE = Size()
SMALL = Size(members=40, rooms=4, rate=80.0)


@dataclass
class TownVoice(Voice):
    """A member who now and then says something that a person must hear of."""

    pause: tuple[float, float] = (0.2, 0.8)
    crisis: float = 0.0

    def next_thing(self) -> Saying:
        """As others do; sometimes a concern."""
        if self.random.random() >= self.crisis:
            return super().next_thing()
        self.said += 1
        nonce, text = f"{self.name}-{self.said:08}-concern", f"{CONCERN}. {self.name} {self.said}"
        command: Event = {"do": "post", "room": self.room, "nonce": nonce, "text": text}
        sent = Sent(0.0, self.name, self.room, nonce, self.seat, digest_of(text))
        return Saying(command, sent)

    def on_refused(self, nonce: str, code: str) -> None:
        """An edit that comes too late, by the server's clock, is let be."""
        if code != "too_late":
            super().on_refused(nonce, code)
        elif (saying := self.waiting.pop(nonce, None)) is not None and saying.sent is not None:
            now = self.place.now()
            self.place.write(Refused(now, self.name, self.room, nonce, code))


class Town(Load):
    """The members, the desk that watches, and the history of both."""

    def __init__(self, url: str, seed: int, size: Size) -> None:
        super().__init__(url, seed, [f"hall-{number:02}" for number in range(size.rooms)])
        self.size = size
        self.desk: DeskApart | None = None

    async def move_in(self, node: Node) -> None:
        """Make the rooms, let members come in, have somebody at the desk, and begin."""
        count = ("--count", str(self.size.members))
        members, steward, keeper = await asyncio.gather(
            asyncio.to_thread(node.run, "town", "members", *count),
            asyncio.to_thread(node.run, "steward", "token", "--role", "steward"),
            asyncio.to_thread(node.run, "steward", "token", "--role", "crisis-moderator"),
        )
        self.http.headers["Authorization"] = f"Bearer {steward.strip()}"
        await _each(self._made(slug) for slug in self.rooms)
        del self.http.headers["Authorization"]
        tokens = members.split()[-self.size.members :]
        await _each(self._seated(number, token) for number, token in enumerate(tokens))
        self.voices.sort(key=lambda voice: int(voice.name.removeprefix("voice")))
        self.desk = DeskApart(self.url, keeper.strip())
        self.let_them_live()

    async def _made(self, slug: str) -> None:
        body = {"slug": slug, "name": slug, "topic": "the load", "language": "en"}
        (await self.http.post("/api/v1/rooms", json=body)).raise_for_status()

    async def _seated(self, number: int, token: str) -> None:
        room = self.rooms[number % len(self.rooms)]
        headers = {"Authorization": f"Bearer {token}"}
        seat = await self.http.put(f"/api/v1/rooms/{room}/seat", json={}, headers=headers)
        self.voices.append(
            TownVoice(
                self,
                f"voice{number}",
                room,
                token,
                seat.raise_for_status().json()["seat"],
                Random(f"{self.random.random()} {number}"),
                rate=self.size.rate / self.size.members,
                crisis=self.size.crisis,
            )
        )

    async def judge(self, node: Node) -> list[Breach]:
        """Come to rest, and say what was promised and not kept: P1 to P10, and P12."""
        history = await self.rest()
        history = with_changes(history, await asyncio.to_thread(asked, node, CHANGES))
        return [*breaches(history), *untold(await self._told_in_time(node))]

    async def _told_in_time(self, node: Node) -> list[Alert]:
        """What became of every concern, once the desk knows of all or the time for it is over."""
        over = self.now() + SOON
        while True:
            found = await asyncio.to_thread(self.alerts, node)
            if self.now() > over or all(alert.told for alert in found):
                return found
            await asyncio.sleep(0.2)

    def alerts(self, node: Node) -> list[Alert]:
        """What became of every concern that was accepted until now."""
        assert self.desk is not None
        return alerts(self.history, self.desk.told, node)

    async def close(self) -> None:
        """Leave nothing running."""
        if self.desk is not None:
            self.desk.close()
        await super().close()


async def _each(works: Iterable[Coroutine[Any, Any, None]]) -> None:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(work: Coroutine[Any, Any, None]) -> None:
        async with gate:
            await work

    await asyncio.gather(*(one(work) for work in works))


@asynccontextmanager
async def town_at(url: str, node: Node, *, seed: int, size: Size = BASE) -> AsyncIterator[Town]:
    """The base load, begun, at an address; `node` is asked what only its command line can do."""
    town = Town(url, seed, size)
    try:
        await town.move_in(node)
        yield town
    finally:
        await town.close()
