"""Rounds: looks that are made again and again, until they are ended or cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from msgspec import Struct, field

log = structlog.get_logger()


class Look(Struct):
    """One thing that is looked at: whenever it is woken, and after each pause."""

    look: Callable[[], Awaitable[object]]
    pause: float
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def again_and_again(self, ending: asyncio.Event) -> None:
        """A look that fails is made again. None is begun once these rounds are ending."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.pause):
                    await self.woken.wait()
            self.woken.clear()
            if ending.is_set():
                return
            try:
                await self.look()
            except Exception as broken:
                log.error("watch.broken", error=type(broken).__name__)
                await asyncio.sleep(self.pause)


class Rounds:
    """Several looks at once. They can be begun again after they ended."""

    def __init__(self, looks: Sequence[Look]) -> None:
        self._looks = looks
        self._ending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *, at_once: bool = False) -> None:
        """Go on looking from now on; `at_once`: nobody may have looked for a while."""
        self._ending = asyncio.Event()
        for look in self._looks if at_once else ():
            look.woken.set()
        self._tasks = [
            asyncio.create_task(look.again_and_again(self._ending)) for look in self._looks
        ]

    def cut_short(self) -> None:
        """Stop at once, in the middle of whatever it is."""
        self._ending.set()
        for task in self._tasks:
            task.cancel()

    async def end(self, patience: float = 0.0) -> None:
        """Begin nothing more; what is under way has this many seconds to come to its end."""
        self._ending.set()
        for look in self._looks:
            look.woken.set()
        if patience and self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        self.cut_short()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
