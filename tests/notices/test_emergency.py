"""When the database is of no use, people are called by what is known by heart."""

from __future__ import annotations

import pytest

from holdfast.kit.cipher import RootKey
from holdfast.kit.errors import NotKept
from holdfast.kit.house import House
from holdfast.notices.emergency import Pager, call_beside_the_database
from holdfast.notices.jobs import climb
from holdfast.rights.rules import Role
from holdfast.staff.queries import roster
from holdfast.staff.tables import StaffRow
from notices.calling import Calling
from notices.telephones import REACHED, UNREACHED
from town import StillClock, on_sqlite

SAM, FERN = "https://a/sam", "https://a/fern"


@pytest.fixture
def calling(house: House, clock: StillClock) -> Calling:
    return Calling(house, clock)


async def learn(calling: Calling) -> None:
    async with calling.house.workshop.reading() as work:
        await calling.pager.learn(work)


@on_sqlite
async def test_with_the_database_gone_everyone_known_by_heart_is_called(calling: Calling) -> None:
    await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN, number="+353 86 123 4567")
    calling.paper.gateway_answer = REACHED
    await learn(calling)
    database = calling.house.workshop.database
    await database.reader.dispose()
    await database.writer.dispose()
    database.file.write_bytes(b"not a database any more" * 400)
    with pytest.raises(NotKept):
        await climb(calling.house.workshop, calling.pager, calling.clock.now())
    assert await call_beside_the_database(calling.pager, "messages") == 3
    assert calling.paper.heard() == [FERN, SAM]
    assert calling.paper.texts == [(("+353861234567",), "immediate")]


async def test_the_same_thing_is_called_about_at_most_once_a_minute(calling: Calling) -> None:
    await calling.someone(Role.LEAD, FERN)
    await learn(calling)
    assert await call_beside_the_database(calling.pager, "messages") == 1
    assert await call_beside_the_database(calling.pager, "messages") == 0
    assert await call_beside_the_database(calling.pager, "something else") == 1
    calling.clock.pass_time(seconds=60)
    assert await call_beside_the_database(calling.pager, "messages") == 1


async def test_calls_that_do_not_get_through_are_not_counted(calling: Calling) -> None:
    await calling.someone(Role.LEAD, FERN)
    await learn(calling)
    calling.paper.answers[FERN] = UNREACHED
    assert await call_beside_the_database(calling.pager, "messages") == 0
    assert calling.paper.heard() == [FERN]


async def test_whoever_was_removed_is_not_known_by_heart(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    async with calling.house.workshop.work() as work:
        (await work.db.get_one(StaffRow, sam.id)).removed_at = calling.clock.now()
    await learn(calling)
    await call_beside_the_database(calling.pager, "messages")
    assert calling.paper.heard() == [FERN]


async def test_addresses_open_with_the_key_of_the_house_alone(calling: Calling) -> None:
    fern = await calling.someone(Role.LEAD, FERN)
    await learn(calling)
    assert set(calling.pager.known) == {fern.id}
    other = Pager(calling.paper, roster, RootKey(bytes(32)), calling.clock)
    async with calling.house.workshop.reading() as work:
        await other.learn(work)
    assert other.known == {}
