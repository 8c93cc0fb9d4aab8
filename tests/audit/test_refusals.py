"""Reaching for what is not one's own: refused, recorded, and nothing changed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from holdfast.audit.jobs import named
from holdfast.audit.queries import Record, recent
from holdfast.audit.rules import REFUSED
from holdfast.crisis.queries import open_escalations
from holdfast.kit.house import House
from holdfast.rights.rules import Role, Staff
from holdfast.staff.actions.people import remove_staff
from rights.stage import hired, set_stage
from rights.things import approval
from serving import PATIENCE, Served
from town import NIGHT, Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

ROOM = {"slug": "gardening", "name": "Gardening", "topic": "Soil and hands", "language": "en"}


async def of_role(town: Town, role: Role) -> Person:
    async with town.house.workshop.work() as work:
        return await appoint(work, role)


async def refusals(house: House) -> list[Record]:
    async with house.workshop.reading() as work:
        return list(reversed(await recent(work, what=REFUSED)))


async def slugs(client: httpx.AsyncClient, person: Person) -> set[str]:
    found = (await client.get("/api/v1/rooms", headers=person.bearer)).json()["items"]
    return {room["slug"] for room in found}


@mostly_on_sqlite
async def test_a_moderator_who_makes_a_room_is_refused_recorded_and_there_is_none(
    client: httpx.AsyncClient, town: Town
) -> None:
    made = await client.post("/api/v1/rooms", json=ROOM, headers=town.elm.bearer)
    assert made.is_success  # the stage: a steward may
    assert await refusals(town.house) == []
    dahlia = await of_role(town, Role.MODERATOR)
    another = {**ROOM, "slug": "cooking"}
    refused = await client.post("/api/v1/rooms", json=another, headers=dahlia.bearer)
    assert refused.status_code == 403
    assert "cooking" not in await slugs(client, dahlia)
    (row,) = await refusals(town.house)
    assert isinstance(dahlia.actor, Staff)
    assert (row.staff_id, row.role, row.why) == (dahlia.actor.id, "moderator", "not_permitted")
    assert row.about == "POST:/api/v1/rooms"


@mostly_on_sqlite
async def test_a_moderator_reaching_into_a_room_that_is_not_theirs_is_recorded_by_its_name(
    client: httpx.AsyncClient, town: Town
) -> None:
    dahlia = await of_role(town, Role.MODERATOR)
    door = f"/api/v1/rooms/{NIGHT}/messages"
    assert (await client.get(door, headers=town.ash.bearer)).is_success
    refused = await client.get(door, headers=dahlia.bearer)
    assert refused.status_code in (403, 404)
    (row,) = await refusals(town.house)
    assert row.about == "GET:/api/v1/rooms/{slug}/messages"
    assert row.detail == {"slug": NIGHT}


@pytest.mark.full
@mostly_on_sqlite
async def test_the_token_of_somebody_who_was_removed_opens_nothing_and_is_known_for_whose_it_was(
    client: httpx.AsyncClient, town: Town
) -> None:
    gone = await of_role(town, Role.STEWARD)
    assert isinstance(gone.actor, Staff)
    made = await client.post("/api/v1/rooms", json=ROOM, headers=gone.bearer)
    assert made.is_success  # the stage: until now it opened
    async with town.house.workshop.work() as work:
        assert isinstance(town.elm.actor, Staff)
        elm = replace(town.elm.actor, fresh_at=work.clock.now())
        await remove_staff(work, elm, staff_id=gone.actor.id)
    another = {**ROOM, "slug": "cooking"}
    refused = await client.post("/api/v1/rooms", json=another, headers=gone.bearer)
    assert refused.status_code == 401
    assert "cooking" not in await slugs(client, town.elm)
    (row,) = await refusals(town.house)
    assert (row.staff_id, row.role, row.why) == (gone.actor.id, "steward", "signed_out")
    assert row.about == "POST:/api/v1/rooms"


@on_sqlite
async def test_a_token_that_nobody_ever_had_is_nobody_s_to_record(
    client: httpx.AsyncClient, town: Town
) -> None:
    """Else a stranger could fill the record."""
    strange = Person(town.guest.actor, "x" * 43)
    refused = await client.post("/api/v1/rooms", json=ROOM, headers=strange.bearer)
    assert refused.status_code == 401
    assert await refusals(town.house) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_a_refusal_that_comes_back_as_a_page_is_recorded_too(
    client: httpx.AsyncClient, town: Town
) -> None:
    """Two people who are one: whoever asked for a second person cannot be that person."""
    stage = await set_stage(town, await hired(town))
    number = await approval(stage)
    async with town.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
    door = f"/desk/escalations/{one.id}/grant"
    asks, other = stage.staff[Role.CRISIS_MODERATOR], stage.staff[Role.LEAD]
    refused = await client.post(door, data={"approval": number}, headers=asks.bearer)
    assert refused.status_code == 409
    (row,) = await refusals(town.house)
    assert isinstance(asks.actor, Staff)
    assert (row.staff_id, row.about) == (
        asks.actor.id,
        "POST:/desk/escalations/{escalation_id}/grant",
    )
    assert row.detail == {"escalation_id": str(one.id)}
    granted = await client.post(door, data={"approval": number}, headers=other.bearer)
    assert granted.status_code == 303  # the stage: another person may
    assert len(await refusals(town.house)) == 1


@mostly_on_sqlite
async def test_the_same_refusal_within_a_minute_is_one_row(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    for _ in range(3):
        await client.post("/api/v1/rooms", json=ROOM, headers=town.elm.bearer)
    assert [row.why for row in await refusals(town.house)] == ["slug_taken"]
    clock.pass_time(minutes=1)
    await client.post("/api/v1/rooms", json=ROOM, headers=town.elm.bearer)
    assert [row.why for row in await refusals(town.house)] == ["slug_taken"] * 2


@on_sqlite
async def test_members_and_guests_are_refused_without_a_row(
    client: httpx.AsyncClient, town: Town
) -> None:
    """The record is about those who look after the place."""
    for person in (town.ash, town.guest):
        refused = await client.post("/api/v1/rooms", json=ROOM, headers=person.bearer)
        assert refused.status_code in (401, 403)
        await client.get("/api/v1/rooms/no-such-room", headers=person.bearer)
    assert await refusals(town.house) == []


@on_sqlite
async def test_an_address_that_leads_nowhere_is_not_a_refusal(
    client: httpx.AsyncClient, town: Town
) -> None:
    assert (await client.get("/nowhere", headers=town.elm.bearer)).status_code == 404
    assert await refusals(town.house) == []


@mostly_on_sqlite
async def test_what_is_refused_on_the_live_line_is_recorded_too(served: Served, town: Town) -> None:
    dahlia = await of_role(town, Role.MODERATOR)
    assert await (await served.line(town.ash)).enter(NIGHT)
    line, recorded = await served.line(dahlia), asyncio.Event()
    town.house.workshop.hearers.append(lambda _: recorded.set())
    await line.say("enter", room=NIGHT)
    assert (await line.hear())["code"] == "not_found"
    await asyncio.wait_for(recorded.wait(), PATIENCE)
    rows = await refusals(town.house)
    assert [(row.about, row.why, row.detail) for row in rows] == [
        ("LIVE:enter", "not_found", {"room": NIGHT})
    ]


@pytest.mark.parametrize("typed", ["She said it", "x" * 65, "Grüße", "a\nb"])
def test_what_could_be_words_in_an_address_is_left_out(typed: str) -> None:
    assert named({"slug": "night-room", "id": 7}) == {"slug": "night-room", "id": "7"}
    assert named({"slug": typed}) == {"slug": "left-out"}
