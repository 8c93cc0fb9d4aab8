"""A clock that jumps to the next thing that happens, and what happens when."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count

Happening = Callable[[], Awaitable[object]]
BEGINS = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday


class TownClock:
    """Stands still until the calendar moves it."""

    def __init__(self) -> None:
        self._now = BEGINS

    def now(self) -> datetime:
        return self._now

    def ticks(self) -> float:
        return (self._now - BEGINS).total_seconds() + 1_000.0

    def go_to(self, moment: datetime) -> None:
        """On to a moment; it never steps back."""
        self._now = max(self._now, moment)


class Calendar:
    """What happens, in order of time; what happens may write more into it."""

    def __init__(self, clock: TownClock) -> None:
        self.clock = clock
        self._happenings: list[tuple[datetime, int, Happening]] = []
        self._numbers = count()

    def at(self, moment: datetime, happening: Happening) -> None:
        """At this moment, or now where it is past."""
        moment = max(moment, self.clock.now())
        heappush(self._happenings, (moment, next(self._numbers), happening))

    def after(self, seconds: float, happening: Happening) -> None:
        """So many seconds from now."""
        self.at(self.clock.now() + timedelta(seconds=seconds), happening)

    def every(self, seconds: float, happening: Happening) -> None:
        """Again and again, from now on."""

        async def once() -> None:
            await happening()
            self.after(seconds, once)

        self.after(seconds, once)

    async def live_until(self, end: datetime, settled: Happening) -> None:
        """Let everything happen that happens before the end."""
        while self._happenings and self._happenings[0][0] < end:
            moment, _, happening = heappop(self._happenings)
            self.clock.go_to(moment)
            await happening()
            await settled()
        self.clock.go_to(end)
