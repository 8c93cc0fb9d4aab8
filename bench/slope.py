"""Does something rise while nothing changes? A line through the points, and how sure it is.

What a process holds moves slowly: a value that is high now is high a moment later, so that many
points say less than as many that know nothing of each other, and a plain interval would be too
narrow by several times. So the run is cut into quarters, and the line goes through their means:
what clings together for less than a quarter is one point. `tests/test_slope.py` counts how often
the truth lies within.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from statistics import fmean

SURE = (  # Student's t for 95 %, by degrees of freedom: public tables, e.g. NIST 1.3.6.7.2
    *((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365)),
    *((8, 2.306), (9, 2.262), (10, 2.228), (15, 2.131), (20, 2.086), (30, 2.042), (60, 2.0)),
)
ALWAYS = 1.96
PARTS = 4  # with more their means still cling together, with fewer nothing is left to say


@dataclass(frozen=True)
class Slope:
    """Rise in an hour, and between which two values it is with 95 % certainty."""

    each_hour: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.each_hour:+.2f} an hour (95 %: {self.low:+.2f} to {self.high:+.2f})"


def slope(seconds: Sequence[float], values: Sequence[float]) -> Slope:
    """The line of least squares through the parts of at least three points, in their order."""
    if len(values) < 3 or len(seconds) != len(values):
        raise ValueError("a slope wants three points or more")
    at, mean = parts(seconds), parts(values)
    middle, height = fmean(at), fmean(mean)
    width = sum((one - middle) ** 2 for one in at)
    both = list(zip(at, mean, strict=True))
    rise = sum((one - middle) * (value - height) for one, value in both) / width
    off = sum((value - height - rise * (one - middle)) ** 2 for one, value in both)
    free = len(both) - 2
    give = student(free) * sqrt(off / free / width)
    return Slope(3600 * rise, 3600 * (rise - give), 3600 * (rise + give))


def parts(of: Sequence[float]) -> list[float]:
    """The means of the quarters, or the points themselves where they are fewer."""
    count = min(PARTS, len(of))
    ends = [round(part * len(of) / count) for part in range(count + 1)]
    return [fmean(of[begin:end]) for begin, end in pairwise(ends)]


def student(free: int) -> float:
    """By how many standard errors one may be off; never too few."""
    known = [t for degrees, t in SURE if degrees <= free]
    return ALWAYS if free > 1000 else known[-1]
