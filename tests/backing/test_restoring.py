"""A place is backed up while people talk, and is there again as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backing.places import Backed, seen, talk
from holdfast.app.arriving import RESTORING
from holdfast.app.opening import open_house
from holdfast.kit.house import House
from holdfast.settings import Settings
from town import StillClock, Town, on_postgresql


@pytest.mark.full
async def test_what_was_said_before_the_backup_is_there_again_and_the_place_goes_on(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await talk(backed.town)
    before = await seen(backed.town)
    taken = await backed.back_up()
    await backed.town.say(backed.town.ash, "said after the backup")
    done = await backed.restored(empty, taken)
    assert done.rows == taken.rows > 30
    assert (done.settled.lost, done.settled.record_is_whole) == (0, True)
    async with open_house(empty, StillClock()) as house:
        town = people(house)
        assert await seen(town) == before
        assert house.epoch != backed.town.house.epoch, "who comes back loads the rooms anew"
        assert house.witness.is_whole
        said = await town.say(town.birch, "here again")
        assert said.seq == 13
    assert not (empty.data / RESTORING).exists()


@on_postgresql
async def test_a_place_of_postgresql_can_be_restored_into_a_folder(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await talk(backed.town)
    before = await seen(backed.town)
    taken = await backed.back_up()
    alone = empty.model_copy(update={"database_url": ""})
    done = await backed.restored(alone, taken)
    assert done.rows == taken.rows
    async with open_house(alone, StillClock()) as house:
        assert await seen(people(house)) == before
        assert house.witness.is_whole
        said = await people(house).say(people(house).birch, "here again")
        assert said.seq == 13


async def test_a_restore_that_is_run_again_after_its_end_is_refused_and_changes_nothing(
    backed: Backed, empty: Settings
) -> None:
    taken = await backed.back_up()
    await backed.restored(empty, taken)
    with pytest.raises(Exception, match=r"\(not_empty\)"):
        await backed.restored(empty, taken)
    async with open_house(empty, StillClock()):
        pass
