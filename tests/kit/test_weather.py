"""A connection that breaks under a statement is weather, in whatever words the driver says so."""

from __future__ import annotations

import asyncpg
import pytest

from holdfast.kit.errors import NotKept
from holdfast.kit.house import House
from town import mostly_on_sqlite

BROKEN = (asyncpg.InternalClientError("not connected"), ConnectionResetError("cut"))


@mostly_on_sqlite
@pytest.mark.parametrize("broken", BROKEN)
async def test_what_is_read_over_a_connection_that_breaks_is_not_read(
    house: House, broken: Exception
) -> None:
    with pytest.raises(NotKept) as refused:
        async with house.workshop.reading():
            raise broken
    assert refused.value.code == "not_read"


@mostly_on_sqlite
@pytest.mark.parametrize("broken", BROKEN)
async def test_what_is_written_over_a_connection_that_breaks_is_not_kept(
    house: House, broken: Exception
) -> None:
    with pytest.raises(NotKept) as refused:
        async with house.workshop.work():
            raise broken
    assert refused.value.code == "not_kept"


@mostly_on_sqlite
async def test_a_mistake_of_our_own_is_not_taken_for_weather(house: House) -> None:
    with pytest.raises(KeyError):
        async with house.workshop.reading():
            raise KeyError("a mistake")
