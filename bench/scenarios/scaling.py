"""Does a delivery cost the same when a hundred are connected, and when ten thousand are?"""

from __future__ import annotations

from functools import partial

from bench.report import Outcome
from bench.rounds import Samples, interleaved, series
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "deliveries_s": "deliveries/s",
    "accepted_s": "messages/s",
    "ack_p50_ms": "ack p50 ms",
    "server_cpu": "server CPU",
    "us_a_delivery": "CPU µs a delivery",
    "load_cpu_max": "load CPU",
}
SIZES = [Shape(rooms, 50, senders=10) for rooms in (2, 20, 200)]


def run(session: Session) -> Outcome:
    """The same rooms and talk, ever more of them; C beside it shows the machine's part."""
    with session.running("holdfast", "c-co") as servers:
        trials = {
            f"{shape} {name}": partial(session.load, server, shape)
            for shape in SIZES
            for name, server in servers.items()
        }
        rows = interleaved(trials, session.rounds)
    note = f"the C program, in its worst round: {min(_flatness(rows, 'c-co')):.0f} %"
    return Outcome(COLUMNS, rows, {"scaling": _flatness(rows, "holdfast")}, [note])


def _flatness(rows: Samples, name: str) -> list[float]:
    """The slowest size as a percentage of the fastest, in each round."""
    sizes = [series(rows[f"{shape} {name}"], "deliveries_s") for shape in SIZES]
    return [100 * min(one_round) / max(one_round) for one_round in zip(*sizes, strict=True)]
