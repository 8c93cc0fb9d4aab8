"""Quick look-ups: a crowd that asks at once shares a few connections, and its questions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy import update

from holdfast.kit.asking import as_one, dealt, joined, may_be_joined, numbered
from holdfast.kit.errors import NotKept
from holdfast.kit.glances import AT_ONCE, MOST_JOINED, Glances, PostgresGlances, glances_at
from holdfast.kit.house import House
from holdfast.kit.pulse import Pulse
from holdfast.rooms.tables import RoomRow
from town import on_postgresql

ASKING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
AFTER = "SELECT id, slug FROM rooms WHERE id > ? ORDER BY id DESC"
CALLED = "SELECT id, name FROM rooms WHERE slug = ?"
NAMED = "SELECT id, slug FROM rooms WHERE slug = ? OR id = ?"
NEWEST = "SELECT slug FROM rooms ORDER BY id LIMIT ?"
HELD_UP = "SELECT name FROM rooms WHERE slug = ? AND pg_advisory_xact_lock_shared(?) IS NOT NULL"
HOLD_UP, LET_GO = "SELECT pg_advisory_lock(7)", "SELECT pg_advisory_unlock(7)"
WAITING = (
    "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
    " WHERE l.locktype = 'advisory' AND l.objid = 7 AND NOT l.granted"
    " AND d.datname = current_database()"
)
BROKEN = "SELECT 1 / (id - ?) FROM rooms"
WHOLE = "SELECT id, slug FROM rooms ORDER BY id"


@pytest_asyncio.fixture
async def glances(house: House) -> AsyncIterator[Glances]:
    found = glances_at(house.workshop.database)
    yield found
    await found.close()


@on_postgresql
async def test_a_crowd_that_asks_first_shares_one_pool(house: House, glances: Glances) -> None:
    ((before,),) = await house.workshop.glances.rows(ASKING)
    await asyncio.gather(*(glances.rows("SELECT 1") for _ in range(40)))
    ((after,),) = await house.workshop.glances.rows(ASKING)
    assert 1 <= after - before <= AT_ONCE


async def test_each_of_a_crowd_has_the_answer_to_their_own_question(glances: Glances) -> None:
    whole = await glances.rows(WHOLE)
    assert len(whole) > 1
    crowd = 3 * MOST_JOINED
    answers = await asyncio.gather(*(glances.rows(AFTER, n % 4) for n in range(crowd)))
    for number, rows in enumerate(answers):
        assert rows == [row for row in reversed(whole) if row[0] > number % 4]


async def test_questions_of_many_kinds_wait_together_and_are_not_mixed_up(
    glances: Glances,
) -> None:
    whole = await glances.rows(WHOLE)
    for _ in range(3):
        asked = [
            question
            for id_, slug in whole
            for question in (
                glances.rows(NAMED, slug, id_),
                glances.rows(NAMED, "nowhere", id_),
                glances.rows(NAMED, "nowhere", 0),
                glances.rows(NEWEST, 1),
                glances.rows("SELECT 1"),
            )
        ]
        answers = await asyncio.gather(*asked)
        for at, row in enumerate(whole):
            first = whole[0][1]
            expected = [[row], [row], [], [(first,)], [(1,)]]
            assert answers[5 * at : 5 * at + 5] == expected


async def test_several_questions_are_answered_in_one_go_each_with_its_own_rows(
    glances: Glances,
) -> None:
    whole = await glances.rows(WHOLE)
    id_, slug = whole[0]
    found = await glances.several(
        (AFTER, (id_,)), (NAMED, (slug, 0)), (NAMED, ("", 0)), (WHOLE, ())
    )
    assert found == [whole[:0:-1], [(id_, slug)], [], whole]
    many = await asyncio.gather(
        *(glances.several((AFTER, (n,)), (NAMED, (slug, n))) for n in [0, id_] * MOST_JOINED)
    )
    assert (
        many
        == [await glances.several((AFTER, (n,)), (NAMED, (slug, n))) for n in [0, id_]]
        * MOST_JOINED
    )


async def test_whoever_stops_waiting_takes_nobodys_answer(glances: Glances) -> None:
    whole = await glances.rows(WHOLE)
    crowd = [asyncio.ensure_future(glances.rows(AFTER, 0)) for _ in range(4 * AT_ONCE)]
    await asyncio.sleep(0)
    for gone in crowd[::2]:
        gone.cancel()
    answers = await asyncio.gather(*crowd, return_exceptions=True)
    assert answers[1::2] == [whole[::-1]] * (2 * AT_ONCE)
    assert await glances.rows(WHOLE) == whole  # and whoever comes later is answered


class Noticing:
    """The pulse of a database, and every question that goes out on a connection it makes."""

    def __init__(self, pulse: Pulse) -> None:
        self.asked: list[str] = []
        self._pulse = pulse

    async def connect(self, **options: Any) -> asyncpg.Connection:
        connection = await self._pulse.connect(**options)
        connection.add_query_logger(lambda record: self.asked.append(record.query))
        return connection


@asynccontextmanager
async def held_up(house: House) -> AsyncIterator[None]:
    """Nobody who asks `HELD_UP` with a 7 is answered meanwhile."""
    connection = await house.workshop.database.pulse.connect()
    try:
        await connection.execute(HOLD_UP)
        yield
        await connection.execute(LET_GO)
    finally:
        await connection.close()


async def one_waits(house: House) -> None:
    while not await house.workshop.glances.rows(WAITING):
        pass


@on_postgresql
async def test_what_is_being_asked_already_the_others_ask_together(house: House) -> None:
    pulse = Noticing(house.workshop.database.pulse)
    glances = PostgresGlances(cast(Pulse, pulse))
    try:
        ((_, slug), *_) = await glances.rows(WHOLE)
        pulse.asked.clear()
        async with held_up(house):
            first = asyncio.ensure_future(glances.rows(HELD_UP, slug, 7))
            await one_waits(house)
            crowd = [
                asyncio.ensure_future(glances.rows(HELD_UP, slug, 7))
                for _ in range(2 * MOST_JOINED + AT_ONCE)
            ]
            assert await glances.rows("SELECT 1") == [(1,)]  # nobody waits behind another question
        names = await asyncio.gather(first, *crowd)
        assert [*names[:1] * len(names)] == names
        assert await glances.rows("SELECT 2") == [(2,)]
        asked = [question for question in pulse.asked if "pg_advisory" in question]
        # Alone; as many as may ask together, twice; and the few that are left.
        assert len(asked) == 4
    finally:
        await glances.close()


@on_postgresql
async def test_who_asks_with_others_is_never_told_what_was_before(
    house: House, glances: Glances
) -> None:
    ((_, slug), *_) = await glances.rows(WHOLE)
    async with held_up(house):
        early = asyncio.ensure_future(glances.rows(HELD_UP, slug, 7))
        await one_waits(house)
        async with house.workshop.work() as work:
            await work.db.execute(update(RoomRow).where(RoomRow.slug == slug).values(name="New"))
        late = [asyncio.ensure_future(glances.rows(HELD_UP, slug, 7)) for _ in range(3)]
    assert await early != [("New",)]
    assert await asyncio.gather(*late) == [[("New",)]] * 3


@on_postgresql
async def test_a_question_is_planned_once_for_whoever_asks_it(glances: Glances) -> None:
    """A plan of its own for each value took the room page's question longer than its answer."""
    found = await glances.rows("SELECT current_setting('plan_cache_mode')")
    assert found == [("force_generic_plan",)]


