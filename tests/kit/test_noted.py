"""What a page asked ahead is at hand; what it did not is asked, and each thing once."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from holdfast.kit.house import House
from holdfast.kit.noted import Noted, noted_in, noting
from holdfast.rooms.tables import RoomRow
from kit.counting import Counting
from town import NIGHT, Town, mostly_on_sqlite

ROOMS = "SELECT id, slug FROM rooms WHERE id >= ? ORDER BY id"
NAMED = "SELECT name FROM rooms WHERE slug = ?"


@pytest.fixture
def counting(house: House) -> Counting:
    return Counting(house.workshop.glances)


@mostly_on_sqlite
async def test_what_was_asked_ahead_is_asked_in_one_go_and_then_at_hand(
    counting: Counting, house: House
) -> None:
    noted, glances = Noted(counting), house.workshop.glances
    rooms = await glances.rows(ROOMS, 0)
    await noted.ahead((ROOMS, (0,)), (NAMED, (rooms[0][1],)))
    assert counting.goes == 1
    assert await noted.rows(ROOMS, 0) == rooms
    assert await noted.rows(NAMED, rooms[0][1]) == await glances.rows(NAMED, rooms[0][1])
    assert counting.goes == 1
    assert await noted.several((ROOMS, [0]), (NAMED, ("nowhere",))) == [rooms, []]
    assert counting.goes == 2


@mostly_on_sqlite
async def test_what_was_not_asked_ahead_is_asked_once(counting: Counting) -> None:
    noted = Noted(counting)
    await noted.ahead((ROOMS, (0,)))
    assert await noted.rows(ROOMS, 2**40) == await noted.rows(ROOMS, 2**40) == []
    assert counting.goes == 2
    await noted.ahead((ROOMS, (0,)), (ROOMS, (2**40,)))
    assert counting.goes == 2


@mostly_on_sqlite
async def test_a_house_for_one_page_forgets_with_the_page(town: Town) -> None:
    house = town.house
    first = noting(house)
    assert house.workshop.glances is not first.workshop.glances
    assert await noted_in(first).rows(NAMED, NIGHT) != [("Another name",)]
    async with house.workshop.work() as work:
        await work.db.execute(update(RoomRow).values(name="Another name"))
    assert await noted_in(first).rows(NAMED, NIGHT) != [("Another name",)]
    assert await noted_in(noting(house)).rows(NAMED, NIGHT) == [("Another name",)]
