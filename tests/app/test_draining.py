"""Stopping so that nobody notices: said at once, lines closed bit by bit, nothing cut off."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from holdfast.app.draining import Server
from holdfast.app.roles import Process, ProcessRole
from holdfast.app.serving import drain_of
from holdfast.kit.house import House
from holdfast.live.socket import Socket
from holdfast.settings import Settings
from serving import PATIENCE, Line, Served, with_floor
from town import Town, mostly_on_sqlite, on_sqlite

DRAIN = 0.3  # seconds


class Stopping:
    """A server that can be told to stop, as by a signal."""

    def __init__(self, app: FastAPI, house: House, drain: float) -> None:
        config = uvicorn.Config(
            with_floor(app, house),
            http="httptools",
            ws=Socket,
            lifespan="on",
            log_config=None,
            timeout_graceful_shutdown=1,
        )
        self.up = asyncio.Event()
        self.server = Server(config, app, drain, self.up.set)
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.serving = asyncio.create_task(self.server.serve(sockets=[self.listening]))

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.server.handle_exit(number, None)


@asynccontextmanager
async def stopping(
    app: FastAPI, house: House, drain: float
) -> AsyncIterator[tuple[Stopping, Served]]:
    place = Stopping(app, house, drain)
    async with asyncio.timeout(PATIENCE):
        await place.up.wait()
    served = Served(house, app, place.server, place.port)
    try:
        yield place, served
    finally:
        await served.close()
        place.stop()
        await place.serving


@pytest.mark.full
@mostly_on_sqlite
async def test_a_process_that_stops_says_so_at_once_and_still_answers_for_a_while(
    app: FastAPI, house: House
) -> None:
    async with (
        stopping(app, house, DRAIN) as (place, served),
        httpx.AsyncClient(base_url=served.url, trust_env=False) as client,
    ):
        assert (await client.get("/readyz")).status_code == 200
        place.stop()
        assert (await client.get("/readyz")).status_code == 503
        async with asyncio.timeout(PATIENCE):  # a new connection, while the balancer looks
            while (answer := await client.get("/help")).headers.get("connection") != "close":
                pass
        assert answer.status_code == 200
        async with asyncio.timeout(PATIENCE):
            await place.serving
        with pytest.raises(httpx.ConnectError):
            await client.get("/help")


@pytest.mark.full
@mostly_on_sqlite
async def test_lines_are_closed_one_after_the_other_and_told_to_come_back(
    app: FastAPI, house: House, town: Town
) -> None:
    async with stopping(app, house, DRAIN) as (place, served):
        people = [town.ash, town.birch, town.cedar] * 4
        lines = [await served.line(person) for person in people]
        place.stop()
        loop = asyncio.get_running_loop()
        ended: list[float] = []

        async def ends(line: Line) -> None:
            assert await line.closing() == 1001
            ended.append(loop.time())

        await asyncio.gather(*(ends(line) for line in lines))
        assert max(ended) - min(ended) > DRAIN / 2
        await place.serving


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_said_just_before_is_kept_and_answered(
    app: FastAPI, house: House, town: Town
) -> None:
    async with stopping(app, house, DRAIN) as (place, served):
        line = await served.line(town.ash)
        await line.enter()
        assert (await line.post("Before"))["event"] == "accepted"
        place.stop()
        assert (await line.post("While it takes its leave"))["event"] == "accepted"
        assert await line.closing() == 1001


@on_sqlite
async def test_who_is_in_a_hurry_presses_ctrl_c_twice(app: FastAPI, house: House) -> None:
    async with stopping(app, house, 60) as (place, _):
        place.stop(signal.SIGINT)
        await asyncio.sleep(0)
        assert not place.server.force_exit
        place.stop(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            await place.serving


def test_only_who_has_others_beside_it_takes_its_time() -> None:
    settings = Settings(drain=5)
    assert drain_of(settings, Process()) == 0  # who takes over waits for it
    assert drain_of(settings, Process(of_several=True)) == 5
    assert drain_of(settings, Process(ProcessRole.LIVE)) == 5
    assert drain_of(settings, Process(ProcessRole.WORKER)) == 0