@on_postgresql
async def test_what_breaks_for_one_is_said_to_all_who_asked_with_them(glances: Glances) -> None:
    ((one, *_),) = (await glances.rows(WHOLE))[:1]
    assert await glances.rows(BROKEN, -1)
    answers = await asyncio.gather(
        *(glances.rows(BROKEN, one) for _ in range(4 * AT_ONCE)), return_exceptions=True
    )
    assert {type(answer) for answer in answers} == {NotKept}
    assert await glances.rows(WHOLE)


@on_postgresql
async def test_a_lost_connection_is_made_anew(house: House, glances: Glances) -> None:
    whole = await glances.rows(WHOLE)
    mine = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    asked = [glances.rows("SELECT pg_sleep(?) LIMIT ?", 30.0, 1) for _ in range(AT_ONCE)]
    waiting = asyncio.gather(*asked, return_exceptions=True)
    here = f"{mine} AND datname = current_database() AND query LIKE '%pg_sleep($%'"
    ended = 0
    while ended < AT_ONCE:
        ended += len(await house.workshop.glances.rows(here))
    assert {type(answer) for answer in await waiting} == {NotKept}
    assert await glances.rows(WHOLE) == whole


async def test_once_it_is_closed_nothing_is_answered(house: House) -> None:
    glances = glances_at(house.workshop.database)
    assert await glances.rows("SELECT 1") == [(1,)]
    await glances.close()
    with pytest.raises(NotKept):
        await glances.rows("SELECT 1")


def test_a_question_with_a_limit_or_a_list_is_asked_by_itself() -> None:
    assert may_be_joined(CALLED)
    assert not may_be_joined(NEWEST)
    assert not may_be_joined("SELECT 1 FROM rooms WHERE id = ANY(?)")
    assert not may_be_joined("SELECT 1")


def test_how_questions_are_put_together() -> None:
    assert numbered("a = ? AND b = ?") == "a = $1 AND b = $2"
    assert joined("SELECT x WHERE a = ? AND b = ?", ["int8", "text"]) == (
        "SELECT asker.place, q.* FROM unnest($1::int8[], $2::text[]) WITH ORDINALITY"
        " asker(v1, v2, place) CROSS JOIN LATERAL (SELECT x WHERE a = asker.v1 AND b = asker.v2) q"
    )
    assert as_one(["A", "B"]) == (
        "SELECT ARRAY(SELECT ROW(q.*) FROM (A) q), ARRAY(SELECT ROW(q.*) FROM (B) q)"
    )
    assert dealt([(2, "b"), (1, "a"), (2, "c")], 3) == [[("a",)], [("b",), ("c",)], []]
