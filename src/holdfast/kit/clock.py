"""The one place that knows what time it is."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from datetime import time as of_day
from functools import lru_cache
from typing import Protocol


class Clock(Protocol):
    """What time it is, and how much of it has passed."""

    def now(self) -> datetime:
        """The time of day, UTC."""

    def ticks(self) -> float:
        """Seconds that never step back, for limits and timers."""


class WallClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def ticks(self) -> float:
        return time.monotonic()


def end_of(day: date) -> datetime:
    """The last second of a day, UTC: what holds until a day holds on that day as well."""
    return datetime.combine(day, of_day(23, 59, 59), UTC)


@lru_cache(maxsize=4_096)
def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds, as the live line and the API write times."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
