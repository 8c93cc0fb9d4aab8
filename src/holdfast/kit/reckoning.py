"""Whether the time of day may be believed: what is forgotten by it is gone for good.

A clock that is set ahead would let words go before their time. How much time has really passed
since this process began is counted by another clock, which nobody sets. A clock that was wrong
before the process began is not found out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from holdfast.kit.clock import Clock

AHEAD = timedelta(minutes=5)  # of what has passed: more is no correction of a clock that keeps time
BELIEVED_AFTER = timedelta(days=1)  # whoever looks after the place has had time to see it

log = structlog.get_logger()


class Reckoning:
    """What time it would be if nobody had set the clock, from when this process began."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._begin()
        self._since: float | None = None  # by the clock's ticks: since when it is ahead

    def _begin(self) -> None:
        self._now, self._ticks = self._clock.now(), self._clock.ticks()

    def is_ahead(self) -> bool:
        """Whether the clock was set ahead; after a whole day of that it is believed again."""
        ticks = self._clock.ticks()
        if self._clock.now() - self._would_be(ticks) <= AHEAD:
            self._since = None
        elif self._since is None:
            self._since = ticks
            log.warning("clock.ahead")
        elif ticks - self._since >= BELIEVED_AFTER.total_seconds():
            self._since = None
            self._begin()
            log.warning("clock.believed")
        return self._since is not None

    def _would_be(self, ticks: float) -> datetime:
        return self._now + timedelta(seconds=ticks - self._ticks)

    def surely(self, look: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
        """A look that lets something go for good: not while the clock is ahead of what passed."""

        async def when_it_is_time() -> None:
            if not self.is_ahead():
                await look()

        return when_it_is_time
