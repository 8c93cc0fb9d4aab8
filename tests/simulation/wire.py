"""A connection between a client and a process: in order while it lives, lost when it is cut.

`SimSocket` stands where `live/socket.py` stands; lines and subscriptions above it are the real
ones. What the process writes travels in frames as on the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from websockets.datastructures import Headers
from websockets.http11 import Request

from holdfast.live.line import Line
from simulation.loop import Process, SimLoop

if TYPE_CHECKING:
    from random import Random

    from holdfast.live.floor import Floor

TRAVELS = 0.004  # seconds, mostly
NOTICES = 0.05  # seconds until one side knows that the other is gone

REQUEST = Request("/live", Headers())


class Client(Protocol):
    """Who is at the other end."""

    token: str

    def opened(self, connection: Connection) -> None: ...
    def refused(self, connection: Connection, status: int) -> None: ...
    def heard(self, connection: Connection, event: dict[str, Any]) -> None: ...
    def closed(self, connection: Connection) -> None: ...


class Connection:
    """Two directions, each in order; a cut loses what is under way."""

    def __init__(self, loop: SimLoop, random: Random, client: Client, process: Process) -> None:
        self.loop = loop
        self.random = random
        self.client = client
        self.process = process
        self.socket: SimSocket | None = None
        self.is_whole = True
        self.is_choked = False
        self.waiting: list[bytes] = []  # written, and not taken by a reader who is slow
        self._last = [0.0, 0.0]

    def _travel(self, way: int, callback: Callable[..., Any], *args: Any) -> None:
        chance = self.random.random()
        late = TRAVELS * (chance if chance < 0.95 else 10 * chance)
        at = max(self.loop.now + late, self._last[way])
        self._last[way] = at
        self.loop.at(at, callback, *args)

    # -- from the client ----------------------------------------------------------------------

    def greet(self, floor: Floor) -> None:
        """Knock at a process."""
        self.socket = SimSocket(floor, self)
        self._travel(0, self._arrive, self.socket.greeted, self.client.token)

    def say(self, command: dict[str, Any]) -> None:
        assert self.socket is not None
        self._travel(0, self._arrive, self.socket.hear, orjson.dumps(command))

    def _arrive(self, hear: Callable[[Any], None], told: Any) -> None:
        if self.is_whole:
            self.loop.enter(self.process, hear, told)

    # -- from the process ---------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        if self.is_choked:
            self.waiting.append(data)
        else:
            self._travel(1, self._deliver, data)

    def _deliver(self, data: bytes) -> None:
        at = 0
        while at < len(data) and self.is_whole:
            size, head = data[at + 1], at + 2
            if size == 126:
                size, head = data[at + 2] << 8 | data[at + 3], at + 4
            if data[at] == 0x81:
                self.client.heard(self, orjson.loads(data[head : head + size]))
            at = head + size

    def answer(self, tell: Callable[..., None], *told: Any) -> None:
        """Tell the client something that is no frame: that it is open, refused or closed."""
        self._travel(1, self._tell, tell, told)

    def _tell(self, tell: Callable[..., None], told: tuple[Any, ...]) -> None:
        if self.is_whole:
            tell(self, *told)

    def choke(self) -> None:
        """The client reads nothing for a while."""
        self.is_choked = True

    def breathe(self) -> None:
        """It reads again: what waited goes out."""
        self.is_choked = False
        waiting, self.waiting = self.waiting, []
        for data in waiting:
            self.write(data)
        if self.socket is not None and self.socket.line is not None:
            self.loop.enter(self.process, self.socket.line.catch_up)

    # -- its end ------------------------------------------------------------------------------

    def cut(self) -> None:
        """It is gone; each side notices by itself."""
        if self.is_whole:
            self.is_whole = False
            self.loop.after(self.random.random() * NOTICES, self.client.closed, self)
            if self.socket is not None:
                self.loop.after(self.random.random() * NOTICES, self._process_notices)

    def _process_notices(self) -> None:
        assert self.socket is not None
        self.loop.enter(self.process, self.socket.lost)


class SimSocket:
    """The process's end of a connection, and its transport in one."""

    def __init__(self, floor: Floor, connection: Connection) -> None:
        self.floor = floor
        self.connection = connection
        self.transport = self
        self.line: Line | None = None
        self.closing = 0.0
        self._is_open = True
        self._held: list[bytes] | None = None  # while reading rests

    # -- what the connection does -------------------------------------------------------------

    def greeted(self, token: str) -> None:
        """Somebody knocks: the floor looks them up."""
        self.floor.spawn(self.floor._let_in(self, REQUEST, token))  # type: ignore[arg-type]

    def hear(self, data: bytes) -> None:
        if self._held is not None:
            self._held.append(data)
        elif self.line is not None and self._is_open:
            self.line.receive(data)

    def lost(self) -> None:
        if self._is_open:
            self._is_open = False
            if self.line is not None:
                self.floor.goodbye(self.line)

    # -- what the floor and the line do -------------------------------------------------------

    def open(self, request: object, subprotocol: str) -> bool:
        return True

    def opened(self, line: Line) -> None:
        self.line = line
        self.connection.answer(self.connection.client.opened)

    def refuse(self, response: Any) -> None:
        self._is_open = False
        self.connection.answer(self.connection.client.refused, response.status_code)

    def close(self, code: int) -> None:
        """What is written before goes out; then the client knows."""
        if self._is_open:
            self.lost()
            self.connection.is_choked = False
            for data in self.connection.waiting:
                self.connection.write(data)
            self.connection.waiting.clear()
            self.connection.answer(self._close_client)

    def _close_client(self, connection: Connection) -> None:
        connection.is_whole = False
        connection.client.closed(connection)

    # -- as a transport -----------------------------------------------------------------------

    def write(self, data: bytes) -> None:
        if self._is_open:
            connection = self.connection
            connection.write(data)
            if connection.is_choked and self.line is not None and len(connection.waiting) == 1:
                self.line.fall_behind()

    def get_write_buffer_size(self) -> int:
        return sum(len(data) for data in self.connection.waiting)

    def is_closing(self) -> bool:
        return not self._is_open

    def pause_reading(self) -> None:
        if self._held is None:
            self._held = []

    def resume_reading(self) -> None:
        held, self._held = self._held, None
        for data in held or ():
            self.hear(data)

    def abort(self) -> None:
        self.connection.cut()
