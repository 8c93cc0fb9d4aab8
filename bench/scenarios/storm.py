"""The network comes back: a thousand members return at once, and each has missed something."""

from __future__ import annotations

from functools import partial

from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, series
from bench.servers import Server
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "connect_s": "all live after s",
    "replayed": "messages read again",
    "server_cpu": "server CPU",
    "load_cpu_max": "load CPU",
}
STORM = Shape(20, 50, mode="storm", missed=50)
NEVER = 1000.0  # seconds: what a round counts in which somebody did not come back with everything


def run(session: Session) -> Outcome:
    """From the first connection until the last member is live, with all it missed in hand."""
    with session.running("holdfast", durable=True) as servers:
        trial = partial(came_back, session, servers["holdfast"])
        rows = interleaved({f"{STORM} holdfast": trial}, session.rounds)
    seconds = series(rows[f"{STORM} holdfast"], "connect_s")
    note = f"{STORM.everybody} members, {STORM.missed} missed messages each; TCP and sign-in count"
    return Outcome(COLUMNS, rows, {"storm": seconds}, [note])


def came_back(session: Session, server: Server) -> Sample:
    sample = session.load(server, STORM)
    whole = sample["live"] == sample["replayed_whole"] == STORM.everybody
    return sample if whole else sample | {"connect_s": NEVER}
