"""The named scenarios: what `bin/bench NAME` can run."""

from __future__ import annotations

from collections.abc import Callable

from bench.report import Outcome
from bench.scenarios import (
    capacity,
    circles,
    crisis,
    databases,
    durable,
    fan_out,
    matching,
    memory,
    nodes,
    pages,
    raid,
    scaling,
    sealing,
    soak,
    storm,
    town_life,
)
from bench.session import Session

SCENARIOS: dict[str, Callable[[Session], Outcome]] = {
    "fan-out": fan_out.run,
    "durable": durable.run,
    "databases": databases.run,
    "circles": circles.run,
    "crisis": crisis.run,
    "memory": memory.run,
    "storm": storm.run,
    "pages": pages.run,
    "scaling": scaling.run,
    "raid": raid.run,
    "sealing": sealing.run,
    "nodes": nodes.run,
    "capacity": capacity.run,
    "soak": soak.run,
    "matching": matching.run,
    "town-life": town_life.run,
}
