"""Stopping so that nobody notices: say so, let others take who comes, close lines bit by bit."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from fastapi import FastAPI

from holdfast.kit.house import House

STEP = 0.05  # seconds between two handfuls of lines that are closed
GO = (b"connection", b"close")  # with every answer: come back by another way


class Server(uvicorn.Server):
    """uvicorn, with word of when it answers, and a farewell that takes its time.

    `drain` seconds it still takes whoever comes, while `/readyz` tells a load balancer to send
    nobody. Then it listens no more, and closes its lines within as many seconds.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        app: FastAPI,
        drain: float,
        when_it_answers: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._app, self._drain, self._when_it_answers = app, drain, when_it_answers

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_it_answers()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Somebody told it to stop: from now on it says so. In good order it ends with 0."""
        if (house := self._house) is not None:
            house.draining = True
        self.force_exit = self.force_exit or (self.should_exit and sig == signal.SIGINT)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        house = self._house
        if house is not None and self._drain:
            self.server_state.default_headers = [*self.server_state.default_headers, GO]
            await self._unless_hurried(self._drain)
            for server in self.servers:
                server.close()
            for listening in sockets or []:
                listening.close()
            await self._close_lines(house)
        await super().shutdown(sockets)

    async def _close_lines(self, house: House) -> None:
        """1001: they come back, to another process, and ask for what they missed."""
        lines = list(house.floor.lines)
        handful = max(1, round(len(lines) * STEP / self._drain))
        for first in range(0, len(lines), handful):
            for line in lines[first : first + handful]:
                line.close(1001)
            await self._unless_hurried(STEP)

    async def _unless_hurried(self, seconds: float) -> None:
        """Wait, unless somebody pressed Ctrl+C a second time."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while (left := until - loop.time()) > 0 and not self.force_exit:  # noqa: ASYNC110 - a flag
            await asyncio.sleep(min(left, 0.1))

    @property
    def _house(self) -> House | None:
        house: House | None = getattr(self._app.state, "house", None)
        return house
