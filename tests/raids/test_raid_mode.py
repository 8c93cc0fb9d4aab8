"""Raid mode: on by itself when far more come than usual, and over when it is calm."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select, update

from crisis.voice import GOODBYE
from holdfast.kit.errors import Conflict, NotFound, NotPermitted
from holdfast.kit.house import House
from holdfast.kit.ids import RaidId
from holdfast.members.actions import make_invitations
from holdfast.members.queries import door_now
from holdfast.members.rules.door import Door
from holdfast.members.tables import StandingRow
from holdfast.notices.queries import open_pages
from holdfast.raids.actions import end_raid_by_hand, raid_by_hand, set_read_first
from holdfast.raids.queries import RaidSummary, cohort_of, raids_lately
from holdfast.raids.tables import ArrivalRow, Began
from holdfast.rights.rules import Role, System
from holdfast.settings import Switch
from raids.raiders import crowd, newcomer
from town import EVENING, NIGHT, Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite


async def raids_of(house: House) -> list[RaidSummary]:
    await house.reactions.settled()
    async with house.workshop.reading() as work:
        return await raids_lately(work)


async def somebody(town: Town, role: Role = Role.MODERATOR) -> Person:
    async with town.house.workshop.work() as work:
        return await appoint(work, role)


@pytest.mark.full
@mostly_on_sqlite
async def test_when_far_more_come_in_than_usual_it_begins_by_itself(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    began = clock.ticks()
    await crowd(client, clock, 12)
    assert await raids_of(town.house) == []
    await crowd(client, clock, 1)
    (raid,) = await raids_of(town.house)
    assert (raid.room, raid.how, raid.ended_at) == (None, Began.ARRIVALS, None)
    assert clock.ticks() - began < 5
    async with town.house.workshop.reading() as work:
        door = await door_now(work, may_ask=True)
        assert len(await cohort_of(work, raid.id)) == 13
        assert [page.about for page in await open_pages(work)] == [f"raid:{raid.id}"]
    assert (door.asks_proof, door.many) == (True, True)


@pytest.mark.full
@mostly_on_sqlite
async def test_while_it_lasts_what_newcomers_write_is_read_first_and_they_are_told(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await settle(town, town.ash)
    before = await newcomer(client, NIGHT)
    assert (await before.say("I am new here, hello")).status_code == 201
    clock.pass_time(minutes=11)
    await crowd(client, clock, 13)
    await raids_of(town.house)
    late = await newcomer(client, NIGHT)
    held = await late.say("Hello, I came to listen")
    assert (held.status_code, held.json()["why"]) == (202, "newcomer")
    assert (await before.say("Is it all right to be sad")).status_code == 202
    page = await client.get(f"/rooms/{NIGHT}", headers=late.bearer)
    assert "Many people are coming in just now. What you write is read first" in page.text
    assert "Kept until someone has read it, because you are new here." in page.text
    page = await client.get(f"/rooms/{NIGHT}", headers=town.ash.bearer)
    assert "Many people" not in page.text
    await town.say(town.ash, "Good evening to all who came")  # has been here long enough


@on_sqlite
async def test_words_of_a_newcomer_in_danger_take_the_way_of_danger(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await crowd(client, clock, 13)
    await raids_of(town.house)
    late = await newcomer(client, NIGHT)
    held = await late.say(GOODBYE)
    assert (held.status_code, held.json()["why"]) == (202, "concern")


@on_sqlite
async def test_people_with_invitations_are_no_raid(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        codes = await make_invitations(work, System(), root=town.house.root, count=30)
    invited = [await newcomer(client, NIGHT, invitation=code) for code in codes]
    assert await raids_of(town.house) == []
    assert (await invited[-1].say("We all came together")).status_code == 201


@on_sqlite
async def test_many_sitting_down_in_one_room_are_a_raid_of_that_room_alone(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    came = await crowd(client, clock, 9, apart=7)
    for someone in came:
        await someone.sit(EVENING)
    (raid,) = await raids_of(town.house)
    assert raid.room == "Evening room"
    assert raid.cohort == 9
    assert (await came[0].say("Good evening", EVENING)).status_code == 202
    ledger = town.house.ledger
    assert (await town.seat(town.ash)).room_id not in ledger.read_first


@on_sqlite
async def test_the_fourth_who_speaks_as_soon_as_they_came_is_read_first_for_two_minutes(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    came = await crowd(client, clock, 4, NIGHT, apart=11)
    answers = [(await someone.say("Hello to everyone here")).status_code for someone in came]
    assert answers == [201, 201, 201, 202]
    assert await raids_of(town.house) == []
    clock.pass_time(minutes=2)
    await town.house.reactions.raids.look()
    assert (await came[3].say("Hello again, it is still me")).status_code == 201


@mostly_on_sqlite
async def test_it_ends_by_itself_after_half_an_hour_of_calm(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    house = town.house
    await crowd(client, clock, 13)
    await raids_of(house)
    clock.pass_time(minutes=9)
    await house.reactions.raids.look()
    clock.pass_time(minutes=29)
    await house.reactions.raids.look()
    assert (await raids_of(house))[0].ended_at is None
    clock.pass_time(minutes=2)
    await house.reactions.raids.look()
    assert (await raids_of(house))[0].ended_at == clock.now()
    assert not house.ledger.read_first
    assert not house.ledger.slow
    async with house.workshop.reading() as work:
        assert await door_now(work, may_ask=True) == Door()


@on_sqlite
async def test_its_rooms_go_slowly_and_afterwards_as_before(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    night, evening = await town.seat(town.ash), await town.seat(town.cedar, EVENING)
    town.house.ledger.slow[evening.room_id] = 30
    keeper = await somebody(town)
    async with town.house.workshop.work() as work:
        raid = await raid_by_hand(work, keeper.actor)
    assert town.house.ledger.slow[night.room_id] == 5
    assert town.house.ledger.slow[evening.room_id] == 30
    async with town.house.workshop.work() as work:
        await end_raid_by_hand(work, keeper.actor, raid_id=raid, version=1)
    assert town.house.ledger.slow == {evening.room_id: 30}


@mostly_on_sqlite
async def test_moderators_turn_it_on_and_off_and_nobody_else_does(town: Town) -> None:
    keeper, house = await somebody(town), town.house
    for person in (town.ash, town.elm, town.guest):
        async with house.workshop.work() as work:
            with pytest.raises(NotPermitted):
                await raid_by_hand(work, person.actor, slug=NIGHT)
    async with house.workshop.work() as work:
        raid = await raid_by_hand(work, keeper.actor, slug=NIGHT)
    async with house.workshop.work() as work:
        assert await raid_by_hand(work, keeper.actor, slug=NIGHT) == raid
    for person in (town.ash, town.elm):
        async with house.workshop.work() as work:
            with pytest.raises(NotFound):
                await end_raid_by_hand(work, person.actor, raid_id=raid, version=1)
    async with house.workshop.work() as work:
        with pytest.raises(Conflict):
            await end_raid_by_hand(work, keeper.actor, raid_id=raid, version=7)
        with pytest.raises(NotFound):
            await end_raid_by_hand(work, keeper.actor, raid_id=RaidId(99), version=1)
    async with house.workshop.work() as work:
        await end_raid_by_hand(work, keeper.actor, raid_id=raid, version=1)
    async with house.workshop.work() as work:
        with pytest.raises(Conflict):
            await end_raid_by_hand(work, keeper.actor, raid_id=raid, version=2)


@on_sqlite
async def test_turned_off_by_a_person_it_does_not_begin_by_itself_for_half_an_hour(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    keeper = await somebody(town)
    await crowd(client, clock, 13)
    (raid,) = await raids_of(town.house)
    async with town.house.workshop.work() as work:
        await end_raid_by_hand(work, keeper.actor, raid_id=raid.id, version=raid.version)
    await crowd(client, clock, 20)
    assert len(await raids_of(town.house)) == 1
    clock.pass_time(minutes=31)
    await crowd(client, clock, 13)
    assert len(await raids_of(town.house)) == 2


@on_sqlite
async def test_a_raid_goes_on_after_a_stop(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await crowd(client, clock, 13)
    await raids_of(town.house)
    raids = town.house.reactions.raids
    town.house.ledger.read_first = set()
    raids.raids = {}
    await raids.begin()
    assert (await town.seat(town.ash)).room_id in town.house.ledger.read_first


@on_sqlite
async def test_where_coverage_is_off_nobody_is_read_first(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    assert town.house.settings.coverage is Switch.ON
    town.house.reactions.raids.covered = False
    came = await crowd(client, clock, 14, NIGHT)
    assert await raids_of(town.house) == []
    assert (await came[-1].say("Hello from the last of us")).status_code == 201


@mostly_on_sqlite
async def test_stewards_have_newcomers_read_first_in_a_room(
    client: httpx.AsyncClient, town: Town
) -> None:
    house, someone = town.house, await newcomer(client, NIGHT, EVENING)
    async with house.workshop.work() as work:
        with pytest.raises(NotPermitted):
            await set_read_first(work, town.ash.actor, slug=NIGHT, on=True)
    for _ in range(2):
        async with house.workshop.work() as work:
            await set_read_first(work, town.elm.actor, slug=NIGHT, on=True)
    assert (await someone.say("Hello to the night")).status_code == 202
    page = await client.get(f"/rooms/{NIGHT}", headers=someone.bearer)
    assert "In this room, what new people write is read first." in page.text
    assert (await someone.say("Hello to the evening", EVENING)).status_code == 201
    async with house.workshop.work() as work:
        await set_read_first(work, town.elm.actor, slug=NIGHT, on=False)
    assert (await someone.say("Hello once more")).status_code == 201


@mostly_on_sqlite
async def test_how_many_came_is_kept_by_ten_minutes_and_nothing_of_who(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await crowd(client, clock, 3, NIGHT, apart=20)
    await town.house.reactions.raids.look()
    await crowd(client, clock, 2, apart=20)
    await town.house.reactions.raids.look()
    async with town.house.workshop.reading() as work:
        found = {row.place: row.count for row in await work.db.scalars(select(ArrivalRow))}
    night = (await town.seat(town.ash)).room_id
    assert found == {0: 5, night: 3}
    assert {column.name for column in ArrivalRow.__table__.columns} == {"place", "slot", "count"}


@on_sqlite
async def test_a_week_after_a_raid_nobody_knows_any_more_who_came(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    keeper = await somebody(town)
    await crowd(client, clock, 13)
    (raid,) = await raids_of(town.house)
    async with town.house.workshop.work() as work:
        await end_raid_by_hand(work, keeper.actor, raid_id=raid.id, version=raid.version)
    clock.pass_time(days=6)
    await town.house.reactions.raids.look()
    assert (await raids_of(town.house))[0].cohort == 13
    clock.pass_time(days=2)
    await town.house.reactions.raids.look()
    assert (await raids_of(town.house))[0].cohort == 0


async def settle(town: Town, person: Person) -> None:
    """Somebody has been here long enough."""
    async with town.house.workshop.work() as work:
        work.db.add(StandingRow(member_id=person.member.id, days=3, said=10, today=False))
    await town.house.reactions.raids.begin()


async def test_settling_is_seen_by_the_house(town: Town) -> None:
    assert town.house.ledger.is_newcomer(town.ash.member.id)
    await settle(town, town.ash)
    assert not town.house.ledger.is_newcomer(town.ash.member.id)
    async with town.house.workshop.work() as work:
        await work.db.execute(update(StandingRow).values(said=9))
    await town.house.reactions.raids.begin()
    assert town.house.ledger.is_newcomer(town.ash.member.id)
