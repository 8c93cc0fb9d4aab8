"""A plan that was erased stays erased, whichever backups are restored together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backing.places import Backed
from holdfast.app.backing.refusals import Refused
from holdfast.app.opening import open_house
from holdfast.kit.house import House
from holdfast.messages.actions import erase_with_words
from holdfast.settings import Settings
from holdfast.wellbeing.actions import erase_line
from holdfast.wellbeing.queries import has_sealed_line, sealed_line_of
from town import StillClock, Town, mostly_on_sqlite
from wellbeing.planning import WORST, a_plan, lines_of, seal


async def take_line_back(town: Town) -> None:
    async with town.house.workshop.work() as work:
        await erase_line(work, town.ash.member)
    await town.house.erasing.look()


async def line_of_ash(town: Town) -> str | None:
    async with town.house.workshop.reading() as work:
        left = await sealed_line_of(work, town.house.root, town.ash.member)
        return left.words if left else None


@pytest.mark.full
async def test_a_plan_and_a_line_come_back_with_both_backups(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await a_plan(backed.town, backed.town.ash)
    await seal(backed.town, backed.town.ash)
    done = await backed.restored(empty, await backed.back_up())
    assert done.settled.lost == 0
    async with open_house(empty, StillClock()) as house:
        assert len(await lines_of(people(house), backed.town.ash)) == 3
        assert await line_of_ash(people(house)) == WORST


async def test_a_line_taken_back_after_the_backup_stays_erased_though_both_are_of_before(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await a_plan(backed.town, backed.town.ash)
    await seal(backed.town, backed.town.ash)
    taken = await backed.back_up()
    await take_line_back(backed.town)
    done = await backed.restored(empty, taken)
    assert done.settled.lost == 0
    async with open_house(empty, StillClock()) as house:
        assert len(await lines_of(people(house), backed.town.ash)) == 3
        assert await line_of_ash(people(house)) is None


@pytest.mark.full
async def test_with_the_list_lost_an_older_copy_with_newer_keys_opens_no_line_taken_back(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await a_plan(backed.town, backed.town.ash)
    await seal(backed.town, backed.town.ash)
    older = await backed.back_up()
    await take_line_back(backed.town)
    backed.clock.pass_time(hours=1)
    newer = await backed.back_up()
    with pytest.raises(Refused, match=r"\(words_lost\)"):
        await backed.restored(empty, older, keys=newer.keys, erasures="lost")
    done = await backed.restored(empty, older, keys=newer.keys, erasures="lost", accept_loss=1)
    assert done.settled.lost == 1
    async with open_house(empty, StillClock()) as house:
        town = people(house)
        async with house.workshop.reading() as work:
            assert await has_sealed_line(work, town.ash.member.id)
        assert await line_of_ash(town) is None
        assert len(await lines_of(town, town.ash)) == 3
        await seal(town, town.ash)
        assert await line_of_ash(town) == WORST


@pytest.mark.full
@mostly_on_sqlite
async def test_a_plan_that_went_with_its_member_opens_in_no_older_copy(
    backed: Backed, empty: Settings, people: Callable[[House], Town]
) -> None:
    await a_plan(backed.town, backed.town.ash)
    taken = await backed.back_up()
    await erase_with_words(backed.town.house.ledger, backed.town.ash.member)
    await backed.town.house.erasing.look(now=True)
    await backed.restored(empty, taken)
    async with open_house(empty, StillClock()) as house:
        assert await lines_of(people(house), backed.town.ash) == []
