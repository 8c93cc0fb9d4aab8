"""Closing rooms, opening second ones beside full rooms, and who came in today."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from holdfast.messages.actions.guiding import (
    open_second_room,
)
from holdfast.rights.rules import Role, System
from holdfast.rooms.actions import (
    close_room,
    reopen_room,
    settle_states,
    take_seat,
)
from holdfast.rooms.queries import open_rooms
from holdfast.rooms.queries.guiding import who_came_in_since
from holdfast.rooms.rules.guiding import NoSecondRoom, RoomClosed
from members.walking import visit
from rooms.guided import guide, room_id
from rooms.sitting import on_shift
from serving import Served
from town import (
    EVENING,
    NIGHT,
    Person,
    StillClock,
    Town,
    mostly_on_sqlite,
    newcomers,
    on_sqlite,
    unlimited,
)

# ---------------------------------------------------------------- closing


@mostly_on_sqlite
async def test_a_closed_room_can_be_read_by_its_members_and_nobody_writes(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    assert (await line.post("before"))["event"] == "accepted"
    room = await room_id(town)
    async with town.house.workshop.work() as work:
        await close_room(work, System(), room_id=room, why="care")
    assert (await line.hear_next("room_changed"))["state"] == "closed"
    refused = await line.post("after")
    assert (refused["event"], refused["code"]) == ("refused", "room_closed")
    again = await served.line(town.birch)
    heard = await again.enter(since=0)
    assert "before" in [event.get("text") for event in heard]
    async with town.house.workshop.work() as work:
        with pytest.raises(RoomClosed):
            await take_seat(work, town.cedar.actor, slug=NIGHT)
        await settle_states(work, System())
    assert (await guide(town, room)).closed == "care"
    async with town.house.workshop.reading() as work:
        assert NIGHT not in [row.slug for row in await open_rooms(work)]


@pytest.mark.full
@on_sqlite
async def test_a_closed_room_stays_on_the_list_of_those_who_sit_there(
    town: Town, client: httpx.AsyncClient
) -> None:
    """They may still read it, and nothing else leads there."""
    room = await room_id(town)
    async with town.house.workshop.work() as work:
        await close_room(work, System(), room_id=room, why="notice")
    client.cookies.set("holdfast", town.ash.token)
    page = await visit(client, "/rooms")
    assert f"/rooms/{NIGHT}" in page.links
    assert "Closed" in page.said
    [stranger] = await newcomers(town.house, 1)
    client.cookies.set("holdfast", stranger.token)
    assert "Night owls" not in (await visit(client, "/rooms")).said


@mostly_on_sqlite
async def test_a_room_that_is_opened_again_is_what_the_rota_says(
    town: Town, served: Served
) -> None:
    room = await room_id(town)
    line = await served.line(town.ash)
    await line.enter()
    async with town.house.workshop.work() as work:
        await close_room(work, System(), room_id=room, why="notice")
    async with town.house.workshop.work() as work:
        await reopen_room(work, System(), room_id=room)
        await reopen_room(work, System(), room_id=room)
    assert (await line.hear_next("room_changed"))["state"] == "closed"
    assert (await line.hear_next("room_changed"))["state"] == "quiet"
    async with town.house.workshop.work() as work:
        await settle_states(work, System(), covered=False)
    assert (await line.hear_next("room_changed"))["state"] == "live"
    assert (await line.post("again"))["event"] == "accepted"
    assert (await guide(town)).closed == ""


@mostly_on_sqlite
async def test_a_room_is_closed_for_a_reason_of_the_list(town: Town) -> None:
    async with town.house.workshop.work() as work:
        await close_room(work, System(), room_id=await room_id(town, EVENING), why="care")
        with pytest.raises(ValueError, match="notice"):
            await close_room(work, System(), room_id=await room_id(town), why="because")


# ---------------------------------------------------------------- a second room


async def fill(town: Town, voices: int) -> list[Person]:
    """So many more people say something in the night room."""
    people = await newcomers(town.house, voices, NIGHT)
    for person in people:
        await town.say(person, "hello")
    return people


async def opens_second(town: Town, who: Person) -> str:
    async with town.house.workshop.work() as work:
        return await open_second_room(work, who.actor, slug=NIGHT)


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_a_second_room_opens_beside_a_full_one_when_two_are_there_to_read(
    town: Town, served: Served, clock: StillClock
) -> None:
    dahlia = await on_shift(town)
    await fill(town, 12)
    line = await served.line(town.ash)
    await line.enter()
    await on_shift(town, Role.MODERATOR, "Kim")
    with pytest.raises(NoSecondRoom):
        await opens_second(town, dahlia)
    await town.say(town.ash, "the thirteenth voice")
    assert await opens_second(town, dahlia) == "night-room-2"
    assert (await line.hear_next("room_changed"))["second"] == "night-room-2"
    assert (await guide(town)).second == "night-room-2"
    assert (await guide(town, await room_id(town, "night-room-2"))).first == NIGHT
    with pytest.raises(NoSecondRoom):
        await opens_second(town, dahlia)


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_no_second_room_opens_with_one_reader_or_for_voices_of_long_ago(
    town: Town, clock: StillClock
) -> None:
    dahlia = await on_shift(town)
    await fill(town, 13)
    with pytest.raises(NoSecondRoom):
        await opens_second(town, dahlia)
    await on_shift(town, Role.MODERATOR, "Kim")
    clock.pass_time(minutes=16)
    with pytest.raises(NoSecondRoom):
        await opens_second(town, dahlia)
    clock.pass_time(minutes=-15)
    assert await opens_second(town, dahlia)


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_an_empty_second_room_closes_by_itself_and_the_first_is_told(
    town: Town, served: Served, clock: StillClock
) -> None:
    dahlia, _ = await on_shift(town), await on_shift(town, Role.MODERATOR, "Kim")
    await fill(town, 13)
    slug = await opens_second(town, dahlia)
    second = await room_id(town, slug)
    async with town.house.workshop.work() as work:
        await take_seat(work, town.ash.actor, slug=slug)
    clock.pass_time(minutes=20)
    await town.say(town.ash, "still here", slug)
    clock.pass_time(minutes=20)
    await town.house.reactions.rooms.look()
    assert (await guide(town, second)).closed == ""
    line = await served.line(town.ash)
    await line.enter(slug)
    clock.pass_time(minutes=20)
    await town.house.reactions.rooms.look()
    assert (await guide(town, second)).closed == ""
    await line.say("leave", room=slug)
    await line.say("leave", room=slug)
    await line.hear_next("refused")
    await town.house.reactions.rooms.look()
    assert (await guide(town, second)).closed == "empty"
    assert (await guide(town)).second == ""


# ---------------------------------------------------------------- who came in today


@mostly_on_sqlite
async def test_who_came_in_today_names_pseudonyms_of_this_room_and_who_is_new(
    town: Town, clock: StillClock
) -> None:
    clock.pass_time(days=2)
    since = clock.now() - timedelta(hours=24)
    async with town.house.workshop.work() as work:
        seat = await take_seat(work, town.cedar.actor, slug=NIGHT)
        cedar = seat.pseudonym
    (fresh,) = await newcomers(town.house, 1, NIGHT)
    async with town.house.workshop.reading() as work:
        found = await who_came_in_since(work, await room_id(town), since)
    new = (await town.seat(fresh)).author.pseudonym
    assert [(one.pseudonym, one.is_new) for one in found] == [(new, True), (cedar, False)]
