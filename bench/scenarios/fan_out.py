"""How many deliveries a second one core manages when there is always more to say."""

from __future__ import annotations

from functools import partial

from bench.report import Outcome
from bench.rounds import Samples, interleaved, percent, ratios
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "deliveries_s": "deliveries/s",
    "accepted_s": "messages/s",
    "ack_p50_ms": "ack p50 ms",
    "last_p99_ms": "last reader p99 ms",
    "server_cpu": "server CPU",
    "us_a_message": "CPU µs a message",
    "load_cpu_max": "load CPU",
    "posted_bytes": "bytes a posted",
}
SHAPES = {  # who speaks: seven of fifty make c-co five times c-send, as when the bars were set
    "20x50": (Shape(20, 50, senders=7), ("holdfast", "c-co", "c-send", "stock")),
    "1x1000": (Shape(1, 1000, senders=10), ("holdfast", "c-co", "c-send", "stock")),
    "200x10": (Shape(200, 10, senders=2), ("holdfast", "c-co")),
    "alone": (Shape(20, 50, senders=1), ("holdfast", "c-send")),
}
KEY = "deliveries_s"


def run(session: Session) -> Outcome:
    """All shapes against all who are compared in them, round by round."""
    with session.running("holdfast", "c-co", "c-send", "stock") as servers:
        trials = {
            f"{label} {name}": partial(session.load, servers[name], shape)
            for label, (shape, names) in SHAPES.items()
            for name in names
        }
        rows = interleaved(trials, session.rounds)
    where = "in memory: the disk has its own scenario" if session.in_memory else "on the disk"
    return Outcome(COLUMNS, rows, _measured(rows), [f"Holdfast keeps its data {where}"])


def _measured(rows: Samples) -> dict[str, list[float]]:
    measured = {
        f"fan-out {label} of c-co": _of(rows, label, "c-co")
        for label in ("20x50", "1x1000", "200x10")
    }
    measured["fan-out alone of c-send"] = _of(rows, "alone", "c-send")
    for label in ("20x50", "1x1000"):
        stock = ratios(rows[f"{label} holdfast"], rows[f"{label} stock"], KEY)
        measured[f"fan-out {label} of stock"] = stock
    return measured


def _of(rows: Samples, label: str, limit: str) -> list[float]:
    return percent(ratios(rows[f"{label} holdfast"], rows[f"{label} {limit}"], KEY))
