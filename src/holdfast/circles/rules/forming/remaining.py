"""For those who are left after the passes: a free seat, or others with the same two slots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from msgspec import Struct

from holdfast.circles.rules.forming.alike import own_fits
from holdfast.circles.rules.forming.clusters import clusters
from holdfast.circles.rules.forming.hard import EVERY_SLOT, HardRules
from holdfast.circles.rules.forming.pool import Flags, Floats, Pool
from holdfast.circles.rules.forming.wishes import LARGEST, SHARED_SLOTS, SMALLEST, TARGET


class Circle(Struct):
    """A circle while it is being formed: people as places in the pool, and a language of all."""

    people: list[int]
    language: int


class Seats:
    """The free seats of circles that have just been formed."""

    def __init__(
        self,
        pool: Pool,
        hard: HardRules,
        rows: Floats,
        floor: Floats,
        circles: Sequence[Circle],
    ) -> None:
        self.pool, self.hard, self.rows, self.floor, self.circles = pool, hard, rows, floor, circles
        heads = np.array([circle.people[0] for circle in circles], dtype=np.int64)
        self.age = pool.ages[heads]
        self.language = np.array([circle.language for circle in circles], dtype=np.int64)
        self.size = np.array([len(circle.people) for circle in circles], dtype=np.int64)
        self.hours = np.full(len(circles), EVERY_SLOT, dtype=np.uint64)
        hours = pool.hours
        for number, circle in enumerate(circles):
            self.hours[number] = np.bitwise_and.reduce(hours[circle.people])

    def take(self, person: int) -> bool:
        """Give a person the free seat that fits best, where there is one at all."""
        mine = np.uint64(self.hard.hours[person])
        may = (self.size < LARGEST) & (self.age == self.pool.ages[person])
        may &= self.pool.languages[person, self.language]
        may &= np.bitwise_count(self.hours & mine) >= SHARED_SLOTS
        found = np.flatnonzero(may).tolist()
        for number in sorted(found, key=lambda number: -self._fit(number, person)):
            together = [*self.circles[number].people, person]
            if self.hard.broken(together):
                continue
            if (own_fits(self.rows[together]) < self.floor[together]).any():
                continue
            self.circles[number].people.append(person)
            self.size[number] += 1
            self.hours[number] &= mine
            return True
        return False

    def _fit(self, number: int, person: int) -> float:
        return float((self.rows[self.circles[number].people] @ self.rows[person]).mean())


def gathered(slots: Flags, rows: Floats, chance: np.random.Generator) -> Iterator[list[int]]:
    """Groups of people who share two slots at least, the most shared two first.

    Places in `slots`. A person is in one group at most; what else is asked of a group is not
    looked at here.
    """
    here = np.ones(len(slots), dtype=np.bool_)
    both = slots.astype(np.float32)
    while True:
        counts = np.triu(both[here].T @ both[here], k=1)
        most = int(counts.argmax())
        one, other = divmod(most, counts.shape[1])
        if counts[one, other] < SMALLEST:
            return
        free = np.flatnonzero(here & slots[:, one] & slots[:, other])
        here[free] = False
        if len(free) <= LARGEST:
            yield free.tolist()
            continue
        nobody_first = np.zeros(len(free), dtype=np.float32)
        for part in clusters(rows[free], TARGET, nobody_first, chance):
            yield free[part].tolist()
