"""One event loop for a whole world: a fake clock, several processes, nothing left to chance.

What is outside the processes (the disk, the network, clients, faults) runs as plain callbacks at
its moment. A process runs as under asyncio: what is ready runs in order, in turns; between two
turns a little time passes, by the seed, so that everything else may come between. A killed process
never runs again; a stalled one runs later. The world's time jumps from one moment to the next.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
from random import Random
from typing import Any, cast

TURN = 0.0004  # seconds that pass between two turns of a process, at most


class Handle:
    """Something to be called, unless it is cancelled first."""

    __slots__ = ("args", "callback", "context", "is_cancelled", "when")

    def __init__(
        self, callback: Callable[..., Any], args: tuple[Any, ...], context: Context | None
    ) -> None:
        self.callback = callback
        self.args = args
        self.context = context
        self.is_cancelled = False
        self.when = 0.0

    def cancel(self) -> None:
        self.is_cancelled = True

    def cancelled(self) -> bool:
        return self.is_cancelled


class Process:
    """One process of the place, as the loop sees it."""

    __slots__ = ("alive", "context", "is_awake", "name", "ready", "stalled_until")

    def __init__(self, name: str) -> None:
        self.name = name
        self.alive = True
        self.stalled_until = 0.0
        self.ready: deque[Handle] = deque()
        self.is_awake = False
        self.context = copy_context()
        self.context.run(PROCESS.set, self)


PROCESS: ContextVar[Process | None] = ContextVar("process", default=None)


class SimLoop:
    """Enough of an event loop for the product's own code, on a clock of its own."""

    def __init__(self, random: Random) -> None:
        self._random = random.random
        self._heap: list[tuple[float, int, Process | None, Handle | None]] = []
        self._number = 0
        self.now = 0.0
        self.steps = 0
        self.is_over = self._is_stopped = False
        self.broken: list[str] = []  # what nobody caught
        self.tasks: list[asyncio.Task[Any]] = []

    # -- what the world asks ------------------------------------------------------------------

    def after(self, delay: float, callback: Callable[..., Any], *args: Any) -> Handle:
        """Let something outside all processes happen."""
        return self.at(self.now + delay, callback, *args)

    def at(self, when: float, callback: Callable[..., Any], *args: Any) -> Handle:
        """The same at a moment: what was asked for first happens first."""
        handle = Handle(callback, args, None)
        self._push(when, None, handle)
        return handle

    def enter(self, process: Process, callback: Callable[..., Any], *args: Any) -> None:
        """Let a process do something in its next turn, if it still lives."""
        if process.alive:
            process.ready.append(Handle(callback, args, process.context))
            self._wake(process)

    def kill(self, process: Process) -> None:
        """From now on nothing of it runs."""
        process.alive = False
        process.ready.clear()

    def run(self, longest: float) -> bool:
        """Live until somebody says `stop`; False where the time is over first."""
        asyncio._set_running_loop(cast("Any", self))
        try:
            while self._heap and self.now < longest and not self._is_stopped:
                self._step()
        finally:
            self._close_all()
            asyncio._set_running_loop(None)
        return self._is_stopped

    def stop(self) -> None:
        """All is well, and at rest."""
        self._is_stopped = True

    def _step(self) -> None:
        when, _, process, handle = heappop(self._heap)
        self.steps += 1
        self.now = when
        if process is None:
            assert handle is not None
            if not handle.is_cancelled:
                handle.callback(*handle.args)
        elif handle is None:
            self._turn(process)
        elif process.alive and not handle.is_cancelled:
            process.ready.append(handle)
            self._wake(process)

    def _turn(self, process: Process) -> None:
        """What is ready now runs; what becomes ready by it waits for the next turn."""
        if process.stalled_until > self.now:
            self._push(process.stalled_until, process, None)
            return
        process.is_awake = False
        ready = process.ready
        for _ in range(len(ready)):
            if not ready:
                return  # it was killed by what it did
            handle = ready.popleft()
            if handle.is_cancelled:
                continue
            assert handle.context is not None
            try:
                handle.context.run(handle.callback, *handle.args)
            except Exception as broken:
                self.broken.append(f"{type(broken).__name__}: {broken}")
        if ready:
            self._wake(process)

    def _wake(self, process: Process) -> None:
        if not process.is_awake:
            process.is_awake = True
            self._push(self.now + self._random() * TURN, process, None)

    def _push(self, when: float, process: Process | None, handle: Handle | None) -> None:
        self._number += 1
        heappush(self._heap, (when, self._number, process, handle))

    def _close_all(self) -> None:
        """What still waits is thrown away, so that nothing of it wakes up in another world."""
        self.is_over = True
        for task in self.tasks:
            if not task.done():
                task._log_destroy_pending = False  # type: ignore[attr-defined]
                close(task.get_coro())
        self.tasks.clear()
        self._heap.clear()

    # -- what asyncio asks --------------------------------------------------------------------

    def time(self) -> float:
        return self.now

    def call_soon(
        self, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        context = context or copy_context()
        handle = Handle(callback, args, context)
        process = context.get(PROCESS)
        if process is not None and process.alive and not self.is_over:
            process.ready.append(handle)
            self._wake(process)
        return handle

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at(self.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Context | None = None
    ) -> Any:
        context = context or copy_context()
        handle = Handle(callback, args, context)
        handle.when = when
        process = context.get(PROCESS)
        if process is not None and not self.is_over:
            self._push(max(when, self.now), process, handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=cast("Any", self))

    def create_task(self, coro: Coroutine[Any, Any, Any], **named: Any) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=cast("Any", self), **named)
        self.tasks.append(task)
        return task

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        broken = context.get("exception")
        if "never retrieved" not in context.get("message", ""):
            self.broken.append(f"{context.get('message')}: {broken!r}")

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return not self.is_over

    def is_closed(self) -> bool:
        return self.is_over


def close(coro: Any) -> None:
    """End a coroutine where it stands, and what it has not yet begun to wait for."""
    inner = list(coro.cr_frame.f_locals.values()) if coro.cr_frame is not None else []
    with suppress(BaseException):
        coro.close()
    for one in inner:
        if asyncio.iscoroutine(one):
            one.close()
