"""E2: what was erased stays erased, whatever older copy of the place is put back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from backing.conftest import backed, empty, empty_url, pair, people
from backing.places import Backed
from holdfast.app.opening import open_house
from holdfast.erasing.tombstones import NAME, open_tombstones
from holdfast.kit.house import House
from holdfast.members.tables import MemberRow
from holdfast.messages.actions import erase_with_words
from holdfast.rooms.tables import SeatRow
from holdfast.settings import Settings
from town import EVENING, NIGHT, StillClock, Town, on_sqlite
from trust.erased import WORDS, erasing_of, plain_in, take_back, two_minutes_later, words_in
from trust.test_erasing_rooms import agreed, asked, the_lead

__all__ = ["backed", "empty", "empty_url", "pair", "people"]
People = Callable[[House], Town]
GONE = [WORDS, "everything of mine", "a day of many", "a room of many"]


async def a_life(town: Town, clock: StillClock) -> None:
    """What will be erased, in each of the four ways, and what stays."""
    await town.say(town.cedar, GONE[3], EVENING)
    await town.say(town.ash, GONE[2])
    clock.pass_time(days=1)
    await town.say(town.ash, GONE[0])
    await town.say(town.birch, GONE[1])
    await town.say(town.ash, "this stays")


async def erase_it_all(town: Town, clock: StillClock) -> None:
    lead = await the_lead(town)
    await take_back(town, town.ash, 2)
    await two_minutes_later(town, clock)
    erasing_of(town.house)
    await erase_with_words(town.house.ledger, town.birch.member)
    yesterday = clock.now().date().replace(day=clock.now().day - 1)
    await agreed(town, clock, lead, await asked(town, clock, yesterday))
    await agreed(town, clock, lead, await asked(town, clock, slug=EVENING))


async def read(house: House, people: People) -> list[tuple[str, str | None]]:
    town = people(house)
    return [*await words_in(town, town.ash), *await words_in(town, town.cedar, EVENING)]


@pytest.mark.full
async def test_e2_a_backup_from_before_brings_nothing_back(
    backed: Backed, empty: Settings, people: People
) -> None:
    town, clock = backed.town, backed.clock
    await a_life(town, clock)
    taken = await backed.back_up()
    await erase_it_all(town, clock)
    done = await backed.restored(empty, taken)
    assert {kind: count for kind, count in done.settled.erased.items() if count} == {
        "message": 1,
        "person": 1,
        "day": 1,
        "room": 1,
    }
    assert done.settled.lost == 0
    async with open_house(empty, clock) as house:
        said = await read(house, people)
        assert [words for words, _ in said if words] == ["this stays"]
        async with house.workshop.reading() as work:
            birch = select(MemberRow.id).where(MemberRow.id == town.birch.member.id)
            assert await work.db.scalar(birch) is None
            seats = select(SeatRow.id).where(SeatRow.member_id == town.birch.member.id)
            assert list(await work.db.scalars(seats)) == []
    assert plain_in(empty.data, *GONE) == []


@pytest.mark.full
@on_sqlite
async def test_e2_a_second_restore_and_a_second_look_find_nothing_more(
    backed: Backed, empty: Settings, people: People
) -> None:
    town, clock = backed.town, backed.clock
    await a_life(town, clock)
    taken = await backed.back_up()
    await erase_it_all(town, clock)
    await backed.restored(empty, taken)
    async with open_house(empty, clock) as house:
        erasing_of(house)
        assert await house.erasing.look(now=True) == 0
        again = await backed_of(backed, empty, people(house)).back_up()
    third = empty.model_copy(update={"data": empty.data.with_name("third")})
    done = await backed_of(backed, empty, town).restored(third, again)
    assert not any(done.settled.erased.values())


def backed_of(backed: Backed, settings: Settings, town: Town) -> Backed:
    """The same people with their backups, in another place."""
    sealed = settings.model_copy(update={"backup_to": backed.settings.backup_to})
    return replace(backed, settings=sealed, town=town, folder=backed.folder / "again")


@pytest.mark.full
@on_sqlite
async def test_e2_without_the_ledger_and_with_the_keys_of_today_it_is_unreadable_all_the_same(
    settings: Settings, town: Town, clock: StillClock, tmp_path: Path
) -> None:
    """An old copy of the data's file alone: no ledger is asked, and nothing opens."""
    await a_life(town, clock)
    await town.house.workshop.database.forget_deleted()
    shutil.copy(settings.data / "holdfast.db", tmp_path / "old.db")
    await erase_it_all(town, clock)
    put_back = tmp_path / "put-back"
    shutil.copytree(settings.data, put_back)
    for beside in put_back.glob("holdfast.db*"):
        beside.unlink()
    shutil.copy(tmp_path / "old.db", put_back / "holdfast.db")
    (put_back / "keys" / NAME).unlink()
    async with open_house(Settings(data=put_back), clock) as house:
        here = Town(**(vars(town) | {"house": house}))
        said = [*await words_in(here, here.ash), *await words_in(here, here.cedar, EVENING)]
    assert [words for words, _ in said if words in GONE] == []
    assert plain_in(put_back, *GONE) == []


async def test_the_ledger_names_nobody_and_nothing(
    settings: Settings, town: Town, clock: StillClock
) -> None:
    await a_life(town, clock)
    await erase_it_all(town, clock)
    tombstones = open_tombstones(settings)
    try:
        known = await tombstones.known()
    finally:
        await tombstones.close()
    assert sorted(mark.kind for mark in known) == ["day", "message", "person", "room", "seat"]
    assert all(len(mark.hash) == 32 for mark in known)
    kept = (settings.keys_folder / NAME).read_bytes()
    handle = (await town.seat(town.ash)).author.seat
    for said in (handle, NIGHT, EVENING, *GONE):
        assert said.encode() not in kept
