"""Guiding the talk from the desk with plain forms; and what the members of the room see of it."""

from __future__ import annotations

import httpx
import pytest

from holdfast.audit.queries import recent
from holdfast.rights.rules import Role, System
from holdfast.rooms.actions import close_room
from holdfast.rooms.queries import open_rooms
from members.walking import Page, visit
from rooms.guided import guide, room_id
from rooms.sitting import hired, on_shift
from town import (
    NIGHT,
    Person,
    StillClock,
    Town,
    mostly_on_sqlite,
    newcomers,
    on_sqlite,
    unlimited,
    written,
)

HERE = f"/desk/rooms/{NIGHT}"


def at(client: httpx.AsyncClient, person: Person) -> httpx.AsyncClient:
    client.cookies.set("holdfast", person.token)
    return client


async def does(client: httpx.AsyncClient, who: Person, do: str, **form: str) -> Page:
    """Send one of the page's forms, and go where it leads."""
    answer = await at(client, who).post(f"{HERE}/{do}", data=form, follow_redirects=True)
    return Page(answer)


async def sees(client: httpx.AsyncClient, who: Person) -> Page:
    """The night room as this person sees it."""
    return await visit(at(client, who), f"/rooms/{NIGHT}")


@pytest.mark.full
@mostly_on_sqlite
async def test_a_topic_of_the_hour_is_set_with_a_form_and_stands_in_the_room(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    dahlia = await on_shift(town)
    page = await does(client, dahlia, "topic", topic="Small good things", minutes="60")
    assert "The room has its topic of the hour." in page.said
    assert "Topic until 03:40: Small good things" in page.said
    assert "Topic until 03:40: Small good things" in (await sees(client, town.ash)).said
    page = await does(client, dahlia, "end", what="topic")
    assert "That is taken away." in page.said
    assert "Small good things" not in (await sees(client, town.ash)).said


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_refused_keeps_what_was_written(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia = await on_shift(town)
    page = await does(client, dahlia, "topic", topic="x" * 121)
    assert page.status == 400
    assert "A topic of the hour has 1 to 120 letters." in page.said
    assert page.form(f"{HERE}/topic").fields["topic"] == "x" * 121


@pytest.mark.full
@mostly_on_sqlite
async def test_a_message_is_pinned_from_the_desk_and_everyone_finds_it_at_the_top(
    town: Town, client: httpx.AsyncClient
) -> None:
    said = await town.say(town.ash, "Tea helps me *a lot*")
    dahlia = await on_shift(town)
    assert "Tea helps me" in (await visit(at(client, dahlia), f"{HERE}?at={said.seq}")).said
    page = await does(client, dahlia, "pin", seq=str(said.seq))
    assert "The message stands at the top of the room." in page.said
    page = await sees(client, town.birch)
    assert "Pinned:" in page.said
    assert f"/rooms/{NIGHT}?before={(said.seq or 0) + 1}#m{said.seq}" in page.links


@pytest.mark.full
@mostly_on_sqlite
async def test_a_pinned_message_with_a_content_note_stays_covered(
    town: Town, client: httpx.AsyncClient
) -> None:
    said = await town.say(town.ash, "the hard words", note="self-harm")
    dahlia = await on_shift(town)
    page = await does(client, dahlia, "pin", seq=str(said.seq))
    assert "the hard words" not in page.said
    assert "Content note: self-harm" in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_question_is_put_to_the_room_and_marked(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia = await on_shift(town)
    page = await does(client, dahlia, "question", text="What helped you today?", pin="1")
    assert "Your question is in the room." in page.said
    await written(town.house)
    page = await sees(client, town.ash)
    assert "A question for everyone here" in page.said
    assert page.said.count("What helped you today?") >= 2
    assert "Looking after this room" in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_slow_room_says_so_to_everyone(town: Town, client: httpx.AsyncClient) -> None:
    dahlia = await on_shift(town)
    await does(client, dahlia, "slow", seconds="60", minutes="30")
    said = (await sees(client, town.ash)).said
    assert "Slow for now: one message in 1 minute from each of us. Until 03:10." in said
    refused = await does(client, dahlia, "slow", seconds="1", minutes="30")
    assert "Between one message and the next lie 5 to 600 seconds." in refused.said


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_a_second_room_is_offered_when_it_is_needed_and_members_find_the_way(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia, _ = await on_shift(town), await on_shift(town, Role.MODERATOR, "Kim")
    refused = await does(client, dahlia, "second")
    assert refused.status == 409
    assert "You can open one when more than 12 write" in refused.said
    for person in await newcomers(town.house, 13, NIGHT):
        await town.say(person, "hello")
    page = await visit(at(client, dahlia), HERE)
    assert "13 people wrote in the last 15 minutes." in page.said
    page = await does(client, dahlia, "second")
    assert "The second room is open." in page.said
    assert "Go to the second room" in (await sees(client, town.ash)).said
    went = await client.post("/rooms/night-room-2/seat")
    assert went.headers["location"] == "/rooms/night-room-2/name"
    page = await visit(client, "/rooms/night-room-2")
    assert "Night owls 2" in page.said
    assert "To the first room" in page.said


def is_hidden(page: Page) -> bool:
    """Whether the way to write is there, but not shown."""
    form = next(tag for tag in page.html.split("<form ") if tag.startswith('class="comp"'))
    return "hidden" in form.partition(">")[0]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_closed_room_says_why_and_offers_no_way_to_write(
    town: Town, client: httpx.AsyncClient
) -> None:
    await town.say(town.ash, "before")
    dahlia = await on_shift(town)
    assert '<form class="comp"' in (await sees(client, town.ash)).html
    assert not is_hidden(await sees(client, town.ash))
    async with town.house.workshop.work() as work:
        await close_room(work, System(), room_id=await room_id(town), why="care")
    page = await sees(client, town.ash)
    assert "People from here closed this room to keep everyone safe." in page.said
    assert "before" in page.said
    assert is_hidden(page)
    page = await visit(at(client, dahlia), HERE)
    assert "There is nothing to guide." in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_who_is_off_shift_sees_the_rooms_and_none_of_the_words(
    town: Town, client: httpx.AsyncClient
) -> None:
    said = await town.say(town.ash, "only for those who are here")
    kim, dahlia = await hired(town, name="Kim"), await on_shift(town)
    for who, reads in ((dahlia, True), (kim, False)):
        page = await visit(at(client, who), f"{HERE}?at={said.seq}")
        assert ("only for those who are here" in page.said) == reads
        assert ("You are not on shift." in page.said) != reads
    async with town.house.workshop.reading() as work:
        read = [row.staff_id for row in await recent(work) if row.what == "words:read"]
    assert set(read) == {dahlia.actor.id}  # type: ignore[union-attr]
    page = await does(client, kim, "topic", topic="Tea")
    assert page.status == 403
    assert (await guide(town)).topic == ""


@pytest.mark.full
@mostly_on_sqlite
async def test_the_list_of_rooms_has_each_room_with_what_stands_there(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia = await on_shift(town)
    await does(client, dahlia, "topic", topic="Tea", minutes="30")
    page = await visit(at(client, dahlia), "/desk/rooms")
    async with town.house.workshop.reading() as work:
        names = [row.slug for row in await open_rooms(work)]
    assert all(f'id="{slug}"' in page.html for slug in names)
    assert "Topic until 03:10: Tea" in page.said
    assert "Sit down" in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_who_came_in_today_is_listed_by_the_name_of_this_room(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    clock.pass_time(days=2)
    (fresh,) = await newcomers(town.house, 1, NIGHT)
    dahlia = await on_shift(town)
    page = await visit(at(client, dahlia), HERE)
    assert (await town.seat(fresh)).author.pseudonym in page.said
    assert "new here" in page.said
    assert (await town.seat(town.ash)).author.pseudonym not in page.said


@on_sqlite
@pytest.mark.parametrize("seq", ["", "x", "-1", "9" * 20])
async def test_what_is_no_place_in_a_room_is_not_pinned(
    town: Town, client: httpx.AsyncClient, seq: str
) -> None:
    dahlia = await on_shift(town)
    assert (await does(client, dahlia, "pin", seq=seq)).status == 404
