"""What was frozen after a backup was made is frozen in the place that is restored from it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from backing.places import Backed, seen
from holdfast.app.opening import open_house
from holdfast.audit.tables import AuditRow
from holdfast.desk.jobs import Forgetting
from holdfast.kit.errors import NotKept
from holdfast.kit.house import House
from holdfast.members.tables import FreezeRow
from holdfast.messages.tables import HiddenWordsRow
from holdfast.settings import Settings
from members.freezing import froze, thawed
from town import StillClock, Town, mostly_on_sqlite

MINE = "only kept from now on"


@pytest.mark.full
async def test_words_that_were_frozen_after_the_backup_are_out_of_sight_from_the_first_moment(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town = backed.town
    await town.say(town.ash, "somebody else's")
    await town.say(town.birch, MINE)
    taken = await backed.back_up()
    backed.clock.pass_time(hours=1)
    await froze(town, town.birch)
    since = backed.clock.now()
    done = await backed.restored(empty, taken)
    assert (done.settled.frozen, done.settled.record_is_whole) == (1, True)
    async with open_house(empty, StillClock()) as house:
        assert MINE not in str(await seen(people(house)))
        assert "somebody else's" in str(await seen(people(house)))
        async with house.workshop.reading() as work:
            (row,) = await work.db.scalars(select(FreezeRow))
            (told,) = await work.db.scalars(
                select(AuditRow).where(AuditRow.what == "member:frozen")
            )
        assert (row.at, row.apart_at is not None, told.role) == (since, True, "system")
        again = people(house)
        await thawed(again, again.birch)
        assert MINE in str(await seen(people(house)))


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_thawed_again_before_the_restore_is_not_frozen_by_it(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    town = backed.town
    await town.say(town.birch, MINE)
    taken = await backed.back_up()
    await froze(town, town.birch)
    backed.clock.pass_time(hours=1)
    await thawed(town, town.birch)
    assert (await backed.restored(empty, taken)).settled.frozen == 0
    async with open_house(empty, StillClock()) as house:
        assert MINE in str(await seen(people(house)))


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_frozen_again_is_not_taken_by_the_night_that_let_it_stay(
    backed: Backed, empty: Settings
) -> None:
    town, house = backed.town, backed.town.house
    await town.say(town.ash, "its time is over")
    await town.say(town.birch, MINE)
    taken = await backed.back_up()
    await froze(town, town.birch)
    backed.clock.pass_time(days=31)
    assert await Forgetting(house.workshop, house.ledger.keyring).look() == 1
    await house.erasing.look(now=True)
    done = await backed.restored(empty, taken)
    assert (done.settled.frozen, done.settled.erased["night"], done.settled.lost) == (1, 1, 0)
    async with open_house(empty, StillClock()) as again, again.workshop.reading() as work:
        assert [row.seq for row in await work.db.scalars(select(HiddenWordsRow))] == [2]


@pytest.mark.full
@mostly_on_sqlite
async def test_where_the_list_does_not_answer_a_freeze_holds_and_the_clock_notes_it_later(
    backed: Backed, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, list_ = backed.town, backed.town.house.erasing.parts.tombstones

    async def silent(*_: object) -> None:
        raise NotKept

    await town.say(town.birch, MINE)
    with monkeypatch.context() as away:
        away.setattr(list_, "add", silent)
        await froze(town, town.birch)
        assert MINE not in str(await seen(town))
        assert await list_.known() == {}
    await town.house.reactions.freezing.look()
    assert [mark.kind for mark in await list_.known()] == ["freeze"]
