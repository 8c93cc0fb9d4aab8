"""The same on SQLite and on PostgreSQL: circles in conversation, a storm, room pages beside."""

from __future__ import annotations

from functools import partial

from bench import postgresql
from bench.house import Holdfast
from bench.report import Outcome
from bench.rounds import Samples, interleaved, percent, ratios, series
from bench.scenarios import circles, pages, storm
from bench.session import Session

COLUMNS = {**circles.COLUMNS, **storm.COLUMNS, **pages.COLUMNS}
BOTH = {"sqlite": "holdfast", "postgresql": "holdfast-pg"}


def run(session: Session) -> Outcome:
    """Every trial on both, one after the other, in each round; on the real disk."""
    if not postgresql.is_there():
        return Outcome(
            {}, {}, {}, ["PostgreSQL is not on this machine: apt-get install postgresql"]
        )
    with session.running(*BOTH.values(), durable=True) as servers:
        trials = {}
        for database, name in BOTH.items():
            server = servers[name]
            assert isinstance(server, Holdfast)
            trials[f"circles {database}"] = partial(session.load, server, circles.CIRCLES)
            trials[f"storm {database}"] = partial(storm.came_back, session, server)
            trials[f"pages {database}"] = partial(pages.busy, session, server)
        rows = interleaved(trials, session.rounds)
    return Outcome(COLUMNS, rows, _measured(rows))


def _measured(rows: Samples) -> dict[str, list[float]]:
    """The bars on PostgreSQL by themselves, and how quick it is, of SQLite."""
    last = [sample["last_p99_ms"] or circles.NEVER for sample in rows["circles postgresql"]]
    return {
        "circles postgresql": last,
        "storm postgresql": series(rows["storm postgresql"], "connect_s"),
        "pages postgresql": series(rows["pages postgresql"], "page_p95_ms"),
        "storm postgresql of sqlite": _as_quick(rows, "storm", "connect_s"),
        "pages postgresql of sqlite": _as_quick(rows, "pages", "page_p95_ms"),
    }


def _as_quick(rows: Samples, trial: str, column: str) -> list[float]:
    return percent(ratios(rows[f"{trial} sqlite"], rows[f"{trial} postgresql"], column))
