"""A wire between two parties, with faults: slow, narrow, lossy, deaf in one way, cut, reset.

Bytes of a TCP connection are never lost by a network that heals: they are sent again. So a wire
that is *deaf* keeps what it took, as a sender's kernel would, and delivers it when it hears again;
a *lost* piece comes late, by the time after which TCP sends it again. Whoever connects to a deaf
wire is connected and hears nothing, where a real network would leave the connection half open.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random

PIECE = 65_536
RETRANSMITTED_AFTER = 0.2  # seconds: the least that Linux waits before it sends again
AT_ONCE_RESET = struct.pack("ii", 1, 0)  # linger for no time: closing resets

Address = tuple[str, int]
Find = Callable[[], Address | None]


@dataclass
class Way:
    """One direction of a wire, and what is wrong with it. Change it at any time."""

    latency: float = 0.0  # seconds
    jitter: float = 0.0  # seconds more, at most
    rate: float = 0.0  # bytes a second; 0: as fast as it goes
    slice: int = 0  # at most so many bytes at once; 0: as they come
    loss: float = 0.0  # the share of pieces that come late
    deaf: bool = False  # nothing comes through until it hears again
    random: Random = field(default_factory=lambda: Random(0))

    def well(self) -> None:
        """Nothing is wrong any more."""
        self.latency = self.jitter = self.rate = self.loss = 0.0
        self.slice, self.deaf = 0, False

    def late(self) -> float:
        """By how much the next piece is late."""
        lost = RETRANSMITTED_AFTER if self.loss and self.random.random() < self.loss else 0.0
        return self.latency + lost + (self.random.uniform(0, self.jitter) if self.jitter else 0.0)


class Wire:
    """Listens on a port of its own and passes on to wherever `find` says, for each connection."""

    def __init__(self, find: Find, seed: int = 0) -> None:
        self.find = find
        self.there, self.back = Way(random=Random(seed)), Way(random=Random(seed + 1))
        self.port = 0
        self.connections = 0
        self._open: dict[asyncio.WriteTransport, Address] = {}
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    # ------------------------------------------------------------ what may be done to it

    def cut(self) -> None:
        """Nothing comes through in either direction."""
        self.there.deaf = self.back.deaf = True

    def mend(self) -> None:
        """All is well again; what waited comes."""
        self.there.well()
        self.back.well()

    def reset(self, only: Address | None = None) -> None:
        """Break every connection at once, or only those to one address."""
        self._apart(self._reset(only))

    def refuse(self) -> None:
        """Nobody listens here any more; open connections stay."""
        self._apart(self._stop_listening())

    def accept(self) -> None:
        """Listen again, on the same port."""
        self._apart(self._listen())

    # ------------------------------------------------------------ coming and going

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._apart(self._listen())

    def close(self) -> None:
        """Leave nothing open."""
        self._apart(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def _apart(self, work: object) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)  # type: ignore[arg-type]

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._on_connection, "127.0.0.1", self.port, backlog=4096
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def _stop_listening(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _reset(self, only: Address | None) -> None:
        for transport, address in list(self._open.items()):
            if only in (None, address):
                _break(transport)

    async def _close(self) -> None:
        await self._stop_listening()
        await self._reset(None)
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    # ------------------------------------------------------------ one connection

    async def _on_connection(self, ours: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        self.connections += 1
        address = self.find()
        try:
            if address is None:
                raise ConnectionRefusedError
            theirs, on = await asyncio.open_connection(*address)
        except OSError:
            _break(out.transport)
            return
        ends = (out.transport, on.transport)
        self._open.update(dict.fromkeys(ends, address))
        try:
            await asyncio.gather(
                self._pass_on(ours, on, self.there), self._pass_on(theirs, out, self.back)
            )
        except OSError:
            for end in ends:
                _break(end)
        finally:
            for end in ends:
                self._open.pop(end, None)
                end.close()

    async def _pass_on(
        self, come: asyncio.StreamReader, go: asyncio.StreamWriter, way: Way
    ) -> None:
        """One direction of one connection, until its end."""
        pieces: asyncio.Queue[tuple[float, bytes | None]] = asyncio.Queue(256)
        taking = asyncio.create_task(_take(come, pieces, way))
        try:
            while True:
                due, piece = await pieces.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                while way.deaf:  # noqa: ASYNC110 - a fault is ended from another thread
                    await asyncio.sleep(0.01)
                if piece is None:
                    raise ConnectionResetError
                if not piece:
                    break
                await _give(go, piece, way)
            with suppress(OSError):
                go.write_eof()
            await taking
        finally:
            taking.cancel()


async def _take(
    come: asyncio.StreamReader, pieces: asyncio.Queue[tuple[float, bytes | None]], way: Way
) -> None:
    piece: bytes | None = b"-"
    while piece:
        try:
            piece = await come.read(PIECE)
        except OSError:
            piece = None  # broken, not ended: the other side has to hear that too
        await pieces.put((asyncio.get_running_loop().time() + way.late(), piece))


async def _give(go: asyncio.StreamWriter, piece: bytes, way: Way) -> None:
    step = way.slice or len(piece)
    for at in range(0, len(piece), step):
        part = piece[at : at + step]
        go.write(part)
        await go.drain()
        if way.rate:
            await asyncio.sleep(len(part) / way.rate)


def _break(transport: asyncio.BaseTransport) -> None:
    made: socket.socket | None = transport.get_extra_info("socket")
    if made is not None and made.fileno() >= 0:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE_RESET)
    assert isinstance(transport, asyncio.WriteTransport)
    transport.abort()


@contextmanager
def wire_to(port: int, seed: int = 0) -> Iterator[Wire]:
    """A wire to a port of this machine, gone afterwards."""
    wire = Wire(lambda: ("127.0.0.1", port), seed)
    wire.start()
    try:
        yield wire
    finally:
        wire.close()
