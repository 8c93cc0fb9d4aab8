"""Cells of people who may meet at all, and even shards of people who are alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from holdfast.circles.rules.forming.pool import Floats, Ints, Pool

SHARD: Final = 384
TURNS: Final = 4


def cells(pool: Pool, people: Ints, *, again: bool) -> list[tuple[int, Ints]]:
    """Places in `people` by age and language, and that language.

    Who speaks several is first looked for in the one they like best, and when they were left over
    in the one that most of those who are left speak.
    """
    tongues = _most_spoken(pool, people) if again else pool.first[people]
    keys = pool.ages[people] * pool.languages.shape[1] + tongues
    order = np.argsort(keys, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(keys[order])) + 1)
    return [(int(tongues[part[0]]), part) for part in parts if len(part)]


def _most_spoken(pool: Pool, people: Ints) -> Ints:
    tongues = np.empty(len(people), dtype=np.int64)
    for age in np.unique(pool.ages[people]):
        same = np.flatnonzero(pool.ages[people] == age)
        spoken = pool.languages[people[same]]
        tongues[same] = np.where(spoken, spoken.sum(axis=0), -1).argmax(axis=1)
    return tongues


def shards(rows: Floats, cell: Ints, chance: np.random.Generator) -> Iterator[Ints]:
    """Halve a cell by likeness until each part has at most 384 people; halves are even."""
    if len(cell) <= SHARD:
        yield cell
        return
    for half in _halves(rows, cell, chance):
        yield from shards(rows, half, chance)


def _halves(rows: Floats, cell: Ints, chance: np.random.Generator) -> tuple[Ints, Ints]:
    mine = rows[cell]
    ends = mine[chance.choice(len(cell), 2, replace=False)]
    everybody = mine.sum(axis=0)
    half = len(cell) // 2
    side = np.zeros(len(cell), dtype=np.float32)
    order = np.arange(len(cell))
    for turn in range(TURNS + 1):
        order = np.argsort(mine @ (ends[1] - ends[0]), kind="stable")
        if turn == TURNS:
            break
        side[:] = 0
        side[order[:half]] = 1
        sum_here = side @ mine
        ends = np.stack([sum_here / half, (everybody - sum_here) / (len(cell) - half)])
    return cell[order[:half]], cell[order[half:]]
