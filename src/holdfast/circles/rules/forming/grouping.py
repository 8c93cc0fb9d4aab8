"""Forming: everybody who waits, into circles of four to eight who fit. Pure, seeded, explained."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from msgspec import Struct

from holdfast.circles.rules.forming.alike import TIMES, TIMES_EACH_PASS, own_fits, portraits
from holdfast.circles.rules.forming.clusters import clusters
from holdfast.circles.rules.forming.hard import HardRules
from holdfast.circles.rules.forming.pool import Floats, Ints, Pool
from holdfast.circles.rules.forming.remaining import Circle, Seats, gathered
from holdfast.circles.rules.forming.shards import cells, shards
from holdfast.circles.rules.forming.wishes import SMALLEST, TARGET

LATER_TARGET: Final = 5  # of who was left over, smaller circles find hours more easily
PASSES: Final = 3
WAITED: Final = 0.05  # of fit, for who has waited long
LONG: Final = 14 * 24.0  # hours
NEAREST: Final = 5  # the others of a circle of six
PATIENT: Final = 28 * 24.0  # hours, after which any circle that may be will do
CLOSE: Final = 0.8  # of what their nearest five would be, for who wants it closest

Progress = Callable[[int, int], object]


class Group(Struct, frozen=True):
    """One circle to be: people as places in the pool, and the column of a language of all."""

    people: tuple[int, ...]
    language: int


class Formed(Struct, frozen=True):
    """The circles, who goes on waiting, and how well each person's circle fits them (or NaN)."""

    groups: list[Group]
    left: list[int]
    fit: Floats

    @property
    def fits(self) -> Floats:
        """Of each circle, the mean fit of its people."""
        means = [self.fit[list(group.people)].mean() for group in self.groups]
        return np.array(means, dtype=np.float32)


def form_groups(
    pool: Pool, *, passes: int = PASSES, seed: int = 0, progress: Progress | None = None
) -> Formed:
    """Part a pool into circles. No circle breaks a hard rule; who finds none is left.

    The same pool and seed give the same circles. `progress(done, of)` counts people looked at.
    """
    forming = _Forming(pool, np.random.default_rng(seed), progress or _nobody_looks)
    for number in range(passes):
        forming.look_over(number)
    forming.use_open_seats()
    forming.gather()
    return forming.formed()


def _nobody_looks(done: int, of: int) -> None:
    """Where nobody asked how far it is."""


class _Forming:
    """One run: what is formed already, and who is left."""

    def __init__(self, pool: Pool, chance: np.random.Generator, progress: Progress) -> None:
        self.pool, self.chance, self.progress = pool, chance, progress
        self.hard = HardRules.of(pool)
        self.groups: list[Circle] = []
        self.left: Ints = np.arange(pool.count)
        self.rows = portraits(pool, self.left)
        self.floor = np.zeros(pool.count, dtype=np.float32)
        self.first = (WAITED * np.minimum(pool.waited / LONG, 1)).astype(np.float32)

    def look_over(self, number: int) -> None:
        """One pass over who is left; each weighs the hours more than the one before."""
        people, rest, looked_at = self.left, [], 0
        if len(people) < SMALLEST:
            return
        rows = self.rows
        if number:
            rows = portraits(self.pool, people, times=TIMES + TIMES_EACH_PASS * number)
        for language, cell in cells(self.pool, people, again=number > 0):
            for shard in shards(rows, cell, self.chance):
                if not number:
                    self._set_floors(shard)
                size = LATER_TARGET if number else TARGET
                parts = clusters(rows[shard], size, self.first[people[shard]], self.chance)
                for part in parts:
                    rest += self._keep(people[shard[part]].tolist(), language)
                looked_at += len(shard)
                if not number:
                    self.progress(looked_at, self.pool.count)
        self.left = np.array(sorted(rest), dtype=np.int64)

    def _set_floors(self, shard: Ints) -> None:
        """Who asked for closer waits for a fit near the best there is; waiting makes it milder."""
        closer = self.pool.closer[shard] * np.maximum(0, 1 - self.pool.waited[shard] / PATIENT)
        if not closer.any() or len(shard) <= NEAREST:
            return
        rows = self.rows[shard]
        fits = rows @ rows.T
        np.fill_diagonal(fits, 0)
        nearest = np.partition(fits, -NEAREST, axis=1)[:, -NEAREST:].mean(axis=1)
        self.floor[shard] = CLOSE * closer * nearest

    def _keep(self, group: list[int], language: int) -> list[int]:
        """Keep the part of a group that may be and that suits them; who goes is given back."""
        stay, go = self.hard.sound_part(group)
        while stay:
            short = self.floor[stay] - own_fits(self.rows[stay])
            worst = int(short.argmax())
            if short[worst] <= 0:
                self.groups.append(Circle(stay, language))
                break
            go.append(stay.pop(worst))
            if len(stay) < SMALLEST:
                stay, go = [], go + stay
        return go

    def use_open_seats(self) -> None:
        """Who is left may find a seat in what has been formed; who waits longest looks first."""
        if len(self.left) and self.groups:
            order = self.left[np.argsort(-self.pool.waited[self.left], kind="stable")]
            seats = Seats(self.pool, self.hard, self.rows, self.floor, self.groups)
            self.left = np.array(
                [one for one in order.tolist() if not seats.take(one)], dtype=np.int64
            )

    def gather(self) -> None:
        """Those who are still left, by the two slots that most of them share."""
        for language in np.argsort(-self.pool.languages[self.left].sum(axis=0)).tolist():
            speak = self.left[self.pool.languages[self.left, language]]
            rest: list[int] = []
            for age in np.unique(self.pool.ages[speak]):
                cell = speak[self.pool.ages[speak] == age]
                for group in gathered(self.pool.slots[cell], self.rows[cell], self.chance):
                    people = cell[group]
                    rest += self._keep(people.tolist(), language)
                    self.left = np.setdiff1d(self.left, people)
            self.left = np.union1d(self.left, np.array(rest, dtype=np.int64))

    def formed(self) -> Formed:
        """What came of it."""
        fit = np.full(self.pool.count, np.nan, dtype=np.float32)
        for circle in self.groups:
            fit[circle.people] = own_fits(self.rows[circle.people])
        self.progress(self.pool.count, self.pool.count)
        groups = [Group(tuple(circle.people), circle.language) for circle in self.groups]
        return Formed(groups, self.left.tolist(), fit)
