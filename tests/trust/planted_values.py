"""Somebody for whom canaries are planted, and the value that each column of theirs gets."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Enum,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)

from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.gathering import CODES
from holdfast.app.knowing.reached import BY_CODE, REACHED, Way
from holdfast.kit.ids import MemberId
from holdfast.kit.tables import Moment
from holdfast.kit.tables import Table as Rows

COUNT = itertools.count(1)


@dataclass
class Planted:
    """What was planted for one person: each canary by its column, and the rows they lie in."""

    name: str
    member_id: MemberId
    ids: dict[str, Any] = field(default_factory=dict)
    canaries: dict[str, Any] = field(default_factory=dict)
    keys: dict[str, Any] = field(default_factory=dict)  # of the first row in each table
    other: dict[str, Any] = field(default_factory=dict)  # who told or chose something about them
    words: dict[str, str] = field(default_factory=dict)  # those that were sealed

    def told(self, privacy: frozenset[Privacy]) -> dict[str, Any]:
        """The canaries of columns of these kinds."""
        tables = Rows.metadata.tables
        return {
            column: value
            for column, value in self.canaries.items()
            if privacy_of(tables[column.split(".")[0]].c[column.split(".")[1]]) in privacy
        }


def value(planted: Planted, table: Table, column: Column[Any], way: Way | None) -> Any:
    """What to put into a column: whom it must name, or a value that stands nowhere else."""
    if way is not None and column.name == way.column:
        return named(planted, way)
    if column.name in {"member_id", "seat_id"}:
        first = way in REACHED.get(table.name, ())[:1]
        blocked = column.name == "seat_id" and "other_id" in table.c
        whose = planted.ids if first or blocked else planted.other
        return whose["members" if column.name == "member_id" else "seats"]
    for key in column.foreign_keys:
        return planted.ids.get(key.column.table.name)
    if column.name == "message_id" and "messages" in planted.ids:
        again = way in REACHED.get(table.name, ())[1:] and _is_one_of_a_kind(table, column)
        return fresh(planted.name, column) if again else planted.ids["messages"]
    return fresh(planted.name, column)


def _is_one_of_a_kind(table: Table, column: Column[Any]) -> bool:
    """Whether no two rows may have the same here."""
    kinds = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    return any(column.name in one.columns for one in kinds)


def named(planted: Planted, way: Way) -> Any:
    """What a way's column holds: the member, the row it leads through, or a code of that."""
    if way.through == BY_CODE:
        return f"{CODES['seats']}:{planted.ids['seats']}"
    return planted.ids[way.through] if way.through else planted.member_id


def fresh(name: str, column: Column[Any]) -> Any:
    """A value that is this column's alone."""
    count = next(COUNT)
    match column.type:
        case Enum():
            return column.type.enum_class and next(iter(column.type.enum_class)).value
        case Moment():
            return datetime(2001, 1, 1, 1, tzinfo=UTC) + timedelta(days=count, seconds=7)
        case Date():
            return date(1801, 1, 1) + timedelta(days=count)
        case Boolean():
            return True
        case SmallInteger():
            return 10_000 + count
        case LargeBinary():
            return secrets.token_bytes(column.type.length or 16)
        case String():
            return f"canary-{name}-{count}"[: column.type.length]
        case _:
            return _number(column, count)


def _number(column: Column[Any], count: int) -> int:
    return 7_000_000 + count if isinstance(column.type, BigInteger) else 6_000_000 + count
