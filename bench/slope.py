"""Does something rise while nothing changes? A line through the points, and how sure it is.

What a process holds moves slowly: a value that is high now is high a moment later, so that many
points say less than as many that know nothing of each other. How much less is reckoned from how
far each point's distance from the line goes on in the next; a naive interval would be too narrow
by several times (`tests/test_slope.py` counts how often the truth lies within).
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
MOST = 0.95  # of a distance that goes on: with more there would be nothing left to say
FEWEST = 3.0  # points that know nothing of each other, however much the distances go on


@dataclass(frozen=True)
class Slope:
    """Rise in an hour, and between which two values it is with 95 % certainty."""

    each_hour: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.each_hour:+.2f} an hour (95 %: {self.low:+.2f} to {self.high:+.2f})"


def slope(seconds: Sequence[float], values: Sequence[float]) -> Slope:
    """The line of least squares through at least three points, in the order of their time."""
    if len(values) < 3 or len(seconds) != len(values):
        raise ValueError("a slope wants three points or more")
    middle, mean = fmean(seconds), fmean(values)
    width = sum((at - middle) ** 2 for at in seconds)
    rise = sum((at - middle) * (v - mean) for at, v in zip(seconds, values, strict=True)) / width
    off = [v - mean - rise * (at - middle) for at, v in zip(seconds, values, strict=True)]
    goes_on = lasting(off)
    fewer = (1 - goes_on) / (1 + goes_on)
    free = max(1, int(max(FEWEST, len(off) * fewer)) - 2)
    squares = sum(one**2 for one in off) / (len(off) - 2)
    give = student(free) * sqrt(squares / width / fewer)
    return Slope(3600 * rise, 3600 * (rise - give), 3600 * (rise + give))


def lasting(off: Sequence[float]) -> float:
    """How much of a point's distance from the line is there again at the next one: 0 to `MOST`.

    Around a line that was laid through these same points it seems less than it is, by about
    (2 + 4r) / n; that is put back.
    """
    squares = sum(one**2 for one in off)
    if squares == 0:
        return 0.0
    seems = sum(one * after for one, after in pairwise(off)) / squares
    return min(MOST, max(0.0, seems + (2 + 4 * seems) / len(off)))


def student(free: int) -> float:
    """By how many standard errors one may be off; never too few."""
    known = [t for degrees, t in SURE if degrees <= free]
    return ALWAYS if free > 1000 else known[-1]
