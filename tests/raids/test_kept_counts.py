"""What was counted and could not be kept is counted still."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from holdfast.kit.errors import NotKept
from holdfast.kit.house import House
from holdfast.kit.work import Work
from holdfast.members.events import MemberCameIn, MembersSettled
from holdfast.members.tables import StandingRow
from holdfast.raids.actions import begin_raid
from holdfast.raids.events import RaidBegan
from holdfast.raids.queries import cohort_of, open_raids
from holdfast.raids.tables import ArrivalRow
from holdfast.rights.rules import System
from town import Town, mostly_on_sqlite, on_sqlite


async def arrived(house: House) -> int:
    async with house.workshop.reading() as work:
        return await work.db.scalar(select(func.sum(ArrivalRow.count))) or 0


async def said(house: House, town: Town) -> int:
    async with house.workshop.reading() as work:
        row = await work.db.get(StandingRow, town.ash.member.id)
        return 0 if row is None else row.said


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The disk is full: what is written down is not kept, until the test says otherwise."""

    async def full(*_: object, **__: object) -> None:
        raise NotKept

    monkeypatch.setattr("holdfast.reactions.raids.note_cohort", full)
    return monkeypatch.undo


@mostly_on_sqlite
async def test_counts_that_could_not_be_kept_are_kept_the_next_time(
    town: Town, broken: Callable[[], None]
) -> None:
    house, watch = town.house, town.house.reactions.raids
    before = await arrived(house)
    await town.say(town.ash, "Good night, everyone")
    async with house.workshop.work() as work:
        await begins(work)
    async with house.workshop.work() as work:
        for person in (town.birch, town.cedar):
            work.announce(MemberCameIn(person.member.id, invited=False))
    with pytest.raises(NotKept):
        await watch.write_down()
    assert (await arrived(house), await said(house, town)) == (before, 0)
    broken()
    await watch.write_down()
    assert (await arrived(house), await said(house, town)) == (before + 2, 1)
    async with house.workshop.reading() as work:
        (raid,) = await open_raids(work)
        cohort = set(await cohort_of(work, raid))
    assert cohort == {town.birch.member.id, town.cedar.member.id}
    await watch.write_down()
    assert (await arrived(house), await said(house, town)) == (before + 2, 1)


async def begins(work: Work) -> None:
    await begin_raid(work, System(), room_id=None, members=())
    assert any(isinstance(event, RaidBegan) for event in work.events)


@on_sqlite
async def test_who_is_settled_is_no_newcomer_from_the_moment_it_is_on_disk(town: Town) -> None:
    ladder, ash = town.house.reactions.raids.ladder, town.ash.member.id
    assert ladder.is_newcomer(ash)
    async with town.house.workshop.work() as work:
        work.announce(MembersSettled((ash,)))
        assert ladder.is_newcomer(ash)
    assert not ladder.is_newcomer(ash)
