"""Does anything grow while the same goes on and on: memory, open files, the log of the disk, p99?

Steady talk, in slices of fifteen seconds: everybody comes in anew for each, as people do. The first
half is left out: rooms' newest messages and what was asked lately are at hand within a minute, but
each connection to the database prepares what it is asked now and then only once it is asked, and
the last threads begin late; that takes ten minutes. So `--minutes 20` tells most.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

from bench.house import Holdfast
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import Samples, series
from bench.session import Session
from bench.shapes import Shape, run_load
from bench.slope import Slope, slope

COLUMNS = {
    "memory_mb": "memory MB",
    "files": "open files",
    "wal_mb": "WAL MB",
    "ack_p99_ms": "ack p99 ms",
    "reader_p99_ms": "reader p99 ms",
    "accepted_s": "messages/s",
}
TALK = Shape(20, 25, senders=5, rate=200)
SLICE = 15.0  # seconds
GONE = 1.0  # seconds until the lines of a slice are closed
LEAST = 6  # slices that are looked at
WATCHED = {"memory_mb": "MB", "files": "files", "wal_mb": "MB", "reader_p99_ms": "ms"}


def run(session: Session) -> Outcome:
    """One server on the real disk; its slopes, and between which values they surely are."""
    with session.running("holdfast", durable=True) as servers:
        server = servers["holdfast"]
        assert isinstance(server, Holdfast)
        samples = _slices(session, server)
    looked_at = samples[len(samples) // 2 :]
    rows: Samples = {"talk, the second half": looked_at}
    seconds = series(looked_at, "at")
    slopes = {what: slope(seconds, series(looked_at, what)) for what in WATCHED}
    notes = [f"{what}: {found} {WATCHED[what]}" for what, found in slopes.items()]
    notes.append(f"{len(looked_at)} slices of {SLICE:g} s at {TALK.rate:g} messages/s")
    return Outcome(COLUMNS, rows, _measured(looked_at, slopes), notes)


def _slices(session: Session, server: Holdfast) -> list[Sample]:
    samples: list[Sample] = []
    target, began = session.target(server, TALK), time.monotonic()
    until = began + 60 * session.minutes
    while time.monotonic() < until or len(samples) / 2 < LEAST:
        load = run_load(TALK, target, cores=session.cores.load, spent=(1.0, SLICE - 1.0))
        samples.append(load | _state(server) | {"at": time.monotonic() - began})
        print(f"  {samples[-1]['at']:.0f} s: {samples[-1]['memory_mb']:.0f} MB", flush=True)
    return samples


def _state(server: Holdfast) -> Sample:
    time.sleep(GONE)
    wal = server.folder / "data" / "holdfast.db-wal"
    return {
        "memory_mb": server.memory_kb / 1024,
        "files": float(len(list(Path(f"/proc/{server.pid}/fd").iterdir()))),
        "wal_mb": wal.stat().st_size / 2**20 if wal.exists() else 0.0,
    }


def _measured(samples: list[Sample], slopes: dict[str, Slope]) -> dict[str, list[float]]:
    """What surely rises: where the slope's whole interval is above nothing, its lower end."""
    late = slopes["reader_p99_ms"]
    hours = (samples[-1]["at"] - samples[0]["at"]) / 3600
    usual = median(series(samples, "reader_p99_ms"))
    return {
        "soak memory": [max(0.0, slopes["memory_mb"].low)],
        "soak files": [max(0.0, slopes["files"].low)],
        "soak wal": [max(series(samples, "wal_mb"))],
        "soak p99": [max(0.0, 100 * late.low * hours / usual)],
    }
