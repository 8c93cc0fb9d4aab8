"""Errands: what follows is done beside what goes on, and whoever asks can wait for its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from holdfast.kit.errors import HoldfastError
from holdfast.reactions.lightly import lightly

log = structlog.get_logger()
Spawn = Callable[[Coroutine[Any, Any, None]], None]


class Errands:
    """What is under way. Where something could not be kept on which a life may hang, it cries."""

    def __init__(self, cry_out: Callable[[], Awaitable[None]]) -> None:
        self._cry_out = cry_out
        self._tasks: set[asyncio.Task[None]] = set()
        self._cries: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it. That it could not be kept is cried out."""
        self._begin(work, self._tasks)

    def _begin(self, work: Coroutine[Any, Any, None], *among: set[asyncio.Task[None]]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        for tasks in among:
            tasks.add(task)
        task.add_done_callback(self._done)

    def spawn_lightly(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it. That it could not be kept is noted."""
        self.spawn(lightly(work))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._cries.discard(task)
        if task.cancelled() or (broken := task.exception()) is None:
            return
        log.error("reactions.broken", error=type(broken).__name__)
        if isinstance(broken, HoldfastError):
            self._begin(self._cry(), self._tasks, self._cries)

    async def _cry(self) -> None:
        await self._cry_out()

    async def settled(self) -> None:
        """Wait until everything is done."""
        while self._tasks:
            await asyncio.gather(*list(self._tasks), return_exceptions=True)

    async def end(self, within: float) -> None:
        """Wait so many seconds until everything is done; whoever serves next takes up the rest.

        A cry is waited for however long it takes: nobody takes up a call that was cut off.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + within
        while self._tasks and clock() < until:
            await asyncio.wait(list(self._tasks), timeout=until - clock())
        left = [task for task in self._tasks if task not in self._cries]
        for task in left:
            task.cancel()
        if left:
            log.warning("reactions.left", count=len(left))
        await self.settled()
