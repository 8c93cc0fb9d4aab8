"""What one process costs, how many a larger place needs, and whether that holds as queues.

The costs are measured in this run, at a steady 400 messages a second: far from saturation, where
batches are small and each message is dear. Then the arithmetic of `bench/capacity.py` is checked by
the simulation of `bench/queues.py`.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from statistics import median

from bench.capacity import SIZES, Costs, Plan, costs_in, costs_table, plan, table
from bench.nodes import Nodes, why_not
from bench.programs import Sample, fsync_rate
from bench.queues import Judgement, simulated
from bench.report import RESULTS, Outcome
from bench.rounds import Samples, interleaved, series
from bench.session import Session
from bench.shapes import Shape, run_load
from bench.spent import family, spent

COLUMNS = {
    "accepted_s": "messages/s",
    "first": "first process, cores",
    "second": "second process, cores",
    "database": "database, cores",
    "redis": "Redis, cores",
    "connect_s": "all live after s",
}
RATE = 400.0
FULL_ROOMS = Shape(20, 50, rate=RATE)  # one in each room speaks, and comes in at the first process
SMALL_ROOMS = Shape(20, 10, rate=RATE)
IDLE = Shape(40, 50, mode="idle")
STORM = Shape(20, 50, mode="storm", missed=50)
PAGES = 200
PATIENT = 250.0  # milliseconds from said to read, for 99 of 100 (trust.md, 5.5)
SEED = 20_261_122


def run(session: Session) -> Outcome:
    """Measure, reckon, simulate; and write the table down."""
    if no := why_not(session.cores):
        return Outcome(COLUMNS, notes=[no])
    with ExitStack() as stack:
        one, two = (
            stack.enter_context(Nodes(count, cores=session.cores, folder=session.places.disk))
            for count in (1, 2)
        )
        trials: dict[str, Callable[[], Sample]] = {
            "disk": partial(fsync_rate, session.places.disk, seconds=1, beforehand=True),
            "rooms of 50, one": partial(_load, session, one, FULL_ROOMS),
            "rooms of 10, one": partial(_load, session, one, SMALL_ROOMS),
            "rooms of 50, two": partial(_load, session, two, FULL_ROOMS),
            "nobody": partial(_alone, session, one),
            "idle": partial(_load, session, one, IDLE),
            "all come back": partial(_load, session, one, STORM),
            "pages": partial(_pages, session, one),
        }
        rows = interleaved(trials, session.rounds)
    costs = costs_in(costs_table(costs_of(rows)))  # as the guide says them, rounded
    plans = [plan(costs, members) for members in SIZES]
    judged = [simulated(costs, one, seconds=2, seed=SEED) for one in plans]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "capacity.md").write_text(f"{costs_table(costs)}\n{table(plans)}")
    return Outcome(COLUMNS, rows, _measured(plans, judged), _found(plans, judged))


def costs_of(rows: Samples) -> Costs:
    """What each thing costs, from the medians of all rounds."""

    def cores(trial: str, what: str) -> float:
        return median(series(rows[trial], what))

    full, small = cores("rooms of 50, one", "first"), cores("rooms of 10, one", "first")
    idle = max(cores("idle", "first") - cores("nobody", "first"), 1e-4) / IDLE.everybody
    delivery = (full - small) / (FULL_ROOMS.members - SMALL_ROOMS.members) / RATE
    delivery = max(delivery, 1e-8)
    message = (cores("rooms of 50, two", "first") / RATE) - FULL_ROOMS.members / 2 * delivery
    heard = cores("rooms of 50, two", "second") / RATE - FULL_ROOMS.members / 2 * delivery
    alone = cores("rooms of 50, one", "redis")
    return Costs(
        message=message,
        delivery=delivery,
        heard=max(heard, 0.0),
        idle=idle,
        back=cores("all come back", "first") * cores("all come back", "seconds") / STORM.everybody,
        page=cores("pages", "first") / PAGES,
        database=cores("rooms of 50, two", "database") / RATE,
        redis=alone / RATE,
        passed=max(cores("rooms of 50, two", "redis") - alone, 0.002) / RATE,
        fsync=1 / cores("disk", "fsync_s"),
        base_mb=median(series(rows["pages"], "base_mb")),
        line_kb=_kb_of_a_line(),
    )


def _load(session: Session, place: Nodes, shape: Shape) -> Sample:
    """A load, and how many cores everybody used while it was measured."""
    target = session.target(place, shape)
    began = session.places.disk / "began"
    began.unlink(missing_ok=True)
    load = partial(
        run_load, shape, target, cores=session.cores.load[1:],
        spent=(session.warm, session.seconds), began=began,
    )  # fmt: skip
    with ThreadPoolExecutor(1) as beside:
        running = beside.submit(load)
        while not (began.exists() or running.done()):
            time.sleep(0.005)
        used = _used(place, session.seconds if began.exists() else 0.0)
        sample = running.result()
    return sample | used | {"first": sample["server_cpu"]}


def _used(place: Nodes, seconds: float) -> Sample:
    """Cores that the others of a place use from now on, for so long."""
    parts = {
        "second": place.pids[1:],
        "database": family(place.database_pid),
        "redis": [place.redis_pid],
    }
    before = {part: spent(pids) for part, pids in parts.items()}
    time.sleep(seconds)
    return {part: (spent(pids) - before[part]) / max(seconds, 1e-9) for part, pids in parts.items()}


def _alone(session: Session, place: Nodes) -> Sample:
    """A process that nobody is connected to."""
    before = spent([place.pid])
    time.sleep(session.seconds)
    return {"first": (spent([place.pid]) - before) / session.seconds}


def _kb_of_a_line() -> float:
    """As `bin/bench memory` measured it last: a process that has been busy hides it."""
    kept = json.loads((RESULTS / "memory.json").read_text())
    return float(kept["bars"]["memory each"]["median"])


def _pages(session: Session, place: Nodes) -> Sample:
    """A room's page again and again, by one who has a seat there."""
    target = session.target(place, FULL_ROOMS)
    line = http.client.HTTPConnection("127.0.0.1", place.port, timeout=60)
    headers = {"Authorization": f"Bearer {place.tokens[0]}"}
    before = spent([place.pid])
    for _ in range(PAGES):
        line.request("GET", f"/rooms/{target.prefix}-0000", headers=headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status == http.client.OK, answer.status
    return {"first": spent([place.pid]) - before, "base_mb": place.memory_kb / 1024}


def _measured(plans: list[Plan], judged: list[Judgement]) -> dict[str, list[float]]:
    return {
        "capacity p99": [max(one.p99_ms for one in judged)],
        "capacity busy": [100 * max(one.busiest for one in judged)],
        "capacity off": [
            100
            * max(
                abs(one.busiest - planned.busy) for planned, one in zip(plans, judged, strict=True)
            )
        ],
    }


def _found(plans: list[Plan], judged: list[Judgement]) -> list[str]:
    """One line for each size: what the arithmetic says, and what the queues do."""
    return [
        f"{planned.members:,} members, {planned.live} live processes: {planned.busy:.0%} busy by"
        f" the arithmetic, {found.busiest:.0%} the busiest in the queues; read after"
        f" {found.p50_ms:.0f} ms, p99 {found.p99_ms:.0f} ms; database {found.database:.0%},"
        f" Redis {found.redis:.0%} of its cores"
        for planned, found in zip(plans, judged, strict=True)
    ]
