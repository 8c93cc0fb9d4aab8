"""Two hundred small circles in conversation: does everybody hear everything soon?"""

from __future__ import annotations

from functools import partial

from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "accepted_s": "messages/s",
    "deliveries_s": "deliveries/s",
    "ack_p99_ms": "ack p99 ms",
    "last_p50_ms": "last reader p50 ms",
    "last_p99_ms": "last reader p99 ms",
    "server_cpu": "server CPU",
    "load_cpu_max": "load CPU",
}
CIRCLES = Shape(200, 6, senders=6, rate=1200)
NEVER = 1e6  # ms: when nothing was read by everybody


def run(session: Session) -> Outcome:
    """An open loop on the real disk: each post is timed from when it was due."""
    with session.running("holdfast", "c-durable", durable=True) as servers:
        trials = {
            f"{CIRCLES} {name}": partial(session.load, server, CIRCLES)
            for name, server in servers.items()
        }
        rows = interleaved(trials, session.rounds)
    ours = rows[f"{CIRCLES} holdfast"]
    measured = {
        "circles accepted": [_heard(sample) for sample in ours],
        "circles last": [sample["last_p99_ms"] or NEVER for sample in ours],
    }
    return Outcome(COLUMNS, rows, measured)


def _heard(sample: Sample) -> float:
    """Per cent of all that was due which was said, accepted, and read by everybody."""
    due = sample["sent"] + sample["stalled"]
    lost = max(sample["unacked"], sample["unread"]) + sample["stalled"]
    return 100 * (due - lost) / max(due, 1)
