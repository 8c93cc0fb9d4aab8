"""What a connected member costs who says nothing, and a server that nobody is connected to."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from bench.house import Holdfast
from bench.programs import Sample
from bench.report import Outcome
from bench.rounds import interleaved, series
from bench.servers import Server
from bench.session import Session
from bench.shapes import Shape

COLUMNS = {
    "base_mb": "nobody connected, MB",
    "each_kb": "each connection, KB",
    "connect_s": "all connected in, s",
    "server_cpu": "server CPU",
}
IDLE = Shape(100, 40, mode="idle")
SAME_KB, LOOK_EVERY = 256, 1.5  # by which a server at rest may differ after so many seconds


def run(session: Session) -> Outcome:
    """Each server starts afresh for each round, so that nothing freed before hides the cost."""
    with session.running("holdfast", "stock", "c-co") as servers:
        holdfast = servers["holdfast"]
        session.load(holdfast, IDLE)  # seats are taken now, not in the round
        trials: dict[str, Callable[[], Sample]] = {
            f"{IDLE} {name}": partial(_idle, session, server) for name, server in servers.items()
        }
        rows = interleaved(trials, session.rounds)
    ours = rows[f"{IDLE} holdfast"]
    measured = {"memory base": series(ours, "base_mb"), "memory each": series(ours, "each_kb")}
    everybody = (
        f"{IDLE.everybody} members; resident memory of the process, not the kernel's sockets"
    )
    return Outcome(COLUMNS, rows, measured, [everybody])


def _idle(session: Session, server: Server) -> Sample:
    if isinstance(server, Holdfast):
        server.again()
    else:
        server.stop()
        server.start()
    _come_to_rest(server)
    sample = session.load(server, IDLE)
    before, after = sample["memory_before_kb"], sample["memory_after_kb"]
    return sample | {"base_mb": before / 1024, "each_kb": (after - before) / IDLE.everybody}


def _come_to_rest(server: Server) -> None:
    """What a server still loads behind its open doors is its own, and no connection's."""
    before = 0
    while abs(server.memory_kb - before) > SAME_KB:
        before = server.memory_kb
        time.sleep(LOOK_EVERY)
