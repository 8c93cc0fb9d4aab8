"""What is said of the wait: what people really waited, or that we cannot say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

FEWEST = 5  # cases below which nothing is said
LOOKED_BACK = timedelta(days=28)


def honest_wait(seconds: Sequence[int]) -> int | None:
    """The median of what people waited in this hour of day, in seconds; None: we can't say."""
    return round(median(seconds)) if len(seconds) >= FEWEST else None
