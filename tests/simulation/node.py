"""One process of the place: the real ledger, hub, floor and lines, on simulated ground."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from holdfast.kit.bus import Alone
from holdfast.kit.errors import NotKept
from holdfast.kit.hub import Hub
from holdfast.kit.limits import Limits
from holdfast.live.draw import Drawing
from holdfast.live.floor import Floor
from holdfast.live.line import Line
from holdfast.messages.events import Entry
from holdfast.messages.ledger import Ledger
from holdfast.screening.detector import Detector
from holdfast.screening.reading import NOTHING_NOTICED, Read
from holdfast.settings import Settings
from simulation.bus import Exchange, SimBus
from simulation.disk import Disk
from simulation.loop import Process, SimLoop
from simulation.store import NothingErased, OpenKeyring, SimClock, SimStore, SimWorkshop

EPOCH = "one"
SETTINGS = Settings()  # only the handshake asks for them


def unread(text: str, role: str, language: str) -> Read:
    """Words in which nothing is noticed; what screening does is tried elsewhere."""
    return Read(text, NOTHING_NOTICED)


def no_html(*_: Any) -> str:
    """Nobody here asks for pages."""
    return ""


class InOrder(dict[Line, None]):
    """A set that is gone through in the order of coming, so that a life can be lived again."""

    def add(self, line: Line) -> None:
        self[line] = None

    def discard(self, line: Line) -> None:
        self.pop(line, None)


class Node:
    """A process that is alive."""

    def __init__(self, loop: SimLoop, disk: Disk, exchange: Exchange | None, name: str) -> None:
        self.process = Process(name)
        self.loop = loop
        self.bus = Alone() if exchange is None else SimBus(exchange, self.process)
        clock = SimClock(loop)
        workshop: Any = SimWorkshop(disk, self.process, clock)
        limits = Limits(clock, refuse=False)
        keyring: Any = OpenKeyring()
        self.store = SimStore(disk, self.process)
        self.ledger = Ledger(self.store, workshop, keyring, limits, self._tell, bus=self.bus)
        self.ledger.erasing = NothingErased()  # type: ignore[assignment]
        self.ledger.detector = Detector(unread)
        drawing = Drawing(no_html, no_html)
        self.hub = Hub(drawing)
        self.floor = Floor(SETTINGS, self.ledger, self.hub, drawing, EPOCH)
        self.floor.lines = InOrder()  # type: ignore[assignment]
        self.ledger.on_doubt = self.floor.in_doubt

    def _tell(self, entries: Sequence[Entry]) -> None:
        self.floor.tell(entries)

    @property
    def is_alive(self) -> bool:
        return self.process.alive

    @property
    def is_busy(self) -> bool:
        """Whether something still waits to be written."""
        return self.ledger._writer is not None

    def tell_untold(self) -> None:
        """Tell what a stop left untold, as at every start."""
        self.loop.enter(self.process, self._tell_untold)

    def _tell_untold(self) -> None:
        self.floor.spawn(self._try_to_tell())

    async def _try_to_tell(self) -> None:
        with suppress(NotKept):  # the database is gone again
            await self.ledger.tell_untold()
