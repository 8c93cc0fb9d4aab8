"""Readers who take a byte a second, and later read on: are they let go, and told why?"""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import suppress
from itertools import count
from pathlib import Path

import httpx

from faults.many_idle import CLOSE, HANDSHAKE, PONG, TEXT, frame, frames_in
from faults.places_nodes import Node
from faults.places_wire import Address

NARROW = 4096  # bytes that the kernel may keep for a slow reader
SLOWLY = 1.0  # seconds for each byte
ALIVE_EVERY = 4  # bytes: a ping that waits behind so much is never seen, so they speak unasked


class SlowReader:
    """A member with one socket, who hardly reads."""

    def __init__(self, token: str, room: str, door: Address) -> None:
        self.token, self.room, self.door = token, room, door
        self.cursor = 0
        self.missing = 0
        self.code: int | None = None  # with which the line was closed, if that could still be read
        self._buffer = bytearray()
        self._is_open = False
        self._is_live = False
        self._socket = socket.socket()

    async def come_in(self) -> None:
        """Enter the room, reading as others do; nothing is replayed."""
        loop = asyncio.get_running_loop()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
        self._socket.setblocking(False)
        await loop.sock_connect(self._socket, self.door)
        host, port = self.door
        words = HANDSHAKE.format(host=host, port=port, token=self.token)
        await loop.sock_sendall(self._socket, words.encode())
        command = json.dumps({"do": "enter", "room": self.room}).encode()
        while not self._is_live:
            if not await self._read(NARROW):
                raise ConnectionResetError
            if not self._is_open and b"\r\n\r\n" in self._buffer:
                del self._buffer[: self._buffer.index(b"\r\n\r\n") + 4]
                self._is_open = True
                await loop.sock_sendall(self._socket, frame(TEXT, command))

    async def crawl(self) -> None:
        """Read a byte a second, until the line is gone; say now and then that they are there."""
        loop = asyncio.get_running_loop()
        with suppress(OSError):
            for second in count():
                if not await self._read(1):
                    return
                if second % ALIVE_EVERY == 0:
                    await loop.sock_sendall(self._socket, frame(PONG, b""))
                await asyncio.sleep(SLOWLY)

    async def read_on(self) -> None:
        """Read all that still comes, until the line ends."""
        while self.code is None and await self._read(65_536):
            pass

    def close(self) -> None:
        self._socket.close()

    @property
    def unread(self) -> int:
        """Bytes that the kernel has taken from the server and that are not read yet, about."""
        ours = self._socket.getsockname()[1]
        there, here = f":{self.door[1]:04X}", f":{ours:04X}"
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            if local.endswith(there) and remote.endswith(here):
                return int(queues.partition(":")[0], 16)
        return 0

    async def _read(self, most: int) -> bool:
        with suppress(OSError):
            data = await asyncio.get_running_loop().sock_recv(self._socket, most)
            self._buffer += data
            if self._is_open:
                for opcode, payload in frames_in(self._buffer):
                    self._hear(opcode, payload)
            return bool(data)
        return False

    def _hear(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            self.code = int.from_bytes(payload[:2], "big")
        elif opcode == TEXT:
            event = json.loads(payload)
            if event["event"] == "entered":
                self.cursor = event["since"]
            elif event["event"] == "live":
                self._is_live = True
            elif "seq" in event:
                self.missing += event["seq"] != self.cursor + 1
                self.cursor = event["seq"]


def memory_of(node: Node) -> float:
    """Megabytes that a node's process has in memory now."""
    for line in Path(f"/proc/{node.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def lines_of(node: Node) -> int:
    """How many live lines a node says it has."""
    async with httpx.AsyncClient(base_url=node.url, trust_env=False, timeout=5) as http:
        told = (await http.get("/metrics")).text
    figures = (line.split() for line in told.splitlines())
    return int(next(float(f[1]) for f in figures if f and f[0] == "holdfast_lines"))
