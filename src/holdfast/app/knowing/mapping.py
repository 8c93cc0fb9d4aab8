"""The map of what is held: every table and column, read from the schema, so that it cannot lie."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from sqlalchemy import Column

from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.reached import NOBODY, REACHED
from holdfast.app.knowing.told import TOLD, WORDS_LEFT_OUT
from holdfast.app.tables import TABLES
from holdfast.kit.tables import Table as Rows

# What is held outside the tables, and where.
ELSEWHERE: dict[str, str] = {
    "keystore": "the wrapped keys of sealed words: one for each seat and UTC day, and when it was",
    "erasure ledger": "what was erased: its kind, a keyed hash of its number, and when",
    "root.key": "the key that wraps the others, or its place; nothing of anybody",
    "audit-head.json": "how far the record of what staff did goes, and its last hash",
    "memory": "who is here, drafts under way, counts against haste; gone with the process",
}


class Kept(Struct, frozen=True):
    """One column: what it is to a person, and whether its member is handed it."""

    name: str
    privacy: Privacy
    told: bool


class Held(Struct, frozen=True):
    """One table: what it is for, how it leads to a member, and its columns."""

    name: str
    about: str
    ways: tuple[str, ...]
    nobody: str  # why it leads to no member, where it does not
    columns: tuple[Kept, ...]


def data_map() -> list[Held]:
    """Every table there is, in the order of their names."""
    rows = sorted(TABLES, key=lambda row: row.__tablename__)
    return [_held(row) for row in rows]


def _held(row: type[Rows]) -> Held:
    name = row.__tablename__
    ways = REACHED.get(name, ())
    columns = tuple(
        Kept(column.name, privacy_of(column), bool(ways) and _is_told(column))
        for column in Rows.metadata.tables[name].columns
    )
    told = tuple(f"{way}" if way.told else f"{way} (not told: {way.why})" for way in ways)
    return Held(name, _first_line(row.__doc__), told, NOBODY.get(name, ""), columns)


def _is_told(column: Column[Any]) -> bool:
    """Whether the rows that are told have this column."""
    if not any(way.told for way in REACHED[column.table.name]):
        return False
    privacy = privacy_of(column)
    return privacy in TOLD or (privacy is Privacy.WORDS and str(column) not in WORDS_LEFT_OUT)


def _first_line(text: str | None) -> str:
    return (text or "").strip().partition("\n")[0]
