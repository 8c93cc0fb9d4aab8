"""The export holds everything that is kept about me, and nothing that is somebody else's.

A canary lies in each column of each table, for Ash and for Birch. So a new column is either in
the export or is left out by its word, with the reason that members read.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from holdfast.app.knowing.columns import Privacy
from holdfast.app.knowing.kept import as_plain
from holdfast.app.knowing.reached import NOBODY, REACHED
from holdfast.app.knowing.told import TOLD, WORDS_LEFT_OUT
from holdfast.kit.tables import Table
from town import Person, Town, mostly_on_sqlite
from trust.planted import Planted, planted

HANDED_OVER = frozenset({Privacy.CHOICE, Privacy.TIME, Privacy.STATE})


async def both(town: Town) -> tuple[Planted, Planted]:
    """Canaries for Ash and others for Birch, sealed words among them."""
    async with town.house.workshop.work() as work:
        mine = await planted(work, town, town.ash, "ash", told=True)
        theirs = await planted(work, town, town.birch, "birch", told=True)
    return mine, theirs


async def exported(client: httpx.AsyncClient, person: Person) -> dict[str, Any]:
    answer = await client.get("/api/v1/me/export", headers=person.bearer)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def is_canary(value: object) -> bool:
    """Closed lists and yes or no have too few values to tell one person's from another's."""
    if isinstance(value, str):
        return value.startswith("canary-")
    return isinstance(value, date | datetime) or (isinstance(value, int) and value > 1_000_000)


@mostly_on_sqlite
async def test_a_canary_in_each_of_my_columns_is_in_the_export(
    client: httpx.AsyncClient, town: Town
) -> None:
    mine, _ = await both(town)
    tables = (await exported(client, town.ash))["tables"]
    own = mine.told(HANDED_OVER) | {
        column: words for column, words in mine.words.items() if column not in WORDS_LEFT_OUT
    }
    assert [column for column, value in own.items() if not is_in(tables, column, value)] == []
    assert set(tables) >= {name for name in REACHED if told(name)}


def told(name: str) -> bool:
    """Whether there is a way on which a member is told of this table's rows."""
    return name in Table.metadata.tables and any(way.told for way in REACHED[name])


def is_in(tables: dict[str, Any], column: str, value: object) -> bool:
    table, name = column.split(".")
    rows = tables.get(table, [])
    if table in NOBODY or as_plain(value) in [row.get(name) for row in rows]:
        return True
    return isinstance(value, str) and value in json.dumps(rows)


@pytest.mark.full
@mostly_on_sqlite
async def test_no_canary_in_anybody_else_s_columns_is_in_it(
    client: httpx.AsyncClient, town: Town
) -> None:
    mine, theirs = await both(town)
    found = json.dumps(await exported(client, town.ash))
    assert [value for value in mine.told(TOLD).values() if is_canary(value)]
    assert [
        column
        for column, value in theirs.canaries.items()
        if column.split(".")[0] in REACHED
        and is_canary(value)
        and json.dumps(as_plain(value)) in found
    ] == []


@pytest.mark.full
@mostly_on_sqlite
async def test_no_word_of_anybody_else_and_none_that_staff_wrote_for_staff_is_in_it(
    client: httpx.AsyncClient, town: Town
) -> None:
    mine, theirs = await both(town)
    found = json.dumps(await exported(client, town.ash))
    assert mine.words["messages.text"] in found
    assert [column for column, words in theirs.words.items() if words in found] == []
    left = {column: words for column, words in mine.words.items() if column in WORDS_LEFT_OUT}
    assert left
    assert [column for column, words in left.items() if words in found] == []
    assert "a staff name" not in found
