"""The bus between processes: it loses, doubles, delays and reorders; it is only a hint."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from holdfast.kit.bus import BusState, HearBell, HearHead, HearRoom, nothing_told
from simulation.disk import Disk, succeed
from simulation.loop import Process, SimLoop

if TYPE_CHECKING:
    import asyncio

LOOKS = {BusState.READY: 2.0, BusState.FALLBACK: 0.5}  # seconds between two looks at the heads
ARRIVES = 0.003  # seconds, mostly


class Exchange:
    """What stands between the processes: Redis while it is well, else the database's bell."""

    def __init__(self, loop: SimLoop, random: Random, disk: Disk) -> None:
        self.loop = loop
        self.random = random
        self.disk = disk
        self.state = BusState.READY
        self.loses = 0.0  # the share of what is told that never arrives
        self.doubles = 0.0
        self.delays = 1.0
        self.members: list[SimBus] = []

    def tell(self, teller: SimBus, room_id: int, kind: str, body: bytes, head: int) -> None:
        """Hand it on to whoever listens to the room when it comes by."""
        self.loop.after(self._delay(), self._spread, teller, (room_id, kind, body, head))

    def _spread(self, teller: SimBus, told: tuple[int, str, bytes, int]) -> None:
        for bus in self.members:
            if bus is teller or told[0] not in bus.held:
                continue
            chance = self.random.random()
            if chance >= self.loses:
                times = 2 if chance > 1 - self.doubles else 1
                for _ in range(times):
                    self.loop.after(self._delay(), self._hand_over, bus, told)

    def _delay(self) -> float:
        chance = self.random.random()
        return ARRIVES * self.delays * (chance if chance < 0.9 else 20 * chance)

    def _hand_over(self, bus: SimBus, told: tuple[int, str, bytes, int]) -> None:
        room_id, kind, body, head = told
        if self.state is BusState.READY:
            self.loop.enter(bus.process, bus.hear_room, room_id, kind, body)
        else:
            self.loop.enter(bus.process, bus.hear_head, room_id, head)


class SimBus:
    """One process's ear and voice."""

    is_shared = True

    def __init__(self, exchange: Exchange, process: Process) -> None:
        self.exchange = exchange
        self.process = process
        self.node = process.name
        self.held: set[int] = set()
        self.hear_room: HearRoom = nothing_told
        self.hear_head: HearHead = nothing_told
        self.hear_bell: HearBell = nothing_told
        exchange.members.append(self)
        self._look_soon()

    @property
    def state(self) -> BusState:
        return self.exchange.state

    async def open(self) -> None:
        """It is open."""

    async def close(self) -> None:
        """It needs no closing."""

    def tell_room(self, room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        self.exchange.tell(self, room_id, kind, body, head)

    def ring(self) -> None:
        """The house's news goes by the world itself."""

    async def listen(self, room_id: int) -> None:
        """Heard from the moment the exchange knows."""
        loop = self.exchange.loop
        confirmed: asyncio.Future[None] = loop.create_future()
        loop.after(self.exchange.random.random() * 0.004, self._confirm, room_id, confirmed)
        await confirmed

    def _confirm(self, room_id: int, confirmed: asyncio.Future[None]) -> None:
        self.held.add(room_id)
        self.exchange.loop.after(0.001, succeed, confirmed, None)

    def leave(self, room_id: int) -> None:
        self.held.discard(room_id)

    # -- looking at the heads -----------------------------------------------------------------

    def _look_soon(self) -> None:
        wait = LOOKS[self.state] * (0.5 + self.exchange.random.random() / 2)
        self.exchange.loop.after(wait, self._look)

    def _look(self) -> None:
        """How far the rooms held here are, says the database."""
        if not self.process.alive:
            return
        disk = self.exchange.disk
        if disk.is_up and self.process not in disk.unreachable:
            heads = [(room, disk.tables.heads[room]) for room in sorted(self.held)]
            self.exchange.loop.after(self.exchange.random.random() * 0.01, self._saw, heads)
        self._look_soon()

    def _saw(self, heads: list[tuple[int, int]]) -> None:
        for room_id, head in heads:
            self.exchange.loop.enter(self.process, self.hear_head, room_id, head)
