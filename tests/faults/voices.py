"""Members of a load: each speaks and listens like any client, and writes down what it sees."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from faults.history import Accepted, Entered, Entry, Heard, Live, Refused, Reset, Sent, digest_of

PIPELINE = 4  # how many things a voice says without waiting for an answer
CUT_OFF = (OSError, WebSocketException, TimeoutError)
Event = dict[str, Any]


class Place(Protocol):
    """Where a load happens: an address, a clock, a history that is still growing."""

    url: str
    http: httpx.AsyncClient
    resting: bool
    strange: list[str]

    def now(self) -> float: ...
    def write(self, entry: Entry) -> None: ...


@dataclass(slots=True)
class Saying:
    """Something on its way; `sent` is None for a response, which takes no place of its own."""

    command: Event
    sent: Sent | None


@dataclass
class Voice:
    """One member in one room, speaking on the live line."""

    place: Place
    name: str
    room: str
    token: str
    seat: str
    random: Random
    rate: float = 25.0
    keeps_trying: bool = True
    pause: tuple[float, float] = (0.01, 0.06)  # seconds before it connects again
    ping: float | None = None  # seconds between two looks whether the line still lives
    lines: int = 0
    cursor: int = 0
    epoch: str | None = None
    said: int = 0
    asked_at: float = 0.0
    waiting: dict[str, Saying] = field(default_factory=dict)
    again: deque[Saying] = field(default_factory=deque)
    own: list[int] = field(default_factory=list)
    is_live: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def line(self) -> str:
        """The name of the line it is on now."""
        return f"{self.name}/{self.lines}"

    @property
    def is_settled(self) -> bool:
        """Nothing it said is without an answer."""
        return not self.waiting and not self.again

    async def live(self) -> None:
        """Be there until cancelled: connect, resume, speak, listen, and again after a cut."""
        while True:
            try:
                async with self._connected() as line:
                    await self._be_on(line)
            except InvalidStatus as refused:
                if refused.response.status_code < 500:
                    self.place.strange.append(f"handshake {refused.response.status_code}")
            except CUT_OFF:
                pass
            self.is_live.clear()
            await asyncio.sleep(self.random.uniform(*self.pause))

    def _connected(self) -> connect:
        return connect(
            self.place.url.replace("http", "ws", 1) + "/live",
            subprotocols=[Subprotocol("holdfast.v1")],
            additional_headers={"Authorization": f"Bearer {self.token}"},
            compression=None,
            proxy=None,
            max_size=2**22,
            max_queue=4096,
            ping_interval=self.ping,
            ping_timeout=self.ping,
            open_timeout=10,
            close_timeout=1,
        )

    async def _be_on(self, line: ClientConnection) -> None:
        self.lines += 1
        await self._enter(line)
        await self._say_again(line)
        talk = asyncio.create_task(self._talk(line))
        try:
            async for frame in line:
                await self._hear(line, json.loads(frame))
        finally:
            talk.cancel()
            await asyncio.gather(talk, return_exceptions=True)

    async def _enter(self, line: ClientConnection) -> None:
        command: Event = {"do": "enter", "room": self.room, "since": self.cursor}
        if self.epoch is not None:
            command["epoch"] = self.epoch
        self.asked_at = self.place.now()
        await line.send(json.dumps(command))

    # ------------------------------------------------------------ speaking

    async def _say_again(self, line: ClientConnection) -> None:
        """Repeat, in order, what has no answer yet."""
        for saying in list(self.waiting.values()):
            await self._say(line, saying)

    async def _talk(self, line: ClientConnection) -> None:
        while True:
            await asyncio.sleep(self.random.expovariate(self.rate))
            if self.again:
                saying = self.again.popleft()
                self.waiting[saying.command["nonce"]] = saying
                await self._say(line, saying)
            elif not self.place.resting and len(self.waiting) < PIPELINE:
                saying = self.next_thing()
                self.waiting[saying.command["nonce"]] = saying
                await self._say(line, saying)

    async def _say(self, line: ClientConnection, saying: Saying) -> None:
        self.note(saying)
        await line.send(json.dumps(saying.command))

    def note(self, saying: Saying) -> None:
        """Write down that it is said now (once more, perhaps)."""
        sent = saying.sent
        if sent is not None:
            self.place.write(
                Sent(
                    self.place.now(), sent.client, sent.room, sent.nonce,
                    sent.author, sent.digest, sent.what, sent.of,
                )
            )  # fmt: skip

    def next_thing(self) -> Saying:
        """Think of something: mostly a post, now and then a change or a response."""
        self.said += 1
        nonce = f"{self.name}-{self.said:08}"
        do = self.random.choices(("post", "edit", "remove", "respond"), (88, 5, 3, 4))[0]
        text = f"{self.name} says {self.said} " + "and more " * self.random.randrange(12)
        command: Event = {"do": do, "room": self.room, "nonce": nonce}
        if do == "post" or not self.own:
            command |= {"do": "post", "text": text}
            return Saying(command, self._sent(nonce, digest_of(text)))
        of = self.random.choice(self.own)
        command["seq"] = of
        if do == "respond":
            return Saying(command | {"response": "with_you", "on": True}, None)
        if do == "edit":
            sent = Sent(0.0, self.name, self.room, nonce, self.seat, digest_of(text), "edit", of)
            return Saying(command | {"text": text}, sent)
        self.own.remove(of)
        return Saying(command, Sent(0.0, self.name, self.room, nonce, self.seat, "", "remove", of))

    def _sent(self, nonce: str, digest: str) -> Sent:
        return Sent(0.0, self.name, self.room, nonce, self.seat, digest)

    # ------------------------------------------------------------ hearing

    async def _hear(self, line: ClientConnection, event: Event) -> None:
        match event["event"]:
            case "entered":
                self._on_entered(event)
            case "live":
                now = self.place.now()
                self.place.write(Live(now, self.name, self.room, self.line, event["head"]))
                self.is_live.set()
            case "reset":
                await self._on_reset(line, event)
            case "accepted":
                self.on_accepted(event["nonce"], event.get("seq"))
            case "refused" if event.get("do") == "enter" and event["code"] == "not_read":
                await line.close()  # come again later
            case "refused":
                self.on_refused(event.get("nonce", ""), event["code"])
            case "presence" | "typing" | "care":
                pass
            case _ if "seq" in event:
                self._on_sequenced(event)
            case _:
                self.place.strange.append(f"event {event['event']}")

    def _on_entered(self, event: Event) -> None:
        self.epoch = event["epoch"]
        self.place.write(
            Entered(
                self.asked_at, self.place.now(), self.name, self.room, self.line,
                self.cursor, event["since"],
            )
        )  # fmt: skip

    def _on_sequenced(self, event: Event) -> None:
        self.cursor = event["seq"]
        text = event.get("text", "")
        self.place.write(
            Heard(
                self.place.now(), self.name, self.room, self.line, event["seq"], event["event"],
                author=event["author"]["seat"] if "author" in event else "",
                digest=digest_of(text) if text else "",
                removed=bool(event.get("removed")) or ("text" in event and not text),
                of=event.get("of", 0),
            )
        )  # fmt: skip

    async def _on_reset(self, line: ClientConnection, event: Event) -> None:
        """Load the page, as a browser would, and enter again from its head."""
        if event["reason"] != "behind":
            self.place.strange.append(f"reset {event['reason']}")
        answer = await self.place.http.get(
            f"/api/v1/rooms/{self.room}/messages", headers=self.headers
        )
        page = answer.raise_for_status().json()
        self.cursor, self.epoch = page["head"], page["epoch"]
        now = self.place.now()
        self.place.write(Reset(now, self.name, self.room, self.line, self.cursor))
        await self._enter(line)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    # ------------------------------------------------------------ answers

    def on_accepted(self, nonce: str, seq: int | None) -> None:
        """It is on disk, they say."""
        saying = self.waiting.pop(nonce, None)
        if seq is not None:
            self.place.write(Accepted(self.place.now(), self.name, self.room, nonce, seq))
        if saying and saying.sent and saying.sent.what == "post" and seq is not None:
            self.own.append(seq)

    def on_refused(self, nonce: str, code: str) -> None:
        """It was not kept, they say: say it again, or let it be."""
        saying = self.waiting.pop(nonce, None)
        if saying is not None and code == "not_known":
            self.again.append(saying)  # neither kept nor refused: its nonce will tell
            return
        if saying is None or code != "not_kept":
            self.place.strange.append(f"refused {code}")
            return
        if saying.sent is not None:
            self.place.write(Refused(self.place.now(), self.name, self.room, nonce, code))
        if self.keeps_trying:
            self.again.append(saying)
