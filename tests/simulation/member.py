"""A member's client, doing what the contract of the live line says, and writing down what it sees.

It gives everything a nonce of its own and says it again, in order, until there is an answer. It
comes back by itself after a cut and goes on after the last place it heard.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from faults.history import Accepted, Entered, Heard, Live, Refused, Reset, Sent
from simulation.wire import Connection

if TYPE_CHECKING:
    from holdfast.kit.ids import SeatId
    from simulation.world import World

Event = dict[str, Any]
COMES_BACK = 0.2  # seconds until it connects again, at most
IMPATIENT = 0.04  # the share of what is sent twice in a row
LETS_IT_BE = 0.3  # the share of refusals after which it is not said again
SPELT = str.maketrans("0123456789", "abcdefghij")  # no number, nothing to reach anybody by
REST = "and so it goes on for a while, so that nobody takes it for a piece of something"
PATIENCE = 1.5  # seconds without a single answer to what it asked, after which it comes anew


@dataclass(slots=True)
class Saying:
    """Something on its way; `sent` is None for a response, which takes no place of its own."""

    command: Event
    sent: Sent | None


@dataclass(eq=False, slots=True)
class Member:
    """One member, in one room, on one line at a time."""

    world: World
    name: str
    token: str
    room: str
    seat: SeatId
    connection: Connection | None = None
    lines: int = 0
    cursor: int = 0
    asked_at: float = 0.0
    epoch: str | None = None
    is_open: bool = False
    is_live: bool = False
    is_gone: bool = False
    said: int = 0
    waiting: dict[str, Saying] = field(default_factory=dict)
    own: list[int] = field(default_factory=list)
    taken_back: set[int] = field(default_factory=set)

    @property
    def line(self) -> str:
        return f"{self.name}/{self.lines}"

    # -- coming and going ---------------------------------------------------------------------

    def connect(self) -> None:
        """Knock at any process that is there."""
        world = self.world
        if self.is_gone or self.connection is not None:
            return
        there = [node for node in world.nodes if node.is_alive]
        if not there:
            self.come_back()
            return
        node = world.random.choice(there)
        self.lines += 1
        self.connection = Connection(world.loop, world.random, self, node.process)
        world.connections.append(self.connection)
        world.note(self.name, "knocks at", node.process.name)
        self.connection.greet(node.floor)
        world.loop.after(PATIENCE, self._lose_patience, self.connection)

    def come_back(self) -> None:
        """A little later."""
        self.world.loop.after(self.world.random.random() * COMES_BACK, self.connect)

    def leave(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.is_live = False
            self.connection.cut()

    def _lose_patience(self, connection: Connection) -> None:
        """Nothing came of it for too long."""
        if self.connection is connection and not self.is_live:
            connection.cut()

    def opened(self, connection: Connection) -> None:
        if connection is self.connection:
            self.is_open = True
            self._enter()
            for saying in list(self.waiting.values()):
                self._say(saying)

    def refused(self, connection: Connection, status: int) -> None:
        if connection is self.connection:
            if status == 401:
                self.go()
            self.closed(connection)

    def closed(self, connection: Connection) -> None:
        if connection is self.connection:
            self.world.note(self.name, "is cut off")
            self.world.connections.remove(connection)
            connection.is_whole = False
            self.connection, self.is_open, self.is_live = None, False, False
            self.come_back()

    def go(self) -> None:
        """They may not be here any more."""
        self.is_gone = True
        self.waiting.clear()
        self.world.look()

    # -- speaking -----------------------------------------------------------------------------

    def speak(self) -> None:
        """Say the next thing: mostly a post, now and then a change."""
        if self.is_gone or self.world.is_resting:
            return
        self.said += 1
        saying = self._next_thing(f"{self.name}-{self.said:06}")
        self.waiting[saying.command["nonce"]] = saying
        if self.is_open:
            self._say(saying)

    def _next_thing(self, nonce: str) -> Saying:
        chance = self.world.random.random()
        command: Event = {"room": self.room, "nonce": nonce}
        if chance < 0.7 or not self.own:
            text = f"{nonce.translate(SPELT)} {REST}"
            command |= {"do": "post", "text": text}
            return Saying(command, self._sent(nonce, text, "post", 0))
        of = command["seq"] = self.world.random.choice(self.own)
        if chance < 0.85:
            text = f"{nonce.translate(SPELT)} once more {REST}"
            command |= {"do": "edit", "text": text}
            return Saying(command, self._sent(nonce, text, "edit", of))
        if chance < 0.93:
            self.own.remove(of)
            self.taken_back.add(of)
            return Saying(command | {"do": "remove"}, self._sent(nonce, "", "remove", of))
        return Saying(command | {"do": "respond", "response": "with_you", "on": True}, None)

    def _sent(self, nonce: str, text: str, what: Any, of: int) -> Sent:
        return Sent(0.0, self.name, self.room, nonce, self.name, text, what, of)

    def _say(self, saying: Saying) -> None:
        if saying.sent is not None:
            self._note(saying.sent)
        assert self.connection is not None
        for _ in range(2 if self.world.random.random() < IMPATIENT else 1):
            self.connection.say(saying.command)

    def _note(self, s: Sent) -> None:
        now = self.world.loop.now
        self.world.write(Sent(now, s.client, s.room, s.nonce, s.author, s.digest, s.what, s.of))

    def _say_again(self, nonce: str) -> None:
        saying = self.waiting.get(nonce)
        if saying is not None and self.is_open:
            self._say(saying)

    # -- hearing ------------------------------------------------------------------------------

    def _enter(self) -> None:
        command: Event = {"do": "enter", "room": self.room, "since": self.cursor}
        if self.epoch is not None:
            command["epoch"] = self.epoch
        self.asked_at = self.world.loop.now
        assert self.connection is not None
        self.connection.say(command)

    def heard(self, connection: Connection, event: Event) -> None:
        if connection is not self.connection:
            return
        now = self.world.loop.now
        match event["event"]:
            case "entered":
                self.epoch = event["epoch"]
                since = event["since"]
                entered = (self.name, self.room, self.line, self.cursor, since)
                self.world.write(Entered(self.asked_at, now, *entered))
            case "live":
                self.is_live = True
                self.world.write(Live(now, self.name, self.room, self.line, event["head"]))
                self.world.look()
            case "reset":
                self.is_live = False
                self.world.load_page(self)
            case "accepted":
                self._on_accepted(event["nonce"], event.get("seq"))
            case "refused":
                self._on_refused(event)
            case "presence":
                pass
            case _:
                self._on_sequenced(event)

    def _on_sequenced(self, event: Event) -> None:
        self.cursor = seq = event["seq"]
        author = event["author"]["seat"] if "author" in event else ""
        text = event.get("text", "")
        removed = "text" in event and not text
        what = (event["event"], author, text, removed, event.get("of", 0))
        heard = (self.name, self.room, self.line, seq)
        self.world.write(Heard(self.world.loop.now, *heard, *what))

    def on_page(self, head: int) -> None:
        """The page was loaded: from here it goes on."""
        if self.is_open:
            self.cursor = head
            self.world.write(Reset(self.world.loop.now, self.name, self.room, self.line, head))
            self._enter()

    def _on_accepted(self, nonce: str, seq: int | None) -> None:
        saying = self.waiting.pop(nonce, None)
        if seq is None:
            return
        self.world.write(Accepted(self.world.loop.now, self.name, self.room, nonce, seq))
        if saying is not None and saying.command["do"] == "post":
            self.own.append(seq)

    def _on_refused(self, event: Event) -> None:
        nonce, code = event.get("nonce", ""), event["code"]
        if event.get("do") == "enter" and code == "not_read":
            self.leave()
        elif code == "not_found" and self.seat in self.world.disk.people.left:
            self.go()
        elif nonce in self.waiting and code == "not_kept":
            self.world.write(Refused(self.world.loop.now, self.name, self.room, nonce, code))
            if self.world.random.random() < LETS_IT_BE:
                del self.waiting[nonce]
            else:
                self.world.loop.after(self.world.random.random() * 0.3, self._say_again, nonce)
        elif code == "not_found" and self._is_of_taken_back(nonce):
            self.world.write(Refused(self.world.loop.now, self.name, self.room, nonce, code))
            del self.waiting[nonce]
        elif nonce in self.waiting or not nonce:
            self.world.strange.append(f"{self.name} was refused: {event}")

    def _is_of_taken_back(self, nonce: str) -> bool:
        saying = self.waiting.get(nonce)
        return saying is not None and saying.command.get("seq") in self.taken_back
