"""What moves, and whether it is the same on both sides."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String
from sqlalchemy.schema import Table as Shape

from holdfast.app.moving.alike import Sum, everything
from holdfast.app.tables import TABLES
from holdfast.kit.tables import Table


def test_every_table_there_is_moves_and_a_new_one_by_itself() -> None:
    known = {table.name for table in everything()}
    assert known == {row.__tablename__ for row in TABLES}
    new = Shape("just_thought_of", Table.metadata, Column("id", Integer, primary_key=True))
    new.append_column(Column("what", String))
    try:
        found = next(table for table in everything() if table.name == "just_thought_of")
        assert (found.columns, found.numbered) == (("id", "what"), "id")
    finally:
        Table.metadata.remove(new)


def test_rows_come_to_the_same_in_any_order_and_to_another_with_one_of_them_changed() -> None:
    rows = [(1, "one", b"1", None), (2, "two", b"2", 7)]
    assert Sum().with_rows(rows) == Sum().with_rows(reversed(rows))
    assert Sum().with_rows(rows) != Sum().with_rows([rows[0], (2, "two", b"2", None)])
    assert Sum().with_rows(rows) != Sum().with_rows([*rows, rows[0]])
