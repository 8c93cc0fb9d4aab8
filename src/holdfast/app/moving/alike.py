"""What is moved, and whether it is the same on both sides: one canonical form of every row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any

from msgspec import Struct
from sqlalchemy import Boolean, Date
from sqlalchemy.schema import Table as Shape

from holdfast.app.tables import TABLES
from holdfast.kit.tables import Table

WIDTH = 16  # bytes of a row's hash
Row = Sequence[Any]
Change = tuple[int, Callable[[Any], Any]]  # of the value at a place of the row


class Sum(Struct, frozen=True):
    """How many rows there are, and what they come to, in whatever order they were read."""

    rows: int = 0
    hashes: int = 0

    def with_rows(self, rows: Iterable[Row]) -> Sum:
        count, hashes = self.rows, self.hashes
        for row in rows:
            count += 1
            digest = blake2b(repr(tuple(row)).encode(), digest_size=WIDTH).digest()
            hashes += int.from_bytes(digest, "big")
        return Sum(count, hashes % (1 << 8 * WIDTH))


class Moved(Struct, frozen=True):
    """One table: its columns, and which of their values look different on the two databases."""

    name: str
    columns: tuple[str, ...]
    to_postgresql: tuple[Change, ...]
    as_on_sqlite: tuple[Change, ...]
    numbered: str | None  # the column that gets the next number by itself

    def changed(self, rows: Iterable[Row], changes: tuple[Change, ...]) -> Iterable[Row]:
        """The rows with these values changed; untouched where nothing is to be changed."""
        if not changes:
            return rows
        return (_changed(row, changes) for row in rows)


def _changed(row: Row, changes: tuple[Change, ...]) -> Row:
    values = list(row)
    for place, change in changes:
        if values[place] is not None:
            values[place] = change(values[place])
    return tuple(values)


def everything() -> list[Moved]:
    """Every table there is, whatever others refer to first."""
    assert TABLES  # noqa: S101 - that list is what makes all of them known
    return [_moved(shape) for shape in Table.metadata.sorted_tables]


def _moved(shape: Shape) -> Moved:
    there: list[Change] = []
    back: list[Change] = []
    for place, column in enumerate(shape.columns):
        if isinstance(column.type, Boolean):
            there.append((place, bool))
            back.append((place, int))
        elif isinstance(column.type, Date):
            there.append((place, date.fromisoformat))
            back.append((place, date.isoformat))
    number = shape.autoincrement_column
    return Moved(
        shape.name,
        tuple(column.name for column in shape.columns),
        tuple(there),
        tuple(back),
        None if number is None else number.name,
    )
