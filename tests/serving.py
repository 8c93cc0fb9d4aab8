"""A real uvicorn around a test's house, and plain `websockets` lines to it."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from holdfast.app.hurried import Hurried
from holdfast.kit.house import House
from holdfast.live.socket import Socket
from town import NIGHT, Person

PATIENCE = 20.0
"""Seconds: nobody waits that long but in vain, however busy the machine is."""
SUBPROTOCOL = Subprotocol("holdfast.v1")
Event = dict[str, Any]


class Line:
    """One client's live line: says commands, hears events."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, do: str, **fields: Any) -> None:
        """Send one command."""
        await self.connection.send(json.dumps({"do": do, **fields}))

    async def hear(self) -> Event:
        """The next event."""
        async with asyncio.timeout(PATIENCE):
            event: Event = json.loads(await self.connection.recv())
        return event

    async def hear_next(self, *names: str) -> Event:
        """The next event with one of these names; others before it are passed over."""
        while (event := await self.hear())["event"] not in names:
            pass
        return event

    async def hear_until(self, name: str) -> list[Event]:
        """Every event up to the next of this name, with it."""
        heard = [await self.hear()]
        while heard[-1]["event"] != name:
            heard.append(await self.hear())
        return heard

    async def enter(self, room: str = NIGHT, **fields: Any) -> list[Event]:
        """Enter a room: everything from `entered` to `live`."""
        await self.say("enter", room=room, **fields)
        return await self.hear_until("live")

    async def post(self, text: str, room: str = NIGHT, **fields: Any) -> Event:
        """Say something; answers `accepted`, `held` or `refused`."""
        nonce = fields.pop("nonce", None) or secrets.token_urlsafe(12)
        await self.say("post", room=room, nonce=nonce, text=text, **fields)
        while (event := await self.hear_next("accepted", "held", "refused")).get("nonce") != nonce:
            pass
        return event

    async def closing(self) -> int | None:
        """Hear the rest; the code with which the server closed."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionClosed):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


@dataclass
class Served:
    """A house that answers on a port."""

    house: House
    app: FastAPI
    server: uvicorn.Server
    port: int
    _open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def live(self) -> str:
        return f"ws://127.0.0.1:{self.port}/live"

    async def line(self, person: Person, **options: Any) -> Line:
        """A line of this person's, closed when the test ends."""
        given: dict[str, Any] = {
            "subprotocols": [SUBPROTOCOL],
            "additional_headers": person.bearer,
            "compression": None,
            "proxy": None,
            "open_timeout": PATIENCE,
            "close_timeout": 1,
            "ping_interval": None,
            "max_size": 2**22,
        }
        address = options.pop("address", self.live)
        connection = await self._open.enter_async_context(connect(address, **given | options))
        return Line(connection)

    async def raw(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A bare connection, for what no library would send."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._open.callback(writer.close)
        return reader, writer

    async def close(self) -> None:
        await self._open.aclose()


def with_floor(app: FastAPI, house: House) -> ASGIApp:
    """The application for uvicorn, around a house that is open already."""

    async def front(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        scope["state"]["floor"] = house.floor
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return front


class Announced(uvicorn.Server):
    """uvicorn, and word of when it listens. It stops when it is told to, not at its next tick."""

    TICK, TURN = 0.1, 0.002

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._told = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    def stop(self) -> None:
        """Stop now."""
        self.should_exit = True
        self._told.set()

    async def main_loop(self) -> None:
        for tick in count():
            if await self.on_tick(tick):
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(self.TICK):
                    await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn does it, but for waiting a tenth of a second at each step."""
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(self.config.timeout_graceful_shutdown):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110
                    await asyncio.sleep(self.TURN)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@asynccontextmanager
async def serve(app: FastAPI, house: House) -> AsyncIterator[Served]:
    """Serve a house as the product does, in this event loop."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        with_floor(app, house),
        http=Hurried,
        ws=Socket,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    server = Announced(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    async with asyncio.timeout(PATIENCE):
        await server.up.wait()
    served = Served(house, app, server, listening.getsockname()[1])
    try:
        yield served
    finally:
        await served.close()
        server.stop()
        await serving
