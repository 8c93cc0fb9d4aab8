"""One forming of a drawn population, in a process of its own so that time and memory are its own.

`python -m bench.forming CORE COUNT even|skewed words|facets SEED` prints one line of JSON; a bar
beside it says how far it is.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from itertools import combinations

import numpy as np
from msgspec.structs import replace
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from bench.populations import DRAWN, population
from holdfast.circles.rules.forming.alike import own_fits, portraits
from holdfast.circles.rules.forming.grouping import form_groups
from holdfast.circles.rules.forming.hard import HardRules
from holdfast.circles.rules.forming.pool import Floats, Pool
from holdfast.circles.rules.forming.shards import cells
from holdfast.circles.rules.forming.wishes import TARGET


def main(core: str, count: str, drawn: str, by: str, seed: str) -> None:
    """Draw, form, look at it with other eyes, and say what came of it."""
    os.sched_setaffinity(0, {int(core)})
    pool = population(int(count), DRAWN[drawn], seed=int(seed))
    if by == "facets":
        pool = replace(pool, vectors=None)
    began, worked = time.perf_counter(), time.process_time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as shown:
        bar = shown.add_task(f"{int(count):,} people, {drawn}, by {by}", total=pool.count)
        formed = form_groups(
            pool,
            seed=int(seed),
            progress=lambda done, of: shown.update(bar, completed=done, total=of),
        )
    sample = {"seconds": time.perf_counter() - began, "cpu": time.process_time() - worked}
    sample["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    apart = {frozenset(pair) for pair in pool.apart.tolist()}
    circles = [list(group.people) for group in formed.groups]
    sample |= {
        "circles": len(circles),
        "placed": 100 * (1 - len(formed.left) / pool.count),
        "broken": sum(breaks_a_rule(pool, circle, apart) for circle in circles),
        "fit": float(formed.fits.mean()),
        "p10": float(np.nanpercentile(formed.fit, 10)),
    }
    by_chance = fits_by_chance(pool, seed=int(seed))
    sample["chance"] = float(np.mean([fits.mean() for fits in by_chance]))
    sample["chance_p10"] = float(np.percentile(np.concatenate(by_chance), 10))
    print(json.dumps(sample | {"times": sample["fit"] / sample["chance"]}))


def breaks_a_rule(pool: Pool, circle: list[int], apart: set[frozenset[int]]) -> bool:
    """Whether a circle may not be. It shares no line with what the forming looks at."""
    return (
        not 4 <= len(circle) <= 8
        or len(set(pool.ages[circle].tolist())) != 1
        or not pool.languages[circle].all(axis=0).any()
        or int(pool.slots[circle].all(axis=0).sum()) < 2
        or int(pool.high[circle].sum()) > 2
        or any(frozenset(pair) in apart for pair in combinations(circle, 2))
    )


def fits_by_chance(pool: Pool, *, seed: int) -> list[Floats]:
    """Everybody's fit in circles drawn by lot in the same cells, under the same hard rules."""
    chance, hard = np.random.default_rng(seed), HardRules.of(pool)
    rows, everybody = portraits(pool, np.arange(pool.count)), np.arange(pool.count)
    drawn = [
        part.tolist()
        for _, cell in cells(pool, everybody, again=False)
        for part in np.array_split(chance.permutation(cell), max(1, round(len(cell) / TARGET)))
    ]
    circles = [stay for stay, _ in map(hard.sound_part, drawn) if stay]
    return [own_fits(rows[circle]) for circle in circles]


if __name__ == "__main__":
    main(*sys.argv[1:])
