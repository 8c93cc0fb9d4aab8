"""Telephones for tests: one of paper that only notes, and a listener that is really called."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from holdfast.notices.rules import Outcome, Urgency
from holdfast.notices.rules.addresses import Subscription
from holdfast.notices.rules.telling import Shown
from holdfast.notices.senders import NOT_HERE, Answer

REACHED, UNREACHED = Answer(Outcome.REACHED, "201"), Answer(Outcome.UNREACHED, "timeout")
GONE = Answer(Outcome.GONE, "410")


@dataclass
class PaperTelephone:
    """Notes whom it should call. What it answers is set by the endpoint, else it gets through."""

    calls: list[str] = field(default_factory=list)
    texts: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    gateway_answer: Answer = NOT_HERE
    push_key: str = ""
    shown: list[Shown] = field(default_factory=list)

    async def push(self, to: Subscription) -> Answer:
        self.calls.append(to.endpoint)
        return self.answers.get(to.endpoint, REACHED)

    async def tell(self, to: Subscription, shown: Shown) -> Answer:
        self.shown.append(shown)
        return await self.push(to)

    async def gateway(self, to: Sequence[str], urgency: Urgency | None) -> Answer:
        if self.gateway_answer is not NOT_HERE:
            self.texts.append((tuple(to), urgency or "test"))
        return self.gateway_answer

    async def close(self) -> None:
        """A telephone of paper has no line."""

    def heard(self) -> list[str]:
        """Whom it called since one last asked."""
        calls, self.calls = self.calls, []
        return sorted(calls)


class Browser:
    """A browser that subscribed: it alone can open what is sealed for it."""

    def __init__(self, endpoint: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = secrets.token_bytes(16)
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = Subscription(endpoint, unpadded(point), unpadded(self.secret))

    def open(self, sealed: bytes) -> Any:
        plain = http_ece.decrypt(
            sealed, private_key=self.key, auth_secret=self.secret, version="aes128gcm"
        )
        return json.loads(plain)


def unpadded(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()


@dataclass
class Request:
    """A request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """A small HTTP server: it keeps what it is asked, and answers what a test says."""

    port: int = 0
    status: int = 201
    requests: list[Request] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        pairs = [line.partition(":") for line in head[1:] if line]
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append(Request(head[0].split()[1], headers, body))
        self.asked.set()
        writer.write(f"HTTP/1.1 {self.status} So\r\nlocation: http://127.0.0.1:1/\r\n".encode())
        writer.write(b"content-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """A listener on a free port of this machine."""
    listener = Listener()
    server = await asyncio.start_server(listener.answer, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    async with server:
        yield listener
