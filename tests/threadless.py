"""In the quick run SQLite answers at once, not from a thread; with `--all` it is as in the house.

Four times for each statement aiosqlite hands something to its thread and waits: that costs more
than SQLite needs on a database as small as a test's. What may have to wait for another connection
goes to the thread as ever, and before each statement the others of the loop have their turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from aiosqlite.core import Connection

AT_ONCE = {"cursor", "fetchall", "fetchone", "fetchmany", "commit", "rollback"}
STATEMENTS = {"execute", "executemany"}
_in_the_thread = Connection._execute


def pytest_configure(config: pytest.Config) -> None:
    """The quick run is the one without those that CI adds."""
    if "not full" in config.option.markexpr:
        Connection._execute = _execute  # type: ignore[method-assign, assignment]


async def _execute(self: Connection, do: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Do it here and now, unless it may have to wait."""
    connection, what = self._connection, do.__name__
    if not self._running or connection is None:
        raise ValueError("Connection closed")
    if what in STATEMENTS and (connection.in_transaction or given[0] == "BEGIN"):
        await asyncio.sleep(0)
    elif what not in AT_ONCE and not _is_cursor_closing(do):
        return await _in_the_thread(self, do, *given, **named)  # type: ignore[no-untyped-call]
    return do(*given, **named)


def _is_cursor_closing(do: Callable[..., Any]) -> bool:
    """Whether it is a cursor that closes; a whole connection closes in its thread."""
    return do.__name__ == "close" and hasattr(getattr(do, "__self__", None), "fetchone")
