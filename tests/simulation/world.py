"""One small place, its people and its misfortunes, lived through from one seed.

`lived(seed)` gives what came of it: the history of what clients saw, judged by the checker, and
what else went wrong. The same seed gives the same life, event for event.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from faults.checker import breaches
from faults.facts import Breach
from faults.history import Dropped, Entry, Final, History, Kept
from holdfast.kit import order, topics
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.live import entering
from holdfast.live.line import Line
from holdfast.messages import ledger
from holdfast.messages.ledger.entries import NotKnown
from simulation.bus import Exchange
from simulation.disk import Disk
from simulation.loop import SimLoop
from simulation.member import Member
from simulation.misfortunes import MISFORTUNES
from simulation.node import Node
from simulation.putting import Put, put
from simulation.store import doors
from simulation.wire import Connection

SLUGS = ("evening", "grief")
TOLD = ("client", "line", "nonce", "what", "event", "asked", "seq", "of", "head", "code")
LONGEST = 90.0  # seconds in the world after which it should long have come to rest
NARROW = {  # limits made small, so that little is needed to reach them
    (topics, "RING"): 3,
    (entering, "LONGEST_REPLAY"): 3,
    (entering, "MOST_BUFFERED"): 700,
    (order, "FURTHEST"): 3,
    (ledger, "LARGEST_BATCH"): 2,
}


@dataclass
class Outcome:
    """What came of one life."""

    seed: int
    history: History
    breaches: list[Breach]
    steps: int
    trace: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = "; ".join(f"{b.promise} ({b.where})" for b in self.breaches[:5])
        return f"seed {self.seed}: {told}"


class World:
    """Everything there is."""

    def __init__(self, seed: int, *, tracing: bool = False) -> None:
        self.random = Random(seed)
        self.tracing = tracing
        self.trace: list[str] = []
        self.history: History = []
        self.strange: list[str] = []
        self.is_resting = self.is_draining = False
        self.loop = SimLoop(self.random)
        self.disk = Disk(self.loop, self.random)
        count = self.random.choice((1, 1, 2, 2, 2, 3))
        self.exchange = Exchange(self.loop, self.random, self.disk) if count > 1 else None
        self.connections: list[Connection] = []
        self.nodes = [self._node(n) for n in range(count)]
        self.restarts = 0
        self.members = [self._member(n) for n in range(self.random.choice((2, 2, 2, 3, 3, 4)))]

    # -- who is there -------------------------------------------------------------------------

    def _node(self, number: int) -> Node:
        return Node(self.loop, self.disk, self.exchange, f"node {number}")

    def restart(self, number: int) -> None:
        """A process is started in the place of one that is gone."""
        if not self.nodes[number].is_alive:
            self.restarts += 1
            self.note("node", number, "is started")
            self.nodes[number] = self._node(number)
            self.nodes[number].tell_untold()

    def kill(self, number: int) -> None:
        """A process is gone, and all its lines."""
        node = self.nodes[number]
        if node.is_alive:
            self.note("node", number, "is killed")
            self.loop.kill(node.process)
            self.disk.forget(node.process)
            for connection in self.connections_of(node):
                connection.cut()

    def connections_of(self, node: Node) -> list[Connection]:
        return [one for one in self.connections if one.process is node.process]

    def _member(self, number: int) -> Member:
        place = self.random.randrange(len(SLUGS)) if self.random.random() < 0.2 else 0
        room, slug, seat = RoomId(place + 1), SLUGS[place], SeatId(number + 1)
        token, name = str(number + 1), f"m{number}"
        self.disk.tables.heads.setdefault(room, 0)
        self.disk.people.seats[MemberId(number + 1), slug] = (seat, room, name)
        return Member(self, name, token, slug, seat)

    # -- one life -----------------------------------------------------------------------------

    def live(self) -> bool:
        """From the first word to rest. False where it never comes to rest."""
        random, loop = self.random, self.loop
        length = random.choice((0.2, 0.8, 2.5))
        for member in self.members:
            loop.after(random.random() * 0.1, member.connect)
            at, gap = random.random() * length / 2, random.choice((0.003, 0.03, length / 4))
            for _ in range(random.randint(1, 4)):
                at += random.random() * gap
                loop.after(at, member.speak)
        for _ in range(random.choice((0, 1, 1, 2, 2, 3, 4))):
            misfortune = random.choice(MISFORTUNES)
            loop.after(random.random() * length, misfortune, self)
        loop.after(length + 0.3, self._come_to_rest)
        return loop.run(LONGEST)

    def _come_to_rest(self) -> None:
        """Nothing new is said and nothing more goes wrong; what is asked is still answered."""
        self.is_resting = True
        self.note("nothing more goes wrong")
        disk, exchange = self.disk, self.exchange
        disk.come_up()
        disk.is_full, disk.slow = False, 1.0
        disk.unreachable.clear()
        if exchange is not None:
            exchange.loses = exchange.doubles = 0.0
            exchange.delays = 1.0
        for number in range(len(self.nodes)):
            self.restart(number)
        for connection in self.connections:
            if connection.is_choked:
                connection.breathe()
        self._drain_when_settled()

    def _drain_when_settled(self) -> None:
        """When all is answered and heard, everybody comes back once more: nothing can hide."""
        if not self._is_settled():
            if self.disk.tables.unfolded:
                self.nodes[0].tell_untold()  # counts left untold by a stop, as at every start
            self.loop.after(0.1, self._drain_when_settled)
            return
        self.is_draining = True
        for member in self.members:
            member.leave()
        self.look()

    def _is_settled(self) -> bool:
        """Whether everything is answered, written, and heard by everybody."""
        if self.disk.tables.unfolded or any(node.is_busy for node in self.nodes):
            return False
        return all(member.is_gone or self._is_up_to_date(member) for member in self.members)

    def _is_up_to_date(self, member: Member) -> bool:
        if member.seat in self.disk.people.left:
            return True  # they hear nothing more, and find out when they come back
        return not member.waiting and member.is_live and member.cursor == self.head(member.room)

    def head(self, slug: str) -> int:
        """How far a room is."""
        return self.disk.tables.heads[RoomId(SLUGS.index(slug) + 1)]

    def look(self) -> None:
        """Everybody has come back once more: then this life is over."""
        if self.is_draining and all(member.is_gone or member.is_live for member in self.members):
            self.loop.stop()

    def load_page(self, member: Member) -> None:
        """A member loads the page of the room: it says how far the room is."""
        connection = member.connection

        def loaded() -> None:
            if member.connection is connection:
                if self.disk.is_up:
                    member.on_page(self.head(member.room))
                else:
                    member.leave()

        self.loop.after(self.random.random() * 0.02, loaded)

    # -- what is written down -----------------------------------------------------------------

    def write(self, entry: Entry) -> None:
        self.history.append(entry)
        if self.tracing:
            told = {name: getattr(entry, name, "") for name in TOLD}
            words = " ".join(f"{name} {value}" for name, value in told.items() if value != "")
            self.trace.append(f"{self.loop.now:9.4f}  {type(entry).__name__:9} {words}")

    def note(self, *words: object) -> None:
        if self.tracing:
            self.trace.append(f"{self.loop.now:9.4f}  {' '.join(map(str, words))}")

    def finals(self) -> Iterator[Final]:
        """What each room holds in the end."""
        tables = self.disk.tables
        for room, head in tables.heads.items():
            kept = tuple(
                Kept(seq, message.author.seat, message.text, message.removed is not None)
                for (of, seq), message in sorted(tables.messages.items(), key=lambda one: one[0])
                if of == room
            )
            changes = tuple(seq for of, seq in tables.changes if of == room)
            yield Final(SLUGS[room - 1], 0, head, kept, changes)

    def judged(self, came_to_rest: bool) -> list[Breach]:
        """What was promised and not kept, and what should never happen at all."""
        self.history.extend(self.finals())
        found = breaches(self.history)
        found += [Breach("strange", what) for what in self.strange]
        found += [Breach("broken", what) for what in self.loop.broken]
        if not came_to_rest:
            found.append(Breach("never came to rest", f"{self.loop.now:.1f} s"))
        return found


def noting_refusals(world: World) -> Callable[..., None]:
    """Every refusal is written down, also one that its author never hears."""
    refuse = Line.refuse

    def noted(line: Line, refusal: HoldfastError, said: dict[str, Any]) -> None:
        if "nonce" in said and not isinstance(refusal, NotKnown):
            world.write(Dropped(world.loop.now, said["nonce"]))
        refuse(line, refusal, said)

    return noted


@contextmanager
def nobody_tidying() -> Iterator[None]:
    """What nobody holds any more goes at once or afterwards, never at a moment of its own."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def lived(seed: int, defect: Sequence[Put] = (), *, tracing: bool = False) -> Outcome:
    """One life, judged: with something broken in it, perhaps."""
    chance = Random(~seed)
    narrow = [(*place, few) for place, few in NARROW.items() if chance.random() < 0.3]
    with put(*narrow, *defect), nobody_tidying():
        world = World(seed, tracing=tracing)
        with doors(world.loop.broken), put((Line, "refuse", noting_refusals(world))):
            came_to_rest = world.live()
    found = world.judged(came_to_rest)
    return Outcome(seed, world.history, found, world.loop.steps, world.trace)
