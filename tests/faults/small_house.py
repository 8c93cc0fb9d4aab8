"""A small server with more of a house in it: nodes, pages, concerns, words erased by the house.

Like `small_server.py` it keeps every promise; its histories are clean.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

from faults.history import (
    Alerted,
    Erased,
    Heard,
    Held,
    History,
    Kept,
    Read,
    Refused,
    Reset,
    Sent,
    digest_of,
)
from faults.small_server import Client, SmallServer

FURTHEST = 12  # entries that a replay holds at most here
CALLED_AFTER = 2.0  # seconds after a concern is kept, at most


class SmallHouse(SmallServer):
    """Several nodes with one truth: each has its own lines, and may go without the others."""

    def __init__(self, random: Random, clients: int = 8, nodes: int = 3) -> None:
        self.nodes = nodes
        self.serving: dict[str, int] = {}  # client: the node that has its line
        self.pages: list[Read] = []  # asked for, and on their way
        self.alerts: list[tuple[float, str]] = []  # due, nonce
        super().__init__(random, clients)

    def run(self, steps: int = 160) -> History:
        """Live through some steps, come to rest, and give the history."""
        usual = (self.send, self.commit, self.deliver, self.refuse, self.revoke, self.join)
        moves = (*usual, self.kill_one, self.cut, self.ask, self.worry, self.hold, self.erase)
        weights = (28, 22, 60, 2, 0.3, 0.6, 0.8, 2, 6, 2, 1, 1)
        for _ in range(steps):
            self.now += self.random.expovariate(20)
            self.random.choices(moves, weights=weights)[0]()
            self.alert()
        self.rest()
        self.now += CALLED_AFTER
        self.alert()
        return self.history

    # ---------------------------------------------------------------- lines

    def enter(self, client: Client) -> None:
        """Come to any node. Whoever is too far behind loads the page first."""
        self.serving[client.name] = self.random.randrange(self.nodes)
        room = self.rooms[client.room]
        if len(room.events) - client.cursor > FURTHEST:
            client.lines += 1
            client.cursor = len(room.events)
            self.history.append(
                Reset(self.now, client.name, client.room, client.line, client.cursor)
            )
            for kept in room.kept.values():
                self.read(client, kept, self.now)
        super().enter(client)

    def kill_one(self) -> None:
        """One node dies: what waits there is gone, and nobody knows of what was not answered."""
        node = self.random.randrange(self.nodes)
        lost = {name for name, serving in self.serving.items() if serving == node}
        for room in self.rooms.values():
            stays = [waits for waits in room.pending if waits[0].name not in lost]
            room.pending.clear()
            room.pending.extend(stays)
        for client in self.clients:
            if client.name in lost and not client.gone:
                self.enter(client)

    def cut(self) -> None:
        """A line is cut: answers on their way are lost, and are asked for again."""
        client = self.random.choice(self.clients)
        if not client.gone:
            self.enter(client)

    # ---------------------------------------------------------------- pages

    def ask(self) -> None:
        """Somebody loads the page of their room."""
        client = self.random.choice(self.clients)
        room = self.rooms[client.room]
        if not client.gone and room.kept:
            began = self.now
            self.now += self.random.expovariate(50)
            self.read(client, room.kept[self.random.choice(list(room.kept))], began)

    def read(self, client: Client, kept: Kept, began: float) -> None:
        """One message on a page."""
        digest = "" if kept.removed else kept.digest
        self.history.append(Read(began, self.now, client.name, client.room, kept.seq, digest))

    # ---------------------------------------------------------------- care

    def worry(self) -> None:
        """Somebody says something that a person must hear of."""
        client = self.random.choice(self.clients)
        if client.gone or len(client.waiting) > 2:
            return
        self.said += 1
        nonce, digest = f"n{self.said}", digest_of(f"text {self.said}")
        who = client.name
        sent = Sent(self.now, who, client.room, nonce, who, digest, concern=True)
        client.waiting[nonce] = sent
        self.history.append(sent)
        self.rooms[client.room].pending.append((client, sent))

    def keep(self, room: object, sent: Sent) -> None:
        """What is kept of a concern, staff hear of soon."""
        super().keep(room, sent)  # type: ignore[arg-type]
        if sent.concern:
            self.alerts.append((self.now + self.random.uniform(0, CALLED_AFTER), sent.nonce))

    def hold(self) -> None:
        """A concern is kept for a person to read, and not in the room."""
        room = self.rooms[self.random.choice(list(self.rooms))]
        if room.pending and room.pending[0][1].concern:
            client, sent = room.pending.popleft()
            if sent.nonce not in room.answered:
                self.history.append(Held(self.now, client.name, client.room, sent.nonce))
                self.alerts.append((self.now + self.random.uniform(0, CALLED_AFTER), sent.nonce))
                client.waiting.pop(sent.nonce, None)

    def alert(self) -> None:
        """Staff hear of what is due."""
        due = [alert for alert in self.alerts if alert[0] <= self.now]
        self.alerts = [alert for alert in self.alerts if alert[0] > self.now]
        self.history.extend(Alerted(at, nonce) for at, nonce in due)

    def erase(self) -> None:
        """The house erases a message that nobody is changing: it was kept long enough."""
        name = self.random.choice(list(self.rooms))
        room = self.rooms[name]
        busy = {sent.of for _, sent in room.pending}
        busy |= {sent.of for client in self.clients for sent in client.waiting.values()}
        known = {seq for client in self.clients if client.room == name for seq in client.own}
        there = sorted(known - busy)
        if not there:
            return
        of = self.random.choice(there)
        seq = len(room.events) + 1
        room.kept[of] = replace(room.kept[of], digest="", removed=True)
        event = Heard(0.0, "", name, "", seq, "removed", of=of)
        room.events.append(event)
        for reader in self.clients:
            if of in reader.own:
                reader.own.remove(of)
            if reader.room == name and not reader.gone:
                reader.coming.append(event)
        self.history.append(Erased(self.now, name, (of,)))

    def refuse(self) -> None:
        """A concern that is refused is refused in words, and called about all the same."""
        before = len(self.history)
        super().refuse()
        for entry in self.history[before:]:
            if isinstance(entry, Refused):
                self.alerts.append((self.now, entry.nonce))
