"""Rooms made, changed and closed by a steward, who reads none of them."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select

from holdfast.audit.tables import AuditRow
from holdfast.kit.errors import Conflict
from holdfast.notices.tables import NoticeRow
from holdfast.rights.rules import Role, Staff
from holdfast.rooms.actions.keeping import announce_closing
from holdfast.rooms.jobs import close_with_notice
from holdfast.rooms.tables import RoomRow, RoomState
from members.walking import Page, send, visit
from town import NIGHT, StillClock, Town, appoint, mostly_on_sqlite, newcomers, on_sqlite

HERE = "/desk/steward/rooms"
ROOM = f"{HERE}/{NIGHT}"
GARDEN = {"name": "Gardening", "topic": "Soil and rain", "about": "", "language": "en"}


async def elm_at(client: httpx.AsyncClient, town: Town, path: str = HERE) -> Page:
    client.cookies.set("holdfast", town.elm.token)
    return await visit(client, path)


def fresh_elm(town: Town, clock: StillClock) -> Staff:
    assert isinstance(town.elm.actor, Staff)
    return replace(town.elm.actor, fresh_at=clock.now())


async def state_of(town: Town, slug: str = NIGHT) -> RoomState:
    async with town.house.workshop.reading() as work:
        row = await work.db.scalar(select(RoomRow).where(RoomRow.slug == slug))
        assert row is not None
        return row.state


@pytest.mark.full
@mostly_on_sqlite
async def test_a_steward_makes_a_room_after_looking_at_it_and_gives_it_other_words(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, f"{HERE}/new")
    page = await send(client, page, f"{HERE}/new", **GARDEN, slug="garden", do="look")
    assert "So members would see it" in page.said
    assert "Soil and rain" in page.said
    page = await send(client, page, f"{HERE}/new", do="make")
    assert "The room is there." in page.said
    page = await send(client, page, f"{HERE}/garden", topic="Soil, rain and patience")
    assert "Saved. Members see it so from now on." in page.said
    assert "Soil, rain and patience" in (await visit(client, "/around")).said
    async with town.house.workshop.reading() as work:
        row = await work.db.scalar(select(AuditRow).where(AuditRow.what == "room:edited"))
    assert row is not None
    assert row.detail == '{"fields":"topic"}'


@pytest.mark.full
@on_sqlite
async def test_what_cannot_be_a_room_comes_back_with_what_was_written(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, f"{HERE}/new")
    for wrong, status in (
        ({"slug": "Not Here"}, 400),
        ({"slug": NIGHT}, 409),
        ({"name": ""}, 400),
        ({"language": "English please"}, 400),
    ):
        form = {**GARDEN, "slug": "garden", "do": "make", **wrong}
        page = Page(await client.post(f"{HERE}/new", data=form))
        assert page.status == status, wrong
        assert page.form(f"{HERE}/new").fields["topic"] == "Soil and rain"
    page = await visit(client, ROOM)
    page = await send(client, page, ROOM, name="x" * 61)
    assert page.status == 400
    assert page.form(ROOM).fields["name"] == "x" * 61


@pytest.mark.full
@mostly_on_sqlite
async def test_a_room_closes_two_weeks_after_its_members_were_told_and_opens_again(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = await elm_at(client, town, ROOM)
    page = await send(client, page, f"{ROOM}/close")
    assert "It closes on 6 December 2026." in page.said
    await close_with_notice(town.house.workshop)
    async with town.house.workshop.reading() as work:
        told = (await work.db.scalars(select(NoticeRow).order_by(NoticeRow.member_id))).all()
    assert {row.member_id for row in told} == {town.ash.member.id, town.birch.member.id}
    assert {(row.kind.value, row.slug) for row in told} == {("room_closing", NIGHT)}
    clock.pass_time(days=13, hours=23)
    await close_with_notice(town.house.workshop)
    assert await state_of(town) is not RoomState.CLOSED
    clock.pass_time(hours=1)
    await close_with_notice(town.house.workshop)
    assert await state_of(town) is RoomState.CLOSED
    await close_with_notice(town.house.workshop)
    (rose,) = await stewards(town)
    client.cookies.set("holdfast", rose)
    page = await visit(client, ROOM)
    assert "This room is closed." in page.said
    page = await send(client, page, f"{ROOM}/open")
    assert "The room is open again." in page.said
    assert await state_of(town) is RoomState.QUIET


async def stewards(town: Town) -> list[str]:
    async with town.house.workshop.work() as work:
        return [(await appoint(work, Role.STEWARD)).token]


@pytest.mark.full
@on_sqlite
async def test_a_closing_is_taken_back_before_its_day_and_then_nothing_closes(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = await elm_at(client, town, ROOM)
    page = await send(client, page, f"{ROOM}/close")
    await close_with_notice(town.house.workshop)
    page = await send(client, page, f"{ROOM}/keep")
    assert "The room stays." in page.said
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(NoticeRow))).all() == []
    clock.pass_time(days=15)
    await close_with_notice(town.house.workshop)
    assert await state_of(town) is not RoomState.CLOSED


@on_sqlite
async def test_closing_asks_for_a_fresh_sign_in_and_is_said_only_once(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = await elm_at(client, town, ROOM)
    clock.pass_time(minutes=10)
    page = await send(client, page, f"{ROOM}/close")
    assert page.status == 403
    assert "Before this, please show once more that it is you." in page.said
    assert f"/staff/again?back={ROOM}" in page.links
    async with town.house.workshop.work() as work:
        await announce_closing(work, fresh_elm(town, clock), slug=NIGHT)
    with pytest.raises(Conflict):
        async with town.house.workshop.work() as work:
            await announce_closing(work, fresh_elm(town, clock), slug=NIGHT)


@pytest.mark.full
@on_sqlite
async def test_how_many_wrote_is_told_by_tens_and_below_five_not_at_all(
    client: httpx.AsyncClient, town: Town
) -> None:
    for ash in range(2):
        await town.say(town.ash, f"I am here {ash}")
    page = await elm_at(client, town, ROOM)
    assert "fewer than 5 wrote this week" in page.said
    for person in await newcomers(town.house, 5, NIGHT):
        await town.say(person, "So am I")
    page = await visit(client, ROOM)
    assert "about 5 wrote this week" in page.said
    assert "I am here" not in page.said


@pytest.mark.full
@on_sqlite
async def test_everybody_in_a_large_room_is_told_once_however_often_it_is_looked_at(
    town: Town, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.rooms.queries.closing.TOLD_AT_ONCE", 2)
    people = await newcomers(town.house, 3, NIGHT)
    async with town.house.workshop.work() as work:
        await announce_closing(work, fresh_elm(town, clock), slug=NIGHT)
    for _ in range(2):
        await close_with_notice(town.house.workshop)
        async with town.house.workshop.reading() as work:
            told = (await work.db.scalars(select(NoticeRow.member_id))).all()
        assert len(told) == len(set(told)) == len(people) + 2
