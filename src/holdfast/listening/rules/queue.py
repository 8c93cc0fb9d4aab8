"""What is said of the wait: what people really waited, or that we cannot say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from msgspec import Struct

FEWEST = 5  # cases below which nothing is said
LOOKED_BACK = timedelta(days=28)


class Wait(Struct, frozen=True):
    """How long people really waited, and how many of them there were."""

    seconds: int
    people: int


def honest_wait(seconds: Sequence[int]) -> Wait | None:
    """The median of what people waited in this hour of day; None: we can't say."""
    return Wait(round(median(seconds)), len(seconds)) if len(seconds) >= FEWEST else None
