"""People who look for a circle: how many find one, how well it fits, how long it computes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, series
from bench.session import Session

COLUMNS = {
    "placed": "placed %",
    "circles": "circles",
    "fit": "mean fit",
    "chance": "by lot",
    "times": "fit of lot",
    "p10": "person p10",
    "chance_p10": "by lot p10",
    "broken": "rules broken",
    "cpu": "CPU s",
    "seconds": "s",
    "peak_mb": "peak MB",
}
SIZES = (300, 3_000, 10_000, 100_000)
NOTES = [
    "fit is the mean likeness of a person to the others in their circle, from -1 to 1",
    "by lot: the same cells, the same hard rules, and no regard to who is like whom",
    "the words are drawn (seeded vectors around topics), so fits compare with each other only",
    "each round draws other people; the bars are judged by CPU seconds",
]


def run(session: Session) -> Outcome:
    """Each population is formed in a process of its own, on the server's core."""
    wanted = [(size, drawn, "words") for size in SIZES for drawn in ("even", "skewed")]
    wanted += [(3_000, "even", "facets"), (3_000, "skewed", "facets")]
    trials = {
        f"{size:,} {drawn}, {by}": _seeded(session, size, drawn, by) for size, drawn, by in wanted
    }
    rows = interleaved(trials, session.rounds)
    everywhere = [max(sample["broken"] for sample in samples) for samples in rows.values()]
    measured = {
        "matching placed": series(rows["3,000 even, words"], "placed"),
        "matching placed skewed": series(rows["3,000 skewed, words"], "placed"),
        "matching fit": series(rows["3,000 even, words"], "times"),
        "matching fit skewed": series(rows["3,000 skewed, words"], "times"),
        "matching broken": [max(everywhere)],
        "matching 10000": series(rows["10,000 even, words"], "cpu"),
        "matching 100000": series(rows["100,000 even, words"], "cpu"),
        "matching memory": series(rows["100,000 even, words"], "peak_mb"),
    }
    return Outcome(COLUMNS, rows, measured, NOTES)


def _seeded(session: Session, size: int, drawn: str, by: str) -> Callable[[], Sample]:
    seeds = iter(range(session.rounds))
    return lambda: _formed(session.cores.server, f"{size}", drawn, by, f"{next(seeds)}")


def _formed(core: int, *asked: str) -> Sample:
    """What one forming says. Its bar goes where ours would go."""
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.forming", f"{core}", *asked],
        stdout=subprocess.PIPE, text=True, timeout=600, check=True, env=os.environ | one_thread,
    )  # fmt: skip
    sample: Sample = json.loads(done.stdout)
    return sample
