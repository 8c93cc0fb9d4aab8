"""Open seats: who waits is first looked for a place in circles that are there already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from holdfast.circles.rules.forming.alike import portraits
from holdfast.circles.rules.forming.grouping import NEAREST, PATIENT
from holdfast.circles.rules.forming.pool import Flags, Floats, Ints, pool_of
from holdfast.circles.rules.forming.wishes import SHARED_SLOTS, OpenCircle, Wish

HYSTERESIS: Final = 0.05  # a new circle must be better by so much to be worth waiting for
AT_ONCE: Final = 1024
CHOICES: Final = 8  # circles that are tried for a person
SAMPLE: Final = 4096  # of those who wait, to know how close a new circle could be


class Placed(Struct, frozen=True):
    """A seat for somebody: places among the wishes and among the circles."""

    wish: int
    circle: int
    fit: float


def place_in_open(wishes: Sequence[Wish], circles: Sequence[OpenCircle]) -> list[Placed]:
    """Seats in open circles for those who wait, the longest waiting first.

    Every seat keeps the hard rules, also when several come to one circle. *Sooner* takes the best
    seat there is. *Closer* takes it only when those who wait with them would not make a circle
    that is better by more than 0.05, and minds less with each week.
    """
    if not wishes or not circles:
        return []
    tables, now, found = _Tables(wishes, circles), list(circles), []
    order = sorted(range(len(wishes)), key=lambda number: -wishes[number].waited)
    for start in range(0, len(order), AT_ONCE):
        some = order[start : start + AT_ONCE]
        for person, wanted in zip(some, tables.wanted(np.array(some, np.int64)), strict=True):
            for circle, fit in wanted:
                if now[circle].has_a_seat_for(wishes[person]):
                    now[circle] = _with(now[circle], wishes[person])
                    found.append(Placed(person, circle, fit))
                    break
    return found


def _with(circle: OpenCircle, wish: Wish) -> OpenCircle:
    return replace(
        circle,
        slots=circle.slots & wish.slots,
        size=circle.size + 1,
        high=circle.high + wish.high,
        members=circle.members | {wish.key},
        apart=circle.apart | wish.apart,
    )


class _Tables:
    """People and circles in the same columns, and who would be near each other."""

    def __init__(self, wishes: Sequence[Wish], circles: Sequence[OpenCircle]) -> None:
        pool = pool_of([*wishes, *(circle.as_wish() for circle in circles)])
        self.wishes, self.keys = wishes, [circle.key for circle in circles]
        rows = portraits(pool, np.arange(pool.count))
        self.pool, self.count = pool, len(wishes)
        self.people, self.circles = rows[: self.count], rows[self.count :]
        self.sample = np.arange(0, self.count, 1 + self.count // SAMPLE)

    def wanted(self, some: Ints) -> list[list[tuple[int, float]]]:
        """For each of these people the circles that would suit them, the best first."""
        circles = np.arange(self.count, self.pool.count)
        open_to = self._may_meet(some, circles) & ~self._refused(some)
        fits = np.where(open_to, self.people[some] @ self.circles.T, -1)
        floors = self._floors(some)
        best = np.argsort(-fits, axis=1, kind="stable")[:, :CHOICES]
        return [
            [(circle, float(row[circle])) for circle in places.tolist() if row[circle] >= floor]
            for row, places, floor in zip(fits, best, floors.tolist(), strict=True)
        ]

    def _refused(self, some: Ints) -> Flags:
        """The circles to which each of these people said no."""
        rows = (self.wishes[one].refused for one in some.tolist())
        return np.array([[key in refused for key in self.keys] for refused in rows], np.bool_)

    def _floors(self, some: Ints) -> Floats:
        """What a seat must offer: nothing for sooner, nearly what is waiting for closer."""
        patience = np.maximum(0, 1 - self.pool.waited[some] / PATIENT)
        closer = self.pool.closer[some] * patience
        floors: Floats = np.zeros(len(some), dtype=np.float32)
        if closer.any() and len(self.sample) > NEAREST:
            fits = self.people[some] @ self.people[self.sample].T
            fits[~self._may_meet(some, self.sample)] = 0
            fits[some[:, None] == self.sample] = 0
            nearest = np.partition(fits, -NEAREST, axis=1)[:, -NEAREST:].mean(axis=1)
            floors = (closer * np.maximum(0, nearest - HYSTERESIS)).astype(np.float32)
        return floors

    def _may_meet(self, some: Ints, others: Ints) -> Flags:
        pool = self.pool
        slots = pool.slots.astype(np.float32)
        tongues = pool.languages.astype(np.float32)
        may: Flags = pool.ages[some][:, None] == pool.ages[others]
        may &= slots[some] @ slots[others].T >= SHARED_SLOTS
        may &= tongues[some] @ tongues[others].T > 0
        return may
