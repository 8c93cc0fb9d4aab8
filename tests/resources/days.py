"""Days that pass only when a test says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class StillDay:
    """A clock that stands still until it is told to move on."""

    moment: datetime = datetime(2026, 11, 22, 3, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def ticks(self) -> float:
        return self.moment.timestamp()

    def pass_days(self, days: int) -> None:
        self.moment += timedelta(days=days)
