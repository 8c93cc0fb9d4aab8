"""A server as small as a thought, that keeps every promise: it makes clean histories to judge."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from random import Random

from faults.history import (
    Accepted,
    Entered,
    Final,
    Heard,
    History,
    Kept,
    Live,
    Refused,
    Revoked,
    Sent,
    What,
    digest_of,
)

Answer = tuple[str, str, int]  # what, nonce, seq or head


@dataclass(slots=True)
class Client:
    """One member, in one room, on one line at a time."""

    name: str
    room: str
    lines: int = 0
    cursor: int = 0
    gone: bool = False
    waiting: dict[str, Sent] = field(default_factory=dict)
    own: list[int] = field(default_factory=list)
    coming: deque[Answer | Heard] = field(default_factory=deque)

    @property
    def line(self) -> str:
        """Name the line the client is on now."""
        return f"{self.name}/{self.lines}"


@dataclass(slots=True)
class Room:
    """The kept messages of a room and the events that made them."""

    kept: dict[int, Kept] = field(default_factory=dict)
    events: list[Heard] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    pending: deque[tuple[Client, Sent]] = field(default_factory=deque)


class SmallServer:
    """Clients, rooms and a clock, moved on step by step by chance."""

    def __init__(self, random: Random, clients: int = 6) -> None:
        self.random = random
        self.now = 0.0
        self.history: History = []
        self.rooms = {"evening": Room(), "grief": Room()}
        rooms = [*self.rooms, *random.choices(list(self.rooms), k=clients - len(self.rooms))]
        self.clients = [Client(f"c{n}", room) for n, room in enumerate(rooms)]
        self.said = 0
        for client in self.clients:
            self.enter(client)

    def run(self, steps: int = 160) -> History:
        """Live through some steps, come to rest, and give the history."""
        moves = (
            self.send, self.commit, self.deliver, self.kill, self.refuse, self.revoke, self.join
        )  # fmt: skip
        for _ in range(steps):
            self.now += self.random.expovariate(20)
            self.random.choices(moves, weights=(30, 22, 60, 1.2, 2, 0.3, 0.6))[0]()
        self.rest()
        return self.history

    def enter(self, client: Client) -> None:
        """Open a new line after the last seq heard, replay, and say what is still unanswered."""
        client.lines += 1
        client.coming.clear()
        room, since, name = self.rooms[client.room], client.cursor, client.room
        self.history.append(
            Entered(self.now - 0.001, self.now, client.name, name, client.line, since, since)
        )
        client.coming.extend(self.as_now(e) for e in room.events if e.seq > since)
        client.coming.append(("live", "", len(room.events)))
        for sent in client.waiting.values():
            self.history.append(sent)
            room.pending.append((client, sent))

    def join(self) -> None:
        """Let somebody come late and read from the beginning."""
        client = Client(f"c{len(self.clients)}", self.random.choice(list(self.rooms)))
        self.clients.append(client)
        self.enter(client)

    def as_now(self, event: Heard) -> Heard:
        """Give an event as a replay sends it: never words since edited away."""
        place = event.seq if event.event == "posted" else event.of
        kept = self.rooms[event.room].kept[place]
        if event.event == "removed":
            return event
        return Heard(
            0.0, "", event.room, "", event.seq, event.event,
            kept.author, kept.digest, kept.removed, event.of,
        )  # fmt: skip

    def send(self) -> None:
        """Let a client say something, or change what it said."""
        client = self.random.choice(self.clients)
        if client.gone or len(client.waiting) > 2:
            return
        self.said += 1
        nonce, digest = f"n{self.said}", digest_of(f"text {self.said}")
        kinds: tuple[What, ...] = ("post", "edit", "remove")
        what = self.random.choices(kinds, weights=(8, 1, 0.4))[0]
        busy = {sent.of for sent in client.waiting.values()}
        own = [seq for seq in client.own if seq not in busy]
        if what == "post" or not own:
            sent = Sent(self.now, client.name, client.room, nonce, client.name, digest)
        else:
            of, digest = self.random.choice(own), digest if what == "edit" else ""
            sent = Sent(self.now, client.name, client.room, nonce, client.name, digest, what, of)
            if what == "remove":
                client.own.remove(of)
        client.waiting[nonce] = sent
        self.history.append(sent)
        self.rooms[client.room].pending.append((client, sent))

    def commit(self) -> None:
        """Keep what waits in one room, answer its authors, tell everybody there."""
        name = self.random.choice(list(self.rooms))
        room = self.rooms[name]
        while room.pending:
            client, sent = room.pending.popleft()
            if sent.nonce not in room.answered:
                self.keep(room, sent)
            client.coming.append(("accepted", sent.nonce, room.answered[sent.nonce]))

    def keep(self, room: Room, sent: Sent) -> None:
        """Give one thing the next seq and fan it out."""
        seq = len(room.events) + 1
        room.answered[sent.nonce] = seq
        at = sent.of or seq
        room.kept[at] = Kept(at, sent.author, sent.digest, sent.what == "remove")
        name = {"post": "posted", "edit": "edited", "remove": "removed"}[sent.what]
        event = Heard(0.0, "", sent.room, "", seq, name, sent.author, sent.digest, False, sent.of)
        room.events.append(event)
        for reader in self.clients:
            if reader.room == sent.room and not reader.gone:
                reader.coming.append(event)

    def deliver(self, client: Client | None = None) -> None:
        """Let one thing arrive."""
        client = client or self.random.choice(self.clients)
        if not client.coming:
            return
        match client.coming.popleft():
            case Heard() as e:
                client.cursor = e.seq
                self.history.append(
                    Heard(
                        self.now, client.name, e.room, client.line, e.seq, e.event,
                        e.author, e.digest, e.removed, e.of,
                    )
                )  # fmt: skip
            case ("accepted", nonce, seq):
                self.history.append(Accepted(self.now, client.name, client.room, nonce, seq))
                sent = client.waiting.pop(nonce, None)
                if sent and sent.what == "post":
                    client.own.append(seq)
            case (_, _, head):
                self.history.append(Live(self.now, client.name, client.room, client.line, head))

    def kill(self) -> None:
        """Die: what was not committed is gone, and so is every line."""
        for room in self.rooms.values():
            room.pending.clear()
        for client in self.clients:
            if not client.gone:
                self.enter(client)

    def refuse(self) -> None:
        """Say at once of one waiting thing that it was not kept."""
        room = self.rooms[self.random.choice(list(self.rooms))]
        if room.pending and room.pending[0][1].nonce not in room.answered:
            client, sent = room.pending.popleft()
            self.history.append(Refused(self.now, client.name, client.room, sent.nonce, "not_kept"))
            client.waiting.pop(sent.nonce, None)

    def revoke(self) -> None:
        """Take a client's seat: what is on its way may still arrive for a moment."""
        client = self.random.choice(self.clients[len(self.rooms) :])  # one stays in each room
        if not client.gone:
            client.gone = True
            client.coming.clear()
            self.history.append(Revoked(self.now, client.name, client.room))

    def rest(self) -> None:
        """Come to rest: everything answered, everybody live once more, the log read."""
        here = [client for client in self.clients if not client.gone]
        for _ in self.rooms:
            for name in self.rooms:
                while self.rooms[name].pending:
                    self.commit()
        for drain in (False, True):
            for client in here:
                if drain:
                    self.now += 0.01
                    self.enter(client)
                while client.coming:
                    self.deliver(client)
        for name, room in self.rooms.items():
            kept = tuple(room.kept[seq] for seq in sorted(room.kept))
            self.history.append(Final(name, 0, len(room.events), kept))
