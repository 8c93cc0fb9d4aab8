"""Whoever starts a process at a wrong address reads what is wrong with it."""

from __future__ import annotations

import asyncpg
import pytest
from sqlalchemy import make_url

from holdfast.app.preparing import reach
from holdfast.app.schema import Unfit
from holdfast.kit.database import open_database
from holdfast.kit.primary import NotReached, told


async def refused(url: str) -> str:
    database = open_database(url)
    try:
        with pytest.raises(Unfit) as no:
            await reach(database)
    finally:
        await database.close()
    return str(no.value)


async def test_a_server_that_has_no_such_database_says_so(postgres_url: str) -> None:
    database = open_database(postgres_url)
    await reach(database)
    await database.close()
    said = await refused(postgres_url + "_that_is_not_there")
    assert "answers, but it has no database of that name" in said
    assert "asyncpg" not in said


async def test_a_server_that_does_not_know_who_asks_says_so(postgres_url: str) -> None:
    said = await refused(postgres_url.replace("holdfast@", "nobody:secret-words@"))
    assert "answers, but it does not take that name and password" in said
    assert "secret-words" not in said


async def test_where_nobody_listens_the_address_may_be_wrong() -> None:
    said = await refused("postgresql://holdfast:secret-words@127.0.0.1:1/holdfast")
    assert "Is it running, and is the address right?" in said
    assert "secret-words" not in said


def test_why_a_server_was_not_reached_is_told_through_what_stands_in_front_of_it() -> None:
    no = NotReached("CannotConnectNowError")
    no.__cause__ = asyncpg.CannotConnectNowError()
    assert "is still starting" in told(make_url("postgresql://one/holdfast"), no)
