"""Anonymity and what we keep: the page names every table that leads to a member, and its end."""

from __future__ import annotations

from holdfast.app.knowing.reached import REACHED
from holdfast.kit.tables import Table
from trust.promised import is_there, table_in, told_in

ROWS = told_in("kept.toml")["row"]
PAGE = "docs/understanding/anonymity.md"


def test_the_page_says_what_the_list_says_row_by_row() -> None:
    listed = [(row["what"], row["until"]) for row in ROWS]
    assert [(what, until) for what, _, until in table_in(PAGE, "What is kept")] == listed


def test_every_table_that_leads_to_a_member_is_on_the_page() -> None:
    named = [table for row in ROWS for table in row["tables"]]
    assert set(REACHED) - set(named) == set()
    assert set(named) - set(Table.metadata.tables) == set()
    assert all(row["tables"] for row in ROWS)


def test_each_end_on_the_page_is_shown_by_tests_that_are_there() -> None:
    assert all(row["until"] and row["tests"] for row in ROWS)
    missing = [(row["what"], test) for row in ROWS for test in row["tests"] if not is_there(test)]
    assert missing == []
