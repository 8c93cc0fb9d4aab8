"""Clusters of people who are alike, none larger than its share: k-means with a limit."""

from __future__ import annotations

from typing import Final

import numpy as np

from holdfast.circles.rules.forming.alike import unit
from holdfast.circles.rules.forming.pool import Floats, Ints
from holdfast.circles.rules.forming.wishes import LARGEST, SMALLEST

TURNS: Final = 4
Group = list[int]


def clusters(rows: Floats, size: int, first: Floats, chance: np.random.Generator) -> list[Group]:
    """Places in `rows`, parted into groups of about `size`.

    `first` is added to a person's regret: of those who would lose as much, they choose earlier.
    """
    count = max(1, round(len(rows) / size))
    if count == 1:
        return [list(range(len(rows)))]
    centres = _spread(rows, count, chance)
    most = -(-len(rows) // count)
    places = np.zeros(len(rows), dtype=np.int64)
    for _ in range(TURNS):
        places = seated(rows @ centres.T, most, first)
        centres = _middles(rows, places, centres)
    order = np.argsort(places, kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(places, minlength=count))[:-1])
    return _merged(rows, [part.tolist() for part in parts if len(part)])


def _spread(rows: Floats, count: int, chance: np.random.Generator) -> Floats:
    """People far from each other to begin with, as k-means++ draws them."""
    chosen = [int(chance.integers(len(rows)))]
    far = 1 - rows @ rows[chosen[0]]
    draws = chance.random(count)
    for draw in draws[1:]:
        steps = np.cumsum(np.maximum(far, 1e-9))
        chosen.append(min(int(np.searchsorted(steps, draw * steps[-1])), len(rows) - 1))
        far = np.minimum(far, 1 - rows @ rows[chosen[-1]])
    centres: Floats = rows[chosen].copy()
    return centres


def seated(fits: Floats, most: int, first: Floats) -> Ints:
    """Who would lose most by their second choice chooses first; a full group is passed over."""
    best = np.partition(fits, -2, axis=1)[:, -2:]
    order = np.argsort(-(best[:, 1] - best[:, 0] + first), kind="stable").tolist()
    wanted = np.argsort(-fits, axis=1, kind="stable")
    free = [most] * fits.shape[1]
    places = np.empty(len(fits), dtype=np.int64)
    for person in order:
        for group in wanted[person].tolist():
            if free[group]:
                free[group] -= 1
                places[person] = group
                break
    return places


def _middles(rows: Floats, places: Ints, before: Floats) -> Floats:
    sits = np.zeros((len(before), len(rows)), dtype=np.float32)
    sits[places, np.arange(len(rows))] = 1
    middles: Floats = sits @ rows
    empty = ~sits.any(axis=1)
    middles[empty] = before[empty]
    return unit(middles)


def _merged(rows: Floats, groups: list[Group]) -> list[Group]:
    """The few who are too few go where they fit best, as long as there is a seat."""
    whole = [group for group in groups if len(group) >= SMALLEST]
    if not whole:
        return groups
    rest: list[Group] = []
    for person in (person for group in groups if len(group) < SMALLEST for person in group):
        open_ones = [group for group in whole if len(group) < LARGEST]
        if not open_ones:
            rest.append([person])
            continue
        max(open_ones, key=lambda group: float((rows[group] @ rows[person]).mean())).append(person)
    return whole + rest
