"""What every shared bus has: a name, ears for what comes, and counts of what went."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog

from holdfast.kit.bus import HearBell, HearHead, HearRoom, nothing_told
from holdfast.kit.tokens import random_handle

log = structlog.get_logger()


class Tally:
    """What a bus counts, for the figures."""

    def __init__(self) -> None:
        self.told = 0  # how often something was told
        self.heard = 0  # how often others told us something
        self.dropped = 0  # told, and never sent to Redis: the database tells it instead
        self.not_opened = 0  # came, and was not from a process of this place
        self.reconnects = 0  # connections that were lost, or not to be had
        self.published_batches = 0  # round trips to Redis, and notices of the database


class SharedBus(Tally):
    """One process among several."""

    is_shared = True

    def __init__(self) -> None:
        super().__init__()
        self.node = random_handle()
        self.hear_room: HearRoom = nothing_told
        self.hear_head: HearHead = nothing_told
        self.hear_bell: HearBell = nothing_told
        self.held: set[int] = set()  # the rooms this process listens to

    def heed(self, hear: Callable[..., None], *told: Any) -> None:
        """Hand on what was heard; whoever cannot bear it does not take the bus down."""
        try:
            hear(*told)
        except Exception as broken:
            log.error("bus.broken", error=type(broken).__name__)


async def woken(event: asyncio.Event, within: float) -> bool:
    """Whether something was to be done within so many seconds; asks again only for what is new.

    (`asyncio.wait_for` of Python 3.11 swallows a cancellation that comes with the event.)
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, within)):
            await event.wait()
    was_set = event.is_set()
    event.clear()
    return was_set


class Backoff:
    """How long to wait before the next attempt: longer each time, and never all at once."""

    def __init__(self, to: str, longest: float, first: float = 0.05) -> None:
        self._lost = f"bus.{to}_lost"
        self._first, self._longest = first, longest
        self._next = first
        self._is_over = False

    async def wait(self) -> None:
        """Wait as long as it is now; or end here, where a breaking connection hid the end."""
        if self._is_over:
            raise asyncio.CancelledError
        wait, self._next = self._next, min(self._longest, 2 * self._next)
        await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 (no secret)

    def rest(self) -> None:
        """It went well: the next trouble is a new one."""
        self._next = self._first

    def note(self, trouble: Exception, expected: tuple[type[Exception], ...]) -> None:
        """Log what went wrong: once for a lost connection, always for what is ours to mend."""
        if not isinstance(trouble, expected):
            log.error("bus.broken", error=type(trouble).__name__)
        elif self._next == self._first:
            log.warning(self._lost, error=type(trouble).__name__)

    async def end(self, task: asyncio.Task[None]) -> None:
        """End whoever waits here, and what they do now."""
        self._is_over = True
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=1)
