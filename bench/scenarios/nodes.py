"""Two processes against one, on PostgreSQL and Redis: how much more, and how much later."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial

from bench.nodes import Nodes, why_not
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, ratios, series
from bench.session import Session
from bench.shapes import Shape, run_load
from bench.spent import family, spent

COLUMNS = {
    "deliveries_s": "deliveries/s",
    "accepted_s": "messages/s",
    "ack_p50_ms": "ack p50 ms",
    "ack_p99_ms": "ack p99 ms",
    "reader_p50_ms": "reader p50 ms",
    "reader_p99_ms": "reader p99 ms",
    "server_cpu": "first one's CPU",
    "database_cpu": "PostgreSQL's CPU, with coming in",
    "load_cpu_max": "load CPU",
}
TOGETHER = Shape(20, 50, senders=10, window=4)  # enough to do for both
STEADY = Shape(20, 50, senders=10, rate=500)


def run(session: Session) -> Outcome:
    """Members of every room are spread evenly, so that everything said crosses over."""
    if no := why_not(session.cores):
        return Outcome(COLUMNS, notes=[no])
    with ExitStack() as stack:
        places = {
            count: stack.enter_context(
                Nodes(count, cores=session.cores, folder=session.places.disk)
            )
            for count in (1, 2)
        }
        trials = {
            f"{what} {count}": partial(_load, session, place, shape)
            for what, shape in (("together", TOGETHER), ("500/s", STEADY))
            for count, place in places.items()
        }
        rows = interleaved(trials, session.rounds)
    pairs = zip(
        series(rows["500/s 2"], "reader_p99_ms"), series(rows["500/s 1"], "reader_p99_ms"),
        strict=True,
    )  # fmt: skip
    measured = {
        "nodes": ratios(rows["together 2"], rows["together 1"], "deliveries_s"),
        "nodes beyond": [two - one for two, one in pairs],
    }
    note = "PostgreSQL has one core, the load and Redis share the last one"
    return Outcome(COLUMNS, rows, measured, [note])


def _load(session: Session, place: Nodes, shape: Shape) -> Sample:
    """The load without the core of the second process and of the database; how busy that was."""
    target = session.target(place, shape)
    took = (session.warm, session.seconds)
    before, began = spent(family(place.database_pid)), time.monotonic()
    sample = run_load(shape, target, cores=session.cores.load[1:], spent=took)
    busy = spent(family(place.database_pid)) - before
    return sample | {"database_cpu": busy / (time.monotonic() - began)}
