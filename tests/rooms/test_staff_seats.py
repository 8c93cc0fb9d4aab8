"""Staff sit in open rooms under their name, on shift only, and what they read is noted."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from holdfast.audit.queries import recent
from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.rights.rules import Role, Staff
from holdfast.rooms.access import NotOnShift, seat_in, seat_to_speak
from holdfast.rooms.actions import sit_down
from holdfast.rooms.queries.sides import my_side_space
from holdfast.rooms.queries.staffed import staff_in_room
from holdfast.staff.actions.people import remove_staff
from holdfast.staff.actions.shifts import check_out
from members.walking import visit
from rooms.sitting import begins, hired, on_shift, sits
from serving import PATIENCE, Served
from town import NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite, written


async def recorded(town: Town, what: str) -> list[str | None]:
    async with town.house.workshop.reading() as work:
        return [row.about for row in await recent(work) if row.what == what]


@mostly_on_sqlite
async def test_a_moderator_sits_down_on_shift_and_speaks_under_the_staff_name(town: Town) -> None:
    dahlia = await hired(town)
    with pytest.raises(NotOnShift):
        await sits(town, dahlia)
    await begins(town, dahlia)
    await sits(town, dahlia)
    said = await town.say(dahlia, "Good evening, everyone")
    assert said.seq is not None
    seat = await town.seat(dahlia)
    assert (seat.author.pseudonym, seat.author.badge) == ("Dahlia", "moderator")
    assert await recorded(town, "room:sat_down") == [f"room:{seat.room_id}"]


@pytest.mark.full
@mostly_on_sqlite
async def test_sitting_down_twice_is_one_seat(town: Town) -> None:
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    await sits(town, dahlia)
    async with town.house.workshop.reading() as work:
        seat = await seat_in(work, dahlia.actor, NIGHT)
        assert [one.name for one in await staff_in_room(work, seat.room_id)] == ["Dahlia"]


@mostly_on_sqlite
@pytest.mark.parametrize("role", [Role.STEWARD, Role.AUDITOR, Role.PARTNER])
async def test_who_does_not_care_for_rooms_never_sits_in_one(town: Town, role: Role) -> None:
    await sits(town, await on_shift(town, Role.LEAD, "Fern"))
    with pytest.raises(NotPermitted):
        await sits(town, await hired(town, role, "Kim"))


@mostly_on_sqlite
async def test_another_role_ends_what_a_seat_opened(town: Town) -> None:
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    glances = town.house.workshop.glances
    assert (await seat_to_speak(glances, dahlia.actor, NIGHT)).slug == NIGHT
    assert isinstance(dahlia.actor, Staff)
    steward = replace(dahlia.actor, role=Role.STEWARD)
    with pytest.raises(NotFound):
        await seat_to_speak(glances, steward, NIGHT)
    async with town.house.workshop.reading() as work:
        with pytest.raises(NotFound):
            await seat_in(work, steward, NIGHT)


@mostly_on_sqlite
async def test_no_staff_seat_is_taken_in_a_side_space_through_this_door(town: Town) -> None:
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    await town.house.reactions.shelter(town.ash.member, "I am so tired", "nonce-0001")
    async with town.house.workshop.reading() as work:
        beside = await my_side_space(work, town.ash.member.id)
    assert beside is not None
    async with town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await sit_down(work, dahlia.actor, slug=beside.slug)


async def stands_up(town: Town, served: Served, dahlia: Person, end: str) -> None:
    """Their shift is over in this way; within a second nothing of the room reaches them."""
    line = await served.line(dahlia)
    await line.enter()
    await town.say(town.ash, "before")
    assert (await line.hear_next("posted"))["text"] == "before"
    async with town.house.workshop.work() as work:
        if end == "out":
            await check_out(work, dahlia.actor)
        else:
            assert isinstance(town.elm.actor, Staff)
            assert isinstance(dahlia.actor, Staff)
            elm = replace(town.elm.actor, fresh_at=work.clock.now())
            await remove_staff(work, elm, staff_id=dahlia.actor.id)
    async with asyncio.timeout(PATIENCE):
        await town.house.reactions.settled()
        if end == "removed":
            assert await line.closing() == 4401
            return
        await town.say(town.birch, "after")
        await line.say("post", room=NIGHT, nonce="too-late-1", text="too late")
        event = await line.hear_next("posted", "accepted", "refused")
    assert (event["event"], event["code"]) == ("refused", "not_found")


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("end", ["out", "removed"])
async def test_whoever_checks_out_or_is_removed_loses_the_room_within_a_second(
    town: Town, served: Served, end: str
) -> None:
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    await stands_up(town, served, dahlia, end)
    async with town.house.workshop.reading() as work:
        seat = await town.seat(town.ash)
        assert await staff_in_room(work, seat.room_id) == []


@mostly_on_sqlite
async def test_a_shift_that_ends_by_the_clock_stands_its_person_up(
    town: Town, clock: StillClock
) -> None:
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    clock.pass_time(hours=4, minutes=14)
    await town.house.reactions.rooms.look()
    assert (await town.seat(dahlia)).held
    clock.pass_time(minutes=2)
    await town.house.reactions.rooms.look()
    with pytest.raises(NotFound):
        await town.seat(dahlia)


@pytest.mark.full
@mostly_on_sqlite
async def test_the_room_is_told_who_of_the_staff_sits_there(
    town: Town, served: Served, client: httpx.AsyncClient
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    event = await line.hear_next("room_changed")
    assert (event["state"], event["staff"]) == ("live", ["Dahlia"])
    await written(town.house)
    client.cookies.set("holdfast", town.ash.token)
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Looking after this room" in page.said
    assert "Dahlia" in page.said
    async with town.house.workshop.work() as work:
        await check_out(work, dahlia.actor)
    assert (await line.hear_next("room_changed"))["staff"] == []


@pytest.mark.full
@mostly_on_sqlite
async def test_what_staff_read_in_a_room_is_noted_at_every_door(
    town: Town, client: httpx.AsyncClient, clock: StillClock
) -> None:
    await town.say(town.ash, "one")
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    client.cookies.set("holdfast", dahlia.token)
    room = (await town.seat(dahlia)).room_id
    for path in (f"/rooms/{NIGHT}", f"/rooms/{NIGHT}/history", f"/api/v1/rooms/{NIGHT}/messages"):
        before = len(await recorded(town, "words:read"))
        clock.pass_time(minutes=2)
        assert (await client.get(path)).status_code == 200, path
        assert len(await recorded(town, "words:read")) == before + 1, path
    assert set(await recorded(town, "words:read")) == {f"room:{room}"}


@pytest.mark.full
@on_sqlite
async def test_a_moderator_sits_down_and_leaves_with_plain_forms(
    town: Town, client: httpx.AsyncClient
) -> None:
    dahlia = await on_shift(town)
    client.cookies.set("holdfast", dahlia.token)
    outside = await client.get(f"/rooms/{NIGHT}")
    assert outside.headers["location"] == f"/desk/rooms/{NIGHT}"
    taken = await client.post(f"/rooms/{NIGHT}/seat")
    assert (taken.status_code, taken.headers["location"]) == (303, f"/rooms/{NIGHT}")
    page = await visit(client, f"/rooms/{NIGHT}")
    assert "Dahlia" in page.said
    assert "Back to the card" not in page.said
    seat = await client.put(f"/api/v1/rooms/{NIGHT}/seat", json={})
    assert seat.json()["pseudonym"] == "Dahlia"
    assert (await client.post(f"/rooms/{NIGHT}/leave")).status_code == 303
    with pytest.raises(NotFound):
        await town.seat(dahlia)
