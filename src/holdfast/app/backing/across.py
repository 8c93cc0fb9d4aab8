"""A backup of PostgreSQL, put down in an SQLite file: for a drill, or where one machine is left.

`COPY`'s binary form is a head, then rows: how many values, and of each its length and bytes.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from holdfast.app.backing.refusals import Refused

SIGN = b"PGCOPY\n\xff\r\n\0"
COUNT, LENGTH = struct.Struct(">h"), struct.Struct(">i")
HEAD = len(SIGN) + 2 * LENGTH.size
FIRST_DAY = date(2000, 1, 1)  # from which PostgreSQL counts days
AT_ONCE = 2_000  # rows
TRIGGERS = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
THERE = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
SHAPE = "alembic_version"


def _number(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


def _day(data: bytes) -> str:
    return (FIRST_DAY + timedelta(days=_number(data))).isoformat()


READ: dict[str, Callable[[bytes], Any]] = {
    "bigint": _number,
    "integer": _number,
    "smallint": _number,
    "boolean": _number,
    "date": _day,
    "bytea": bytes,
    "character varying": lambda data: str(data, "utf-8"),
    "text": lambda data: str(data, "utf-8"),
    "double precision": lambda data: struct.unpack(">d", data)[0],
}


class Rows:
    """The rows of one table, from the bytes that `COPY` gave of it."""

    def __init__(self, kinds: Sequence[str], data: Iterator[bytes]) -> None:
        try:
            self._read = [READ[kind] for kind in kinds]
        except KeyError as no:
            raise Refused("not_taken", error=f"a column of the kind {no}") from None
        self._data, self._left, self._at = data, b"", 0

    def _take(self, size: int) -> bytes:
        while len(self._left) - self._at < size:
            piece = next(self._data, None)
            if piece is None:
                raise Refused("not_the_same", what="a table ends too early")
            self._left, self._at = self._left[self._at :] + piece, 0
        self._at += size
        return self._left[self._at - size : self._at]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        if self._take(HEAD)[: len(SIGN)] != SIGN:
            raise Refused("not_the_same", what="a table is in no form we know")
        while (count := COUNT.unpack(self._take(COUNT.size))[0]) >= 0:
            if count != len(self._read):
                raise Refused("not_the_same", what="a row has other columns")
            yield tuple([self._value(read) for read in self._read])
        for _ in self._data:  # to its end, so that its sum is known
            raise Refused("not_the_same", what="a table goes on after its end")

    def _value(self, read: Callable[[bytes], Any]) -> Any:
        size = LENGTH.unpack(self._take(LENGTH.size))[0]
        return None if size < 0 else read(self._take(size))


class File:
    """An SQLite file of the same shape, while it is filled."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._guards = db.execute(TRIGGERS).fetchall()
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute("PRAGMA synchronous=OFF")  # synced as a whole in the end

    def empty(self) -> None:
        """Take away what the migrations wrote, and what keeps the record from being changed."""
        for name, _ in self._guards:
            self._db.execute(f'DROP TRIGGER "{name}"')
        for (name,) in self._db.execute(THERE).fetchall():
            if name != SHAPE:
                self._db.execute(f'DELETE FROM "{name}"')  # noqa: S608

    def put_down(self, name: str, about: dict[str, Any], data: Iterator[bytes]) -> int:
        """One table. How many rows it got."""
        columns = about["columns"]
        names = ", ".join(f'"{column}"' for column, _ in columns)
        places = ", ".join("?" * len(columns))
        insert = f'INSERT INTO "{name}" ({names}) VALUES ({places})'  # noqa: S608
        return self._db.executemany(insert, Rows([kind for _, kind in columns], data)).rowcount

    def go_on_from(self, name: str, numbers: dict[str, int]) -> None:
        """The next row of this table gets the number after the last one that was ever given."""
        for number in numbers.values():
            self._db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            self._db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, number))

    def finish(self) -> None:
        """What guards it stands again, and everything refers to something."""
        for _, sql in self._guards:
            self._db.execute(sql)
        if self._db.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Refused("not_the_same", what="a row refers to another that is not there")
