"""How long things took, counted in a few steps: enough for a percentile, nothing of any one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

STEPS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds


class Durations:
    """Seconds, each counted at the first step that is not below it."""

    __slots__ = ("_counts", "sum")

    def __init__(self) -> None:
        self._counts = [0] * (len(STEPS) + 1)
        self.sum = 0.0

    def note(self, seconds: float) -> None:
        self._counts[bisect_left(STEPS, seconds)] += 1
        self.sum += seconds

    def up_to(self) -> Iterator[tuple[str, int]]:
        """Each step as Prometheus writes it, with how many took no longer."""
        return zip((*map(str, STEPS), "+Inf"), accumulate(self._counts), strict=True)
