"""Two processes against one, on PostgreSQL and Redis: how much more, and how much later.

Two cores of a machine do not always do twice the work of one, least of all where others share the
machine. So in each round two places that share nothing run on the same cores, with half the rooms
each: what they carry together is what two processes of one place could carry at most.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from bench.machine import Cores
from bench.nodes import Nodes, why_not
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import Samples, interleaved, percent, ratios, series, spread
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
TOGETHER = Shape(20, 50, senders=10, window=16)  # with fewer on their way neither is full
HALF = replace(TOGETHER, rooms=TOGETHER.rooms // 2)
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
        cores = _other_way_round(session.cores)
        beside = Nodes(1, cores=cores, folder=session.places.disk, name="nodes-apart")
        apart = places[1], stack.enter_context(beside)
        trials = {"apart 2": partial(_both, session, apart)} | {
            f"{what} {count}": partial(_load, session, place, shape)
            for what, shape in (("together", TOGETHER), ("500/s", STEADY))
            for count, place in places.items()
        }
        rows = interleaved(trials, session.rounds)
    most = spread(ratios(rows["apart 2"], rows["together 1"], "deliveries_s"))
    notes = [
        "PostgreSQL has one core, the load and Redis share the last one",
        f"two places that share nothing carried {most} times what one did: the machine's limit",
    ]
    return Outcome(COLUMNS, rows, _measured(rows), notes)


def _measured(rows: Samples) -> dict[str, list[float]]:
    one, two = (series(rows[f"500/s {count}"], "reader_p99_ms") for count in (1, 2))
    together = rows["together 2"]
    return {
        "nodes": ratios(together, rows["together 1"], "deliveries_s"),
        "nodes of apart": percent(ratios(together, rows["apart 2"], "deliveries_s")),
        "nodes beyond": [later - sooner for later, sooner in zip(two, one, strict=True)],
    }


def _other_way_round(cores: Cores) -> Cores:
    """The same cores for one that runs where the second process would."""
    return replace(cores, server=cores.database, database=cores.server)


def _both(session: Session, places: tuple[Nodes, Nodes]) -> Sample:
    """Two places that know nothing of each other, at the same time, each with half the rooms."""
    for place in places:
        session.target(place, HALF)  # made ready first, so that both begin together
    with ThreadPoolExecutor(len(places)) as crew:
        one, other = crew.map(lambda place: _load(session, place, HALF), places)
    sums = {key: one[key] + other[key] for key in ("deliveries_s", "accepted_s", "database_cpu")}
    sums["load_cpu_max"] = one["load_cpu_max"] + other["load_cpu_max"]
    return {key: max(value, other[key]) for key, value in one.items()} | sums


def _load(session: Session, place: Nodes, shape: Shape) -> Sample:
    """The load without the core of the second process and of the database; how busy that was."""
    target = session.target(place, shape)
    took = (session.warm, session.seconds)
    before, began = spent(family(place.database_pid)), time.monotonic()
    sample = run_load(shape, target, cores=session.cores.load[1:], spent=took)
    busy = spent(family(place.database_pid)) - before
    return sample | {"database_cpu": busy / (time.monotonic() - began)}
