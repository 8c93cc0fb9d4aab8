"""A network of buses in memory: it may hold back, lose, double and mix up whatever it carries."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from holdfast.kit.bus import BusState, HearBell, HearHead, HearRoom, nothing_told


@dataclass
class Network:
    """Every bus of a place, and what becomes of what they tell each other.

    `heads` is what the database would answer: whoever tells has committed.
    """

    buses: list[FakeBus] = field(default_factory=list)
    heads: dict[int, int] = field(default_factory=dict)
    state: BusState = BusState.READY
    held_back: list[Callable[[], None]] | None = None
    is_lost: Callable[[], bool] = lambda: False
    times: Callable[[], int] = lambda: 1
    delay: Callable[[], float] = lambda: 0.0

    def bus(self) -> FakeBus:
        """One more process."""
        self.buses.append(FakeBus(self))
        return self.buses[-1]

    def carry(self, sender: FakeBus, deliver: Callable[[FakeBus], None], room_id: int) -> None:
        """Bring something to every other bus that listens."""
        for bus in self.buses:
            if bus is not sender and room_id in bus.held and not self.is_lost():
                for _ in range(self.times()):
                    self._send(lambda bus=bus: deliver(bus))  # type: ignore[misc]

    def _send(self, arrive: Callable[[], None]) -> None:
        if self.held_back is not None:
            self.held_back.append(arrive)
        elif wait := self.delay():
            asyncio.get_running_loop().call_later(wait, arrive)
        else:
            asyncio.get_running_loop().call_soon(arrive)

    def hold_back(self) -> None:
        """From now on nothing arrives."""
        self.held_back = []

    def let_go(self) -> None:
        """What was held back arrives now, and so does what comes after it."""
        arriving, self.held_back = self.held_back or [], None
        for arrive in arriving:
            arrive()

    def be_bad(self, seed: int) -> None:
        """Lose a fifth, double a fifth, and mix up the rest."""
        chance = random.Random(seed)
        self.is_lost = lambda: chance.random() < 0.2
        self.times = lambda: 2 if chance.random() < 0.2 else 1
        self.delay = lambda: chance.choice([0.0, 0.001, 0.005, 0.03])

    def look(self) -> None:
        """Every process looks at the heads of the rooms it holds."""
        for bus in self.buses:
            for room_id in sorted(bus.held & self.heads.keys()):
                bus.hear_head(room_id, self.heads[room_id])


class FakeBus:
    """One process's ear and voice in the network."""

    is_shared = True

    def __init__(self, network: Network) -> None:
        self.network = network
        self.node = f"node-{len(network.buses)}"
        self.hear_room: HearRoom = nothing_told
        self.hear_head: HearHead = nothing_told
        self.hear_bell: HearBell = nothing_told
        self.held: set[int] = set()
        self.listened: list[int] = []
        self.left: list[int] = []
        self.leaves = asyncio.Event()

    @property
    def state(self) -> BusState:
        return self.network.state

    async def open(self) -> None:
        """Open from the beginning."""

    async def close(self) -> None:
        self.held.clear()

    def tell_room(self, room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        heads = self.network.heads
        heads[room_id] = max(head, heads.get(room_id, 0))
        if self.network.state is BusState.READY:
            self.network.carry(self, lambda bus: bus.hear_room(room_id, kind, body), room_id)
        elif head:
            self.network.carry(self, lambda bus: bus.hear_head(room_id, head), room_id)

    def ring(self) -> None:
        for bus in self.network.buses:
            if bus is not self:
                asyncio.get_running_loop().call_soon(bus.hear_bell)

    async def listen(self, room_id: int) -> None:
        await asyncio.sleep(0)
        self.held.add(room_id)
        self.listened.append(room_id)

    def leave(self, room_id: int) -> None:
        self.held.discard(room_id)
        self.left.append(room_id)
        self.leaves.set()
