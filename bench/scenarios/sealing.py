"""What sealing costs: end to end on SQLite, with it and without, one after the other."""

from __future__ import annotations

from functools import partial

from bench.report import Outcome
from bench.rounds import Samples, interleaved, ratios
from bench.scenarios.durable import COLUMNS, TOGETHER
from bench.session import Session

SEALED, OPEN = "holdfast", "holdfast-open"


def run(session: Session) -> Outcome:
    """The same load on both, in each round."""
    with session.running(SEALED, OPEN, durable=True) as servers:
        trials = {
            f"20x50 {name}": partial(session.load, servers[name], TOGETHER)
            for name in (SEALED, OPEN)
        }
        rows = interleaved(trials, session.rounds)
    notes = ["holdfast-open keeps words as they were said: only the bench can start it"]
    return Outcome(COLUMNS, rows, _measured(rows), notes)


def _measured(rows: Samples) -> dict[str, list[float]]:
    """By how much fewer deliveries a sealing server makes, of one that does not seal."""
    both = ratios(rows[f"20x50 {SEALED}"], rows[f"20x50 {OPEN}"], "deliveries_s")
    return {"sealing": [100 * (1 - ratio) for ratio in both]}
