"""What our socket class relies on in uvicorn, which promises none of it: held still here."""

from __future__ import annotations

import asyncio
import inspect
from importlib.metadata import version
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from holdfast.live.socket import Socket
from live.wire import handshake, wire
from serving import Announced, Served
from town import Town, on_sqlite


def test_uvicorn_is_of_the_minor_version_we_know() -> None:
    assert version("uvicorn").startswith("0.54."), "read its changes, then move this on"


def test_a_class_may_be_given_as_the_socket_protocol() -> None:
    config = uvicorn.Config(lambda: None, ws=Socket, http="httptools", log_config=None)
    config.load()
    assert config.ws_protocol_class is Socket
    assert config.http_protocol_class is HttpToolsProtocol


def test_the_upgrade_hands_over_as_we_expect() -> None:
    source = inspect.getsource(HttpToolsProtocol.handle_websocket_upgrade)
    for step in (
        "self.connections.discard(self)",
        "self.ws_protocol_class(",
        "config=self.config",
        "server_state=self.server_state",
        "app_state=self.app_state",
        "protocol.connection_made(self.transport)",
        'protocol.data_received(b"".join(output))',
        "self.transport.set_protocol(protocol)",
    ):
        assert step in source, step


def test_our_class_takes_what_uvicorn_gives() -> None:
    taken = set(inspect.signature(Socket.__init__).parameters)
    assert {"config", "server_state", "app_state"} <= taken
    assert callable(Socket.shutdown)


def test_the_connections_of_a_server_are_a_set_it_says_goodbye_to() -> None:
    assert ServerState().connections == set()
    source = inspect.getsource(uvicorn.Server.shutdown)
    assert "for connection in list(self.server_state.connections):" in source
    assert "connection.shutdown()" in source


@on_sqlite
async def test_an_open_line_is_among_the_connections_and_a_closed_one_is_not(
    town: Town, served: Served
) -> None:
    line = await wire(served, town.ash)
    found = [c for c in served.server.server_state.connections if isinstance(c, Socket)]
    assert len(found) == 1
    line.writer.transport.abort()
    async with asyncio.timeout(5):
        while any(isinstance(c, Socket) for c in served.server.server_state.connections):  # noqa: ASYNC110
            await asyncio.sleep(0.005)


@on_sqlite
async def test_when_the_server_stops_every_line_is_told_to_come_back(
    town: Town, served: Served
) -> None:
    line = await wire(served, town.ash)
    assert isinstance(served.server, Announced)
    served.server.should_exit = True
    assert await line.close_code() == 1001


@on_sqlite
async def test_a_handshake_that_is_not_done_yet_does_not_hold_up_the_stop(
    town: Town, served: Served
) -> None:
    reader, writer = await served.raw()
    writer.write(handshake(town.ash)[:-2])  # the last line never comes
    await writer.drain()
    served.server.should_exit = True
    async with asyncio.timeout(5):
        assert await reader.read() == b""


@on_sqlite
async def test_what_comes_together_with_the_handshake_does_not_break_the_line(
    town: Town, served: Served
) -> None:
    """uvicorn drops what arrives in the same segment as the upgrade; a client waits for our yes."""
    reader, writer = await served.raw()
    writer.write(handshake(town.ash) + b"\x81\x80\x00\x00\x00\x00")
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
    assert b" 101 " in head
    state: Any = served.server.server_state
    assert any(isinstance(connection, Socket) for connection in state.connections)
