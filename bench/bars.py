"""The bars of the live line: what has to be reached, and what would be lovely."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Bar:
    """`at_most` turns it round; `instead` names another bar that is as good when it is met."""

    what: str
    bar: float
    stretch: float
    unit: str = ""
    at_most: bool = False
    instead: str = ""

    def is_met(self, value: float) -> bool:
        return value <= self.bar if self.at_most else value >= self.bar

    def is_stretched(self, value: float) -> bool:
        return value <= self.stretch if self.at_most else value >= self.stretch


def _share(what: str, bar: float, stretch: float) -> Bar:
    return Bar(what, bar, stretch, "%")


def _times(what: str, bar: float, stretch: float, instead: str = "") -> Bar:
    return Bar(what, bar, stretch, "x", instead=instead)


def _most(what: str, bar: float, stretch: float, unit: str) -> Bar:
    return Bar(what, bar, stretch, unit, at_most=True)


BARS: dict[str, Bar] = {
    "fan-out 20x50 of c-co": _share("fan-out 20x50, of the C program that coalesces", 60, 80),
    "fan-out 1x1000 of c-co": _share("fan-out 1x1000, of the C program that coalesces", 60, 80),
    "fan-out 200x10 of c-co": _share("fan-out 200x10, of the C program that coalesces", 50, 65),
    "fan-out alone of c-send": _share("nothing to coalesce 20x50, of C sending each", 55, 75),
    "fan-out 20x50 of stock": _times("fan-out 20x50, of a stock FastAPI WebSocket app", 8, 12),
    "fan-out 1x1000 of stock": _times("fan-out 1x1000, of a stock FastAPI WebSocket app", 8, 12),
    "append 16": _times("durable append, 16 writers, messages/s per fsync/s", 12, 18),
    "append 256": _times(
        "durable append, 256 writers, messages/s per fsync/s", 60, 120, "append 256 rate"
    ),
    "append 256 rate": Bar("durable append, 256 writers", 20_000, 20_000, "/s"),
    "durable sqlite of c-durable": _share("end to end 20x50 on SQLite, of C that is safe", 55, 90),
    "durable postgresql of c-durable": _share("the same on PostgreSQL", 50, 70),
    "append 16 postgresql of sqlite": _share("append, 16 writers: PostgreSQL, of SQLite", 85, 100),
    "append 256 postgresql of sqlite": _share("append, 256 writers: the same", 85, 100),
    "durable postgresql of sqlite": _share("end to end 20x50: PostgreSQL, of SQLite", 85, 100),
    "circles postgresql": _most("circles on PostgreSQL, p99 to the last reader", 250, 100, "ms"),
    "storm postgresql": _most("1,000 come back on PostgreSQL: all live", 3, 1, "s"),
    "pages postgresql": _most("room page on PostgreSQL, p95 beside the live load", 30, 15, "ms"),
    "storm postgresql of sqlite": _share("the storm: as quick as SQLite", 85, 100),
    "pages postgresql of sqlite": _share("room pages: as quick as SQLite", 85, 100),
    "sealing": _most("end to end 20x50 on SQLite: what sealing takes of it", 10, 5, "%"),
    "durable of stock": _times("end to end 20x50, of one commit per message", 30, 55),
    "circles accepted": _share("200 circles of 6, 1,200 messages/s: accepted and read", 100, 100),
    "circles last": _most("the same, p99 from send to the last reader", 250, 100, "ms"),
    "memory base": _most("memory of a server nobody is connected to", 120, 120, "MB"),
    "memory each": _most("memory per idle signed-in connection", 10, 7, "KB"),
    "storm": _most("1,000 come back, 50 missed messages each: all live", 3, 1, "s"),
    "scaling": _share("deliveries/s from 100 to 10,000 members: slowest of fastest", 80, 90),
    "crisis sqlite": _most("a goodbye to the moderator's screen, p99, on SQLite", 2000, 500, "ms"),
    "crisis postgresql": _most("the same on PostgreSQL", 2000, 500, "ms"),
    "raid seen": _most("200 accounts in 60 s: hostile messages that members see", 3, 0, ""),
    "raid on": _most("the same: raid mode on after", 5, 2, "s"),
    "raid members": _most("the same: members' p99, of what it was before", 1.5, 1.1, "x"),
    "raid undo": _most("the same: taken back from every screen", 10, 3, "s"),
    "nodes": _times("two processes on PostgreSQL and Redis, of one", 1.7, 1.9),
    "nodes of apart": _share("two processes, of two places that share nothing", 85, 95),
    "nodes beyond": _most(
        "500 messages/s: p99 to a reader, two processes beyond one", 50, 10, "ms"
    ),
    "soak memory": _most("soak: memory surely rises by, an hour", 1, 0.5, "MB"),
    "soak files": _most("the same: open files surely rise by, an hour", 1, 0.5, ""),
    "soak wal": _most("the same: the disk's log at its longest", 64, 32, "MB"),
    "soak p99": _most("the same: p99 surely rises in the run by", 10, 5, "%"),
    "capacity p99": _most("places to 1,000,000, simulated: p99 from said to read", 250, 100, "ms"),
    "capacity busy": _most("the same: the busiest live process", 75, 70, "%"),
    "capacity off": _most("the same: arithmetic and queues differ by, of a core", 10, 5, "%"),
    "matching placed": _share("3,000 people look for a circle: placed", 95, 99),
    "matching placed skewed": _share("the same, with skewed languages and hours", 95, 99),
    "matching fit": _times("their mean fit, of circles by lot in the same cells", 1.5, 1.8),
    "matching fit skewed": _times("the same, with skewed languages and hours", 1.5, 1.8),
    "matching broken": _most("circles that break a hard rule, of all that were formed", 0, 0, ""),
    "matching 10000": _most("10,000 people, one core", 10, 2, "s"),
    "matching 100000": _most("100,000 people, one core", 60, 20, "s"),
    "matching memory": _most("the same: memory at the peak", 1536, 768, "MB"),
    "pages": _most("room page, p95 at 50 requests/s beside the live load", 30, 15, "ms"),
}


@dataclass(frozen=True)
class Verdict:
    """One bar, what was measured in each round, and what that comes to."""

    key: str
    bar: Bar
    values: Sequence[float]
    met: bool

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def word(self) -> str:
        if self.bar.stretch != self.bar.bar and self.bar.is_stretched(self.value):
            return "stretch"
        return "met" if self.met else "missed"


def verdicts(measured: Mapping[str, Sequence[float]]) -> list[Verdict]:
    """Judge the medians. A bar that another one may stand for is met when either is."""
    alone = {key: BARS[key].is_met(median(values)) for key, values in measured.items()}
    stand_ins = {BARS[key].instead: key for key in measured}
    return [
        Verdict(key, BARS[key], values, alone[key] or alone.get(_other(key, stand_ins), False))
        for key, values in measured.items()
    ]


def _other(key: str, stand_ins: Mapping[str, str]) -> str:
    return BARS[key].instead or stand_ins.get(key, "")
