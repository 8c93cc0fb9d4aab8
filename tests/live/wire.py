"""A live line made by hand, byte by byte, for what no library would send."""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from contract.frames import TEXT, frame
from serving import PATIENCE, Served
from town import Person


@dataclass
class Wire:
    """A bare connection after the upgrade."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))

    def say(self, **command: Any) -> None:
        self.send(frame(TEXT, json.dumps(command).encode()))

    async def frame(self) -> tuple[int, bytes]:
        """The next frame from the server: its opcode and payload."""
        async with asyncio.timeout(PATIENCE):
            first, second = await self.reader.readexactly(2)
            size = second & 127
            assert not second & 128, "a server never masks"
            if size == 126:
                size = int.from_bytes(await self.reader.readexactly(2))
            elif size == 127:
                size = int.from_bytes(await self.reader.readexactly(8))
            return first & 15, await self.reader.readexactly(size)

    async def hear(self) -> dict[str, Any]:
        """The next event."""
        opcode, payload = await self.frame()
        assert opcode == TEXT, (opcode, payload)
        event: dict[str, Any] = json.loads(payload)
        return event

    async def close_code(self) -> int | None:
        """Read on until the server closes; its code, and the connection must end."""
        code = None
        async with asyncio.timeout(PATIENCE):
            try:
                while code is None:
                    opcode, payload = await self.frame()
                    if opcode == 8:
                        code = int.from_bytes(payload[:2])
                self.send(frame(8, code.to_bytes(2)))
                assert await self.reader.read() == b""
            except (asyncio.IncompleteReadError, ConnectionResetError):
                pass
        return code


def handshake(person: Person | None = None, path: str = "/live", **headers: str | None) -> bytes:
    """A request to upgrade; headers replace (or, with None, take away) the usual ones."""
    usual: dict[str, str | None] = {
        "Host": "127.0.0.1",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": b64encode(secrets.token_bytes(16)).decode(),
        "Sec-WebSocket-Protocol": "holdfast.v1",
        "Authorization": f"Bearer {person.token}" if person else None,
    }
    given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\r\n".join([f"GET {path} HTTP/1.1", *lines, "", ""]).encode("latin-1")


async def knock(served: Served, request: bytes) -> tuple[int, str]:
    """What a request is answered with: the status and the head of the answer."""
    reader, writer = await served.raw()
    writer.write(request)
    async with asyncio.timeout(PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    writer.close()
    return int(head.split()[1]), head


async def wire(served: Served, person: Person) -> Wire:
    """A line of this person's, upgraded by hand."""
    reader, writer = await served.raw()
    writer.write(handshake(person))
    async with asyncio.timeout(PATIENCE):
        head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 101"), head
    return Wire(reader, writer)
