"""Thousands of members who sit in a room and say nothing: the thinnest client that is a client.

Each keeps one socket, resumes after a cut as the contract says, and notices whatever it missed.
"""

from __future__ import annotations

import asyncio
import json
import resource
import struct
from collections.abc import Sequence
from random import Random
from typing import Any, cast

from faults.places_wire import Address

HANDSHAKE = (
    "GET /live HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Protocol: holdfast.v1\r\nAuthorization: Bearer {token}\r\n\r\n"
)
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
LONGEST_WAIT = 30.0
GIVES_UP = 30.0  # seconds a handshake may take


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame: masked with nothing, which is allowed and cheap."""
    if len(payload) < 126:
        head = struct.pack("!BB", 0x80 | opcode, 0x80 | len(payload))
    else:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, len(payload))
    return head + b"\0\0\0\0" + payload


def frames_in(buffer: bytearray) -> list[tuple[int, bytes]]:
    """The whole frames at the front of a buffer, taken out of it."""
    found: list[tuple[int, bytes]] = []
    at, end = 0, len(buffer)
    while end - at >= 2:
        size, head = buffer[at + 1] & 127, 2
        if size >= 126:
            head = 4 if size == 126 else 10
            if end - at < head:
                break
            size = int.from_bytes(buffer[at + 2 : at + head], "big")
        if end - at < head + size:
            break
        found.append((buffer[at] & 15, bytes(buffer[at + head : at + head + size])))
        at += head + size
    del buffer[:at]
    return found


class Idler(asyncio.Protocol):
    """One member in one room, on one socket at a time."""

    def __init__(self, token: str, room: str, doors: Sequence[Address], random: Random) -> None:
        self.token, self.room, self.doors, self.random = token, room, doors, random
        self.jitter = True
        self.cursor: int | None = None
        self.head = 0
        self.missing = self.twice = self.in_vain = self.dials = 0
        self.taken = 0  # bytes
        self.live = asyncio.Event()
        self.live_at = 0.0  # by the event loop's clock
        self.closed_with: int | None = None
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._is_open = False
        self._given_up: asyncio.TimerHandle | None = None
        self._keeps_coming = True

    # ------------------------------------------------------------ coming and going

    async def dial(self) -> None:
        """Try to be there; what fails is tried again."""
        door = self.doors[self.dials % len(self.doors)]
        self.dials += 1
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self, *door)
        except OSError:
            self._come_again()

    def drop(self) -> None:
        """The network takes the socket away."""
        if self._transport is not None:
            self._transport.abort()

    def leave(self) -> None:
        """Go, and do not come back."""
        self._keeps_coming = False
        self.drop()

    def _come_again(self) -> None:
        if not self._keeps_coming:
            return
        most = min(2.0**self.in_vain, LONGEST_WAIT)
        wait = self.random.uniform(0, most) if self.jitter else most - 1.0
        self.in_vain += 1
        loop = asyncio.get_running_loop()
        loop.call_later(wait, lambda: loop.create_task(self.dial()))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._buffer.clear()
        self._is_open = False
        host, port = transport.get_extra_info("peername")[:2]
        words = HANDSHAKE.format(host=host, port=port, token=self.token)
        self._transport.write(words.encode())
        self._given_up = asyncio.get_running_loop().call_later(GIVES_UP, self.drop)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._given_up:
            self._given_up.cancel()
        if self.live.is_set():
            self.in_vain = 0
        self.live.clear()
        self._come_again()

    # ------------------------------------------------------------ hearing

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self.taken += len(data)
        if not self._is_open and not self._opened():
            return
        for opcode, payload in frames_in(self._buffer):
            if opcode == TEXT:
                self._hear(json.loads(payload))
            elif opcode == PING:
                self._say(PONG, payload)
            elif opcode == CLOSE:
                self.closed_with = int.from_bytes(payload[:2], "big")
                self.drop()

    def _opened(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._buffer.startswith(b"HTTP/1.1 101"):
            self.drop()  # not now: come again
            return False
        del self._buffer[: end + 4]
        self._is_open = True
        command: dict[str, Any] = {"do": "enter", "room": self.room}
        if self.cursor is not None:
            command["since"] = self.cursor
        self._say(TEXT, json.dumps(command).encode())
        return True

    def _say(self, opcode: int, payload: bytes) -> None:
        if self._transport is not None:
            self._transport.write(frame(opcode, payload))

    def _hear(self, event: dict[str, Any]) -> None:
        match event["event"]:
            case "entered":
                if self.cursor is None:
                    self.cursor = event["since"]
            case "live":
                self.head = event["head"]
                self.missing += self.head != self.cursor
                if self._given_up:
                    self._given_up.cancel()
                self.live_at = asyncio.get_running_loop().time()
                self.live.set()
            case "presence" | "typing":
                pass
            case _ if "seq" in event:
                self._place(event["seq"])

    def _place(self, seq: int) -> None:
        expected = (self.cursor or 0) + 1
        self.missing += seq > expected
        self.twice += seq < expected
        self.cursor = max(seq, expected - 1)


def allow_many_sockets(count: int) -> None:
    """Let this process, and those that it starts, have so many open at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert hard == resource.RLIM_INFINITY or hard >= count, f"only {hard} open files are allowed"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


async def all_live(idlers: Sequence[Idler], seconds: float) -> int:
    """Wait until everybody is live, at most so long; how many are not."""
    waits = [asyncio.create_task(idler.live.wait()) for idler in idlers]
    _, pending = await asyncio.wait(waits, timeout=seconds)
    for wait in pending:
        wait.cancel()
    return len(pending)


async def come_in(idlers: Sequence[Idler], at_once: int = 200) -> None:
    """Let everybody come in, some at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(idler: Idler) -> None:
        async with gate:
            await idler.dial()
            await idler.live.wait()

    await asyncio.gather(*map(one, idlers))
