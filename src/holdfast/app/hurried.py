"""HTTP for those who hurry a little: who sends a request drop by drop does not keep a place.

uvicorn waits for ever for the rest of a request. What it promises for this is little:
`tests/trust/web/test_w10_slow.py` holds it still.
"""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD = 5.0  # seconds until all of a request's head is there
BODY = 10.0  # seconds from there until all of its body is
LARGEST_HEAD = 64 * 1024
TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class Hurried(HttpToolsProtocol):
    """uvicorn's own, with an end to waiting."""

    head, body = HEAD, BODY
    _waiting: asyncio.TimerHandle | None = None
    _in_head = True
    _size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self.head)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._size += len(data)
            if self._waiting is None:
                self._wait(self.head)  # the next request on the same connection has begun
        super().data_received(data)
        if self._in_head and self._size > LARGEST_HEAD and not self.transport.is_closing():
            self.transport.write(TOO_LARGE)
            self._end()

    def on_headers_complete(self) -> None:
        self._in_head, self._size = False, 0
        self._wait(self.body)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._in_head = True
        self._wait(None)
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._wait(None)  # from here on the line has its own pings
        super().handle_websocket_upgrade()
        self.parser = None  # type: ignore[assignment]  # it holds us, and nothing more comes here

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait(None)
        super().connection_lost(exc)

    def _wait(self, seconds: float | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = None if seconds is None else self.loop.call_later(seconds, self._end)

    def _end(self) -> None:
        self._wait(None)
        self.transport.close()
