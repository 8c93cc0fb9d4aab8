"""Every column says what it is to a person, and every table how it leads to one, if it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Column, Connection, inspect

import holdfast.app.tables  # noqa: F401 - every table there is
from holdfast.app.knowing.columns import MEANS, Privacy, privacy_of
from holdfast.app.knowing.reached import BY_CODE, NOBODY, REACHED
from holdfast.kit.house import House
from holdfast.kit.tables import Table

TO_A_MEMBER = {"member_id", "other_id", "asker_id", "listener_id"}
FURTHER = {"seat_id", "about_id", "escalation_id", "case_id", "measure_id", "message_id"}
PEOPLE = {*TO_A_MEMBER, "about_id"}


def columns() -> Iterator[Column[object]]:
    for table in Table.metadata.sorted_tables:
        yield from table.columns


def said(column: Column[object]) -> bool:
    """Whether somebody said what this column is to a person, in a word that is allowed."""
    return column.info.get("privacy") in set(Privacy)


def test_every_column_says_what_it_is_to_a_person() -> None:
    assert [str(column) for column in columns() if not said(column)] == []
    assert set(MEANS) == set(Privacy)


async def test_no_column_of_the_database_itself_is_without_such_a_word(house: House) -> None:
    def there(connection: Connection) -> set[tuple[str, str]]:
        look = inspect(connection)
        return {
            (table, column["name"])
            for table in look.get_table_names()
            if table not in {"alembic_version", "sqlite_sequence"}
            for column in look.get_columns(table)
        }

    async with house.workshop.database.reader.connect() as connection:
        found = await connection.run_sync(there)
    assert found == {(c.table.name, c.name) for c in columns() if said(c)}


@pytest.mark.parametrize("info", [{}, {"privacy": ""}, {"privacy": "harmless"}])
def test_a_column_of_which_nobody_said_it_would_be_seen(info: dict[str, str]) -> None:
    assert said(Column("fine", info={"privacy": "state"}))
    assert not said(Column("more", info=info))


def test_words_are_kept_as_bytes_alone() -> None:
    """Words lie sealed: a text column could not hold them."""
    plain = [str(c) for c in columns() if privacy_of(c) is Privacy.WORDS and not is_bytes(c)]
    assert plain == []


def is_bytes(column: Column[object]) -> bool:
    return column.type.python_type is bytes


def test_every_table_leads_to_a_member_or_says_why_it_leads_to_none() -> None:
    tables = set(Table.metadata.tables)
    assert set(REACHED) | set(NOBODY) == tables
    assert set(REACHED) & set(NOBODY) == set()
    assert all(NOBODY.values())


def test_each_column_that_can_lead_to_a_member_is_a_way_in_the_register() -> None:
    """A table through which somebody can be found is never taken for one that is about nobody."""
    missing = [
        f"{column.table.name}.{column.name}"
        for column in columns()
        if column.name in {*TO_A_MEMBER, *FURTHER} and not is_known(column)
    ]
    assert missing == []


def is_known(column: Column[object]) -> bool:
    """Who is named outright is a way of their own; a seat or a case may be the second way."""
    ways = {way.column for way in REACHED.get(column.table.name, ())}
    return column.name in ways if column.name in PEOPLE else bool(ways)


def test_each_way_is_there_and_ends_at_a_member() -> None:
    for table, ways in REACHED.items():
        for way in ways:
            column = Table.metadata.tables[table].columns[way.column]
            assert privacy_of(column) is not Privacy.PLACE, (table, way)
            if way.through and way.through != BY_CODE:
                assert way.through in REACHED, (table, way)
            elif way.through != BY_CODE:
                assert way.column in {*TO_A_MEMBER, "id"}, (table, way)
