"""Several processes on one port: a parent that starts them, keeps them up and replaces them.

Each has a listening socket of its own at the one address (`SO_REUSEPORT`), which the parent keeps
open. So whoever comes while a process is replaced waits in its line until the new one answers.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from asyncio.subprocess import Process as Child
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog
from msgspec import Struct

log = structlog.get_logger()
READY = b"ready"
START_WITHIN = 60.0  # seconds
STOP_WITHIN = 60.0  # seconds beyond what a drain takes
SHORTEST, LONGEST = 0.1, 10.0  # seconds before a process that died is started again
LIVED = 30.0  # seconds after which its death is a new one
Command = Callable[[int, int], Sequence[str]]  # the listening socket, the line to the parent


class Running(Struct, eq=False):
    """One process that was started, and the line to it: it goes when that is closed."""

    child: Child
    line: socket.socket


class Slot(Struct):
    """The place of one process: its socket, and who stands there now."""

    listening: socket.socket
    running: Running | None = None


class Several:
    """The parent of a place's processes on this machine."""

    def __init__(
        self, command: Command, bind: Callable[[], socket.socket], *, count: int, drain: float
    ) -> None:
        self._command, self._bind, self._drain = command, bind, drain
        self._slots = [Slot(bind()) for _ in range(count)]
        self._running: set[Running] = set()
        self._stopping = asyncio.Event()
        self._rolling: asyncio.Task[None] | None = None

    async def run(self, when_they_answer: Callable[[], None]) -> int:
        """Keep them up until told to stop. The exit code: 0 for a stop in good order."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._roll_on)
        stopping = asyncio.create_task(self._stopping.wait())
        starting = asyncio.gather(*(self._stand(slot) for slot in self._slots))
        both: list[asyncio.Future[Any]] = [stopping, starting]
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        could = starting.done() and all(starting.result())
        if could:
            when_they_answer()
            keeping = [asyncio.create_task(self._keep(slot)) for slot in self._slots]
            await stopping
            await _called_off(*keeping, *([self._rolling] if self._rolling else []))
        await _called_off(*both)
        for slot in self._slots:
            slot.listening.close()  # theirs are the last: who stops answering is gone
        codes = await asyncio.gather(*(self._stop(one) for one in list(self._running)))
        return int(any(codes) or not (could or self._stopping.is_set()))

    # -- one of them --------------------------------------------------------------------------

    async def _stand(self, slot: Slot) -> bool:
        """Have a new process stand in this place; whether it does, and answers."""
        started = await self._start(slot.listening)
        if started is not None:
            slot.running = started
        return started is not None

    async def _stand_again(self, slot: Slot) -> bool:
        """The same after one died, with a socket of its own; whatever stands in the way."""
        try:
            if slot.listening.fileno() < 0:
                slot.listening = self._bind()
            return await self._stand(slot)
        except Exception as broken:
            log.error("process.not_started", error=type(broken).__name__)
            return False

    async def _start(self, listening: socket.socket) -> Running | None:
        """Start a process, and wait until it answers; nothing where it does not."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        fds = (listening.fileno(), theirs.fileno())
        with theirs:
            child = await asyncio.create_subprocess_exec(
                *self._command(*fds), pass_fds=fds, start_new_session=True
            )
        running = Running(child, ours)
        self._running.add(running)
        try:
            async with asyncio.timeout(START_WITHIN):
                answered = await asyncio.get_running_loop().sock_recv(ours, len(READY))
        except (TimeoutError, OSError):
            answered = b""
        if answered == READY:
            return running
        await self._stop(running)
        return None

    async def _keep(self, slot: Slot) -> None:
        """Start whoever stands here again when it dies: at once, then less and less often."""
        loop, pause = asyncio.get_running_loop(), SHORTEST
        while True:
            running, since = slot.running, loop.time()
            assert running is not None  # noqa: S101 - only here nobody stands for a while
            await running.child.wait()
            if slot.running is not running:
                continue  # it was replaced, and another one stands here
            log.error("process.died")
            slot.running = None
            self._gone(running)
            slot.listening.close()  # nobody waits in a line that nobody serves
            pause = SHORTEST if loop.time() - since > LIVED else min(2 * pause, LONGEST)
            await asyncio.sleep(pause)
            while not await self._stand_again(slot):
                pause = min(2 * pause, LONGEST)
                await asyncio.sleep(pause)

    async def _stop(self, running: Running) -> int:
        """Ask it to go, and wait until it has; its exit code."""
        child = running.child
        with suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(STOP_WITHIN + 2 * self._drain):
                return await child.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                child.kill()
            return await child.wait()
        finally:
            if child.returncode is not None:
                self._gone(running)

    def _gone(self, running: Running) -> None:
        running.line.close()
        self._running.discard(running)

    # -- replacing them -----------------------------------------------------------------------

    def _roll_on(self) -> None:
        if self._rolling is None or self._rolling.done():
            self._rolling = asyncio.create_task(self._roll())

    async def _roll(self) -> None:
        """One by one: the new one answers before the old one is told to go."""
        for slot in self._slots:
            old = slot.running
            if old is None:
                continue  # it is being started anyway
            if not await self._stand(slot):
                log.error("process.not_replaced")
                return
            await self._stop(old)
        log.info("processes.replaced")


def answer(line: socket.socket) -> None:
    """Tell the parent that this process answers; and go when the parent is gone."""
    loop = asyncio.get_running_loop()
    line.send(READY)

    def gone() -> None:
        loop.remove_reader(line)
        os.kill(os.getpid(), signal.SIGTERM)

    line.setblocking(False)
    loop.add_reader(line, gone)


async def _called_off(*under_way: asyncio.Future[Any]) -> None:
    for one in under_way:
        one.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)
