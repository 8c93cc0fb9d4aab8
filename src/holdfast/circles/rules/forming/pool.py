"""The people who wait, as columns of numbers: what the forming computes with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from holdfast.circles.rules.forming.wishes import FACETS, SLOTS, Wish

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


class Vectors(Protocol):
    """Who can say how alike people's own words are. Nothing is installed for it today."""

    def of(self, texts: Sequence[str]) -> Floats:
        """One unit vector for each text; they are let go with the call that asked for them."""


class Pool(Struct, frozen=True, eq=False):
    """n people. A person is their place in every column."""

    ages: Ints  # class of age
    first: Ints  # column of the language they like best
    languages: Flags  # n x languages
    slots: Flags  # n x 42 weekly slots, UTC
    facets: dict[str, Flags]  # by facet: n x what can be chosen
    waited: Floats  # hours
    high: Flags
    closer: Floats  # 0 sooner, 1 closer
    apart: Ints  # m x 2 pairs, either way round
    tongues: tuple[str, ...] = ()  # the languages, in the order of their columns
    vectors: Floats | None = None  # n x d, unit; where texts can be compared

    @property
    def count(self) -> int:
        return len(self.ages)

    @property
    def enemies(self) -> dict[int, set[int]]:
        """Who must stay apart from whom, by person."""
        found: dict[int, set[int]] = {}
        for one, other in self.apart.tolist():
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return found

    @property
    def hours(self) -> NDArray[np.uint64]:
        """Each person's weekly slots as the bits of one number."""
        bits = np.left_shift(np.uint64(1), np.arange(SLOTS, dtype=np.uint64))
        found: NDArray[np.uint64] = (self.slots * bits).sum(axis=1, dtype=np.uint64)
        return found


def pool_of(wishes: Sequence[Wish], vectors: Floats | None = None) -> Pool:
    """The columns of these wishes, in their order. `vectors` are unit, one row for each wish."""
    place = {wish.key: number for number, wish in enumerate(wishes)}
    tongues = _column(language for wish in wishes for language in wish.languages)
    ages = _column(wish.age for wish in wishes)
    pairs = [
        (number, place[other])
        for number, wish in enumerate(wishes)
        for other in wish.apart
        if other in place
    ]
    return Pool(
        ages=np.array([ages[wish.age] for wish in wishes], dtype=np.int64),
        first=np.array([tongues[wish.languages[0]] for wish in wishes], dtype=np.int64),
        languages=_flags([wish.languages for wish in wishes], tongues),
        slots=_slots(wishes),
        facets={facet: _facet(wishes, facet) for facet in FACETS},
        waited=np.array([wish.waited for wish in wishes], dtype=np.float32),
        high=np.array([wish.high for wish in wishes], dtype=np.bool_),
        closer=np.array([wish.closer for wish in wishes], dtype=np.float32),
        apart=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        tongues=tuple(tongues),
        vectors=vectors,
    )


def _facet(wishes: Sequence[Wish], facet: str) -> Flags:
    chosen = [wish.chosen(facet) for wish in wishes]
    return _flags(chosen, _column(value for values in chosen for value in values))


def _column(values: Iterable[str]) -> dict[str, int]:
    """A column for each value, the same for the same values."""
    return {value: number for number, value in enumerate(sorted(set(values)))}


def _flags(chosen: Sequence[Iterable[str]], columns: dict[str, int]) -> Flags:
    flags = np.zeros((len(chosen), len(columns)), dtype=np.bool_)
    for row, values in enumerate(chosen):
        flags[row, [columns[value] for value in values]] = True
    return flags


def _slots(wishes: Sequence[Wish]) -> Flags:
    flags = np.zeros((len(wishes), SLOTS), dtype=np.bool_)
    for row, wish in enumerate(wishes):
        flags[row, list(wish.slots)] = True
    return flags
