"""One socket: a WebSocket class for uvicorn, over `websockets`' Sans-I/O protocol.

The handshake and every unusual frame go through the real parser. One kind of frame is more than
99 % of the traffic (final, masked, uncompressed text within the limit) and is taken by the loop in
`data_received` (docs/decisions/0004). The private contract with uvicorn is small: the
constructor, `connection_made` with replayed `data_received`, `shutdown` and
`server_state.connections`; `tests/live/test_uvicorn_contract.py` holds it still.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any, cast

from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.speedups import apply_mask

if TYPE_CHECKING:
    from holdfast.live.floor import Floor
    from holdfast.live.line import Line

MAX_FRAME = 16 * 1024
HIGH_WATER = 256 * 1024
MOST_BUFFERED = 1024 * 1024
QUIET = logging.getLogger("holdfast.live.silent")
QUIET.disabled = True  # the parser's own log would speak of people's frames
TEXT, CONTINUATION, BINARY = Opcode.TEXT, Opcode.CONT, Opcode.BINARY


class Socket(asyncio.Protocol):
    """Bytes in, commands to the line; frames from the line, bytes out."""

    __slots__ = (
        "_buffer",
        "_fast",
        "_fragments",
        "_size",
        "_state",
        "closing",
        "floor",
        "line",
        "protocol",
        "transport",
    )

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        self._state = server_state
        self.floor: Floor = app_state["floor"]
        self.protocol = ServerProtocol(max_size=MAX_FRAME, logger=QUIET)
        self.transport: asyncio.Transport
        self.line: Line | None = None
        self.closing = 0.0  # when the closing handshake began, in clock ticks
        self._buffer = b""
        self._fragments: list[bytes] | None = None
        self._size = 0
        self._fast = False

    # -- what asyncio calls -------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.set_write_buffer_limits(high=HIGH_WATER)
        self._state.connections.add(self)

    def data_received(self, data: bytes) -> None:  # noqa: C901, PLR0912 - the hot loop, kept flat
        if not self._fast:
            self._slow(data)
            return
        if self._buffer:
            data, self._buffer = self._buffer + data, b""
        at, end = 0, len(data)
        while end - at >= 2:
            second = data[at + 1]
            size, head = second & 127, at + 2
            if size == 126:
                if end - at < 4:
                    break
                size, head = data[at + 2] << 8 | data[at + 3], at + 4
            if not second & 128 or size > MAX_FRAME or (second & 127) == 127:
                self._slow(data[at:])  # unmasked or too large: the real parser refuses it
                return
            after = head + 4 + size
            if after > end:
                break
            if data[at] == 0x81:
                self._hear(apply_mask(data[head + 4 : after], data[head : head + 4]))
                if not self._fast:
                    return  # closed while answering
            else:
                self._slow(data[at:after])
                if not self._fast:
                    if after < end:
                        self._slow(data[after:])
                    return
            at = after
        if at < end:
            self._buffer = data[at:]

    def eof_received(self) -> None:
        self.protocol.receive_eof()

    def connection_lost(self, exc: Exception | None) -> None:
        self._state.connections.discard(self)
        self._fast = False
        if self.line is not None:
            self.floor.goodbye(self.line)
        self.floor.gone(self)
        self._let_go()

    def pause_writing(self) -> None:
        if self.line is not None:
            self.line.fall_behind()

    def resume_writing(self) -> None:
        if self.line is not None:
            self.line.catch_up()

    # -- what uvicorn calls -------------------------------------------------------------------

    def shutdown(self) -> None:
        """The server is going away: clients reconnect."""
        if self.protocol.state is State.CONNECTING:
            self.transport.close()
        else:
            self.close(1001)

    # -- the rest -----------------------------------------------------------------------------

    def _let_go(self) -> None:
        """Line, socket and parser hold each other: gone ones would wait for the collector."""
        self.line = None
        self.protocol.parser.close()
        if self.protocol.parser_exc is not None:
            self.protocol.parser_exc.__traceback__ = None

    def _slow(self, data: bytes) -> None:
        self.protocol.receive_data(data)
        for event in self.protocol.events_received():
            if isinstance(event, Request):
                self.floor.greet(self, event)
            elif not isinstance(event, Frame):
                continue
            elif event.opcode is TEXT or event.opcode is CONTINUATION:
                self._collect(event)
            elif event.opcode is BINARY:
                self.close(1003)
            elif self.line is not None:
                self.line.is_there()  # a pong, most likely
        self._flush()
        self._settle()

    def _collect(self, event: Frame) -> None:
        if event.opcode is TEXT:
            self._fragments, self._size = [], 0
        if self._fragments is None:
            return
        self._fragments.append(bytes(event.data))
        if event.fin:
            whole, self._fragments = b"".join(self._fragments), None
            self._hear(whole)

    def _hear(self, text: bytes) -> None:
        """One whole text message."""
        if self.line is None or self.protocol.state is not State.OPEN:
            return
        try:
            text.isascii() or text.decode()
        except UnicodeDecodeError:
            self.close(1007)  # the Sans-I/O parser leaves this to us
            return
        self.line.receive(text)

    def _flush(self) -> None:
        if out := self.protocol.data_to_send():
            self.transport.write(b"".join(out))
        if self.protocol.close_expected():
            self._wait_for_end()

    def _wait_for_end(self) -> None:
        if not self.closing:
            self.closing = self.floor.clock.ticks()
            self.floor.leaving.add(self)
        protocol = self.protocol
        if self.line is None or protocol.close_rcvd is not None or protocol.parser_exc is not None:
            self.transport.close()  # nothing more will be understood; what is buffered goes out

    def _settle(self) -> None:
        """The fast path may run only while the parser is idle between whole messages."""
        self._fast = (
            self.protocol.state is State.OPEN
            and self._fragments is None
            and self.line is not None
            and not self.protocol.reader.buffer
        )

    def open(self, request: Request, subprotocol: str) -> bool:
        """Say yes to the handshake. False where it was none that can be answered with yes."""
        response = self.protocol.accept(request)
        if response.status_code == 101:
            response.headers["Sec-WebSocket-Protocol"] = subprotocol
        self.protocol.send_response(response)
        self._flush()
        return response.status_code == 101

    def opened(self, line: Line) -> None:
        """From here on, commands go to this line."""
        self.line = line
        self._settle()

    def refuse(self, response: Response) -> None:
        """Say no to the handshake, in HTTP."""
        if self.transport.is_closing():
            return
        self.protocol.send_response(response)
        self._flush()
        self.transport.close()

    def close(self, code: int) -> None:
        """Begin the closing handshake; what the client still sends is not heard."""
        self._fast = False
        if self.protocol.state is State.OPEN and not self.transport.is_closing():
            self.protocol.send_close(code)
            self._flush()
            self._wait_for_end()
