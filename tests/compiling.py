"""Statements are compiled once for a process, not once for every database that a test opens.

SQLAlchemy keeps what it compiled with its engine, and nearly every test opens engines of its own.
Writing a statement out as SQL costs more than running it on a database as small as a test's.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.util import LRUCache

ENOUGH = 10_000
_kept: dict[type[Dialect], tuple[Dialect, LRUCache[Any, Any]]] = {}


def _share(kind: type[Dialect], engine: Engine) -> None:
    """Let an engine use what others on its kind of database compiled."""
    if kind in _kept:
        engine.dialect, engine._compiled_cache = _kept[kind]
        return

    @event.listens_for(engine, "engine_connect")  # by now the dialect knows its database
    def keep(_: Any) -> None:
        _kept.setdefault(kind, (engine.dialect, LRUCache(ENOUGH)))


DefaultDialect.engine_created = classmethod(_share)  # type: ignore[method-assign, assignment]
