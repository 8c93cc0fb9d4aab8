"""Does something rise while nothing changes? A line through the points, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

SURE = (  # Student's t for 95 %, by degrees of freedom: public tables, e.g. NIST 1.3.6.7.2
    *((1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (6, 2.447), (7, 2.365)),
    *((8, 2.306), (9, 2.262), (10, 2.228), (15, 2.131), (20, 2.086), (30, 2.042), (60, 2.0)),
)
ALWAYS = 1.96


@dataclass(frozen=True)
class Slope:
    """Rise in an hour, and between which two values it is with 95 % certainty."""

    each_hour: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.each_hour:+.2f} an hour (95 %: {self.low:+.2f} to {self.high:+.2f})"


def slope(seconds: Sequence[float], values: Sequence[float]) -> Slope:
    """The line of least squares through at least three points."""
    if len(values) < 3 or len(seconds) != len(values):
        raise ValueError("a slope wants three points or more")
    middle, mean = fmean(seconds), fmean(values)
    width = sum((at - middle) ** 2 for at in seconds)
    rise = sum((at - middle) * (v - mean) for at, v in zip(seconds, values, strict=True)) / width
    off = sum((v - mean - rise * (at - middle)) ** 2 for at, v in zip(seconds, values, strict=True))
    free = len(values) - 2
    give = student(free) * sqrt(off / free / width)
    return Slope(3600 * rise, 3600 * (rise - give), 3600 * (rise + give))


def student(free: int) -> float:
    """By how many standard errors one may be off; never too few."""
    known = [t for degrees, t in SURE if degrees <= free]
    return ALWAYS if free > 1000 else known[-1]
