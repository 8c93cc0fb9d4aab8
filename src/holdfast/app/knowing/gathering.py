"""Every row about one member, by the register of ways: for their export and for `disclose`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Enum,
    Row,
    String,
    Table,
    false,
    or_,
    select,
    true,
    type_coerce,
)

import holdfast.app.tables  # noqa: F401 - every table there is
from holdfast.app.knowing.reached import BY_CODE, REACHED, Way
from holdfast.app.knowing.told import may_be_told
from holdfast.kit.ids import MemberId
from holdfast.kit.tables import Table as Rows
from holdfast.kit.work import Work

AT_ONCE = 500  # codes asked for in one statement
# By which word the record and the pager call a row of these tables.
CODES = {
    "members": "member",
    "seats": "seat",
    "escalations": "escalation",
    "cases": "case",
    "measures": "measure",
    "appeals": "appeal",
}


def table_of(name: str) -> Table:
    """A table as the schema has it."""
    return Rows.metadata.tables[name]


async def rows_about(
    work: Work, member_id: MemberId, *, told: bool
) -> AsyncIterator[tuple[Table, list[Row[Any]]]]:
    """Each table with the rows about a member. `told`: only those that member may be told now."""
    codes = [code async for code in _codes(work, member_id, told=told)]
    for name, ways in REACHED.items():
        if name not in Rows.metadata.tables:
            continue
        ways_taken = [way for way in ways if way.told or not told]
        rows = [
            row
            for some in _in_pieces(codes if _by_code(name) else [])
            for row in await _rows(work, table_of(name), ways_taken, member_id, some, told=told)
        ]
        if rows:
            yield table_of(name), rows


async def _rows(
    work: Work,
    table: Table,
    ways: Sequence[Way],
    member_id: MemberId,
    codes: Sequence[str],
    *,
    told: bool,
) -> Sequence[Row[Any]]:
    leads = [leading(table, way, member_id, codes) for way in ways]
    where = or_(false(), *leads) & (may_be_told(table) if told else true())
    shown = [as_kept(column) for column in table.columns]
    order = list(table.primary_key.columns)
    return (await work.db.execute(select(*shown).where(where).order_by(*order))).all()


def as_kept(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column as it lies there: of a closed list any word, also one that this version lacks."""
    if isinstance(column.type, Enum):
        return type_coerce(column, String).label(column.name)
    return column


def leading(
    table: Table, way: Way, member_id: MemberId, codes: Iterable[str] = ()
) -> ColumnElement[bool]:
    """Which rows lead to this member on this way."""
    column = table.c[way.column]
    if not way.through:
        return column == member_id
    if way.through == BY_CODE:
        return or_(false(), *(_names(table, column, code) for code in codes))
    further = table_of(way.through)
    first = REACHED[way.through][0]
    return column.in_(select(further.c.id).where(leading(further, first, member_id, codes)))


def _names(table: Table, column: ColumnElement[Any], code: str) -> ColumnElement[bool]:
    """Whether a code names this thing, or a part of it (`escalation:12:check-in`)."""
    named = or_(column == code, column.startswith(f"{code}:", autoescape=True))
    if "detail" not in table.c or not code.startswith("seat:"):
        return named
    seat = f'"seat":{code.removeprefix("seat:")}'  # of whom it was, where staff read a room
    kept = table.c.detail
    return or_(named, kept.contains(f"{seat},"), kept.contains(f"{seat}}}"))


async def _codes(work: Work, member_id: MemberId, *, told: bool) -> AsyncIterator[str]:
    for name, word in CODES.items():
        table = table_of(name)
        way = REACHED[name][0]
        where = leading(table, way, member_id) & (may_be_told(table) if told else true())
        for row_id in await work.db.scalars(select(table.c.id).where(where)):
            yield f"{word}:{row_id}"


def _by_code(name: str) -> bool:
    way = REACHED[name][0]
    while way.through and way.through != BY_CODE:
        way = REACHED[way.through][0]
    return way.through == BY_CODE


def _in_pieces(codes: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, max(len(codes), 1), AT_ONCE):
        yield codes[start : start + AT_ONCE]
