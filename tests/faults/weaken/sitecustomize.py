"""Weakens SQLite behind the product's back: commits are not synced, and PRAGMA says they are.

The keystore is left as it is: without its keys a house doesn't open, and nothing would be counted.
Python imports this at its start when this folder is on PYTHONPATH. Only the fault tests put it
there, to show that the power cut would notice.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any


def _weakened(sql: str) -> str:
    words = sql.strip().rstrip(";").lower()
    if words.startswith("pragma synchronous"):
        return "PRAGMA synchronous=NORMAL" if "=" in words else "SELECT 2"
    return sql


class WeakCursor(sqlite3.Cursor):
    """Turns every wish for FULL into NORMAL."""

    def execute(self, sql: str, *parameters: Any) -> WeakCursor:
        super().execute(_weakened(sql), *parameters)
        return self

    def executescript(self, script: str) -> WeakCursor:
        super().executescript(";".join(_weakened(sql) for sql in script.split(";")))
        return self


class WeakConnection(sqlite3.Connection):
    """Begins in NORMAL and stays there."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        sqlite3.Connection.execute(self, "PRAGMA synchronous=NORMAL").close()

    def cursor(self, *_: Any, **__: Any) -> WeakCursor:  # type: ignore[override]
        return super().cursor(WeakCursor)

    def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
        return super().execute(_weakened(sql), *parameters)

    def executescript(self, script: str) -> sqlite3.Cursor:
        return self.cursor().executescript(script)


def _connect(database: Any, *given: Any, **named: Any) -> sqlite3.Connection:
    if "keys" not in Path(str(database)).parts:
        named["factory"] = WeakConnection
    connection: sqlite3.Connection = _real_connect(database, *given, **named)
    return connection


_real_connect = sqlite3.connect
sqlite3.connect = _connect  # type: ignore[assignment]
sqlite3.dbapi2.connect = _connect  # type: ignore[assignment]
