"""What is on disk before it is acknowledged: appending alone, and from sender to every reader."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import postgresql
from bench.house import Holdfast
from bench.programs import Sample, fsync_rate, read
from bench.report import Outcome
from bench.rounds import Samples, interleaved, percent, ratios, series
from bench.servers import Server
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "accepted_s": "messages/s",
    "deliveries_s": "deliveries/s",
    "fsync_s": "fsyncs/s",
    "ack_p50_ms": "ack p50 ms",
    "ack_p99_ms": "ack p99 ms",
    "server_cpu": "server CPU",
    "us_a_message": "CPU µs a message",
    "load_cpu_max": "load CPU",
}
WRITERS = (16, 256)  # each says the next when the last is on disk: in the ledger, and by a line
TOGETHER = Shape(20, 50, senders=10)


def run(session: Session) -> Outcome:
    """The disk's own rate and every contestant, in each round."""
    names = ["holdfast", "c-durable", "stock-db"]
    notes = [
        "fsyncs/s: 4 KiB and fdatasync on a growing file (the bar's) and on one of full length",
        f"data on {session.places.disk.parent}",
    ]
    if postgresql.is_there():
        names.append("holdfast-pg")
    else:
        notes.append("PostgreSQL is not on this machine: apt-get install postgresql")
    with session.running(*names, durable=True) as servers:
        trials: dict[str, Callable[[], Sample]] = {
            "disk, growing": partial(_disk, session, beforehand=False),
            "disk, full length": partial(_disk, session, beforehand=True),
        }
        for writers in WRITERS:
            shape = Shape(writers, 1)
            trials[f"append {writers}"] = partial(_append, session, writers)
            trials[f"lines {writers}"] = partial(session.load, servers["holdfast"], shape)
            if "holdfast-pg" in servers:
                trials[f"append {writers} pg"] = partial(
                    _append, session, writers, servers["holdfast-pg"]
                )
        for name in names:
            trials[f"20x50 {name}"] = partial(session.load, servers[name], TOGETHER)
        rows = interleaved(trials, session.rounds)
    return Outcome(COLUMNS, rows, _measured(rows), notes)


def _append(session: Session, writers: int, beside: Server | None = None) -> Sample:
    """The ledger without lines and readers, on the server's core; on SQLite, or beside a server."""
    database = beside.database if isinstance(beside, Holdfast) else None
    address = [database.another()] if database else []
    folder = Path(tempfile.mkdtemp(dir=session.places.disk))
    core, seconds = str(session.cores.server), str(session.seconds)
    command = ["taskset", "--cpu-list", core, sys.executable, "-m", "bench.append"]
    sample = read(
        [*command, str(writers), seconds, str(folder), *address], timeout=session.seconds + 60
    )
    shutil.rmtree(folder)
    return sample


def _disk(session: Session, *, beforehand: bool) -> Sample:
    return fsync_rate(session.places.disk, seconds=min(session.seconds, 2), beforehand=beforehand)


def _measured(rows: Samples) -> dict[str, list[float]]:
    measured: dict[str, list[float]] = {}
    disk = series(rows["disk, growing"], "fsync_s")
    for writers in WRITERS:
        rate = series(rows[f"append {writers}"], "accepted_s")
        measured[f"append {writers}"] = [a / b for a, b in zip(rate, disk, strict=True)]
        if f"append {writers} pg" in rows:
            both = ratios(rows[f"append {writers} pg"], rows[f"append {writers}"], "accepted_s")
            measured[f"append {writers} postgresql of sqlite"] = percent(both)
    measured["append 256 rate"] = series(rows["append 256"], "accepted_s")
    ours = rows["20x50 holdfast"]
    measured["durable sqlite of c-durable"] = _of_c(rows, "holdfast")
    if "20x50 holdfast-pg" in rows:
        measured["durable postgresql of c-durable"] = _of_c(rows, "holdfast-pg")
        both = ratios(rows["20x50 holdfast-pg"], ours, "deliveries_s")
        measured["durable postgresql of sqlite"] = percent(both)
    measured["durable of stock"] = ratios(ours, rows["20x50 stock-db"], "deliveries_s")
    return measured


def _of_c(rows: Samples, name: str) -> list[float]:
    return percent(ratios(rows[f"20x50 {name}"], rows["20x50 c-durable"], "deliveries_s"))
