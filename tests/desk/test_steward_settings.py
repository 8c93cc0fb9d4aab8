"""Settings, how the place is, and where a steward begins."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from holdfast.audit.tables import AuditRow
from holdfast.desk.pages.steward_settings import environment_of
from holdfast.rights.rules import Role, Staff
from holdfast.settings import Settings, Switch
from holdfast.staff.actions.shifts import ShiftPlan, plan_shift
from holdfast.staff.tables import SsoRow
from members.walking import Page, send, visit
from town import StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

HERE = "/desk/steward/settings"


async def elm_at(client: httpx.AsyncClient, town: Town, path: str = HERE) -> Page:
    client.cookies.set("holdfast", town.elm.token)
    return await visit(client, path)


@pytest.mark.full
@mostly_on_sqlite
async def test_the_country_that_is_chosen_is_checked_first(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town)
    page = await send(client, page, HERE, name="The Coast", country="IE")
    assert "Saved. It counts from now on." in page.said
    answer = await client.get("/desk/steward/helplines/next")
    assert answer.headers["location"] == "/desk/steward/helplines/ie-emergency"
    await send(client, page, HERE, name="The Coast", country="IE")
    async with town.house.workshop.reading() as work:
        done = (await work.db.scalars(select(AuditRow.what))).all()
    assert list(done).count("setting:changed") == 2
    client.cookies.delete("holdfast")
    assert "The Coast" in (await visit(client, "/")).said


@pytest.mark.full
@on_sqlite
async def test_a_country_without_helplines_or_a_long_name_is_not_kept(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town)
    for wrong in ({"country": "XX"}, {"country": "gb"}, {"name": "x" * 41}, {"name": "<b>"}):
        page = await send(client, page, HERE, **{"name": "Here", "country": "GB", **wrong})
        assert page.status == 400, wrong
        assert "That isn’t one of the things this can be." in page.said
    assert town.house.community.choices == {}
    assert (await send(client, page, HERE, name="Here", country="GB")).status == 200


def test_what_the_server_was_started_with_is_shown_without_its_secrets() -> None:
    settings = Settings(
        database_url="postgresql://holdfast:hush@db/holdfast",
        pager_webhook="https://pager.example/",
        pager_secret="sixteen letters!",
        port=8001,
    )
    shown = {one["name"]: one for one in environment_of(settings, "en")}
    assert shown["HOLDFAST_PORT"] == {"name": "HOLDFAST_PORT", "value": "8001", "is_set": True}
    assert shown["HOLDFAST_HOST"]["is_set"] is False
    told = str(shown)
    assert "hush" not in told
    assert "sixteen letters!" not in told
    assert shown["HOLDFAST_PAGER_SECRET"]["value"] == "set, not shown"
    assert shown["HOLDFAST_OIDC_CLIENT_SECRET"]["value"] == ""


@pytest.mark.full
@on_sqlite
async def test_the_first_page_says_what_needs_a_look_and_forgets_what_was_done(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await elm_at(client, town, "/desk/steward")
    assert "0 of 157 checked" in page.said
    assert "Nobody is on shift. Every room is quiet." in page.said
    assert "Fewer than two: Moderator, Crisis moderator, Steward" in page.said
    assert "There are not two, so these wait." in page.said
    for part in ("helplines", "wording", "settings"):
        assert f"/desk/steward/{part}" in page.links
    for line in ("gb-emergency", "gb-samaritans", "gb-shout", "gb-papyrus", "gb-childline"):
        form = {"result": "right", "how": "page"}
        await client.post(f"/desk/steward/helplines/{line}", data=form)
    page = await visit(client, "/desk/steward")
    assert "Your own country’s are checked. 152 others wait." in page.said


@pytest.mark.full
@on_sqlite
async def test_only_stewards_find_the_stewards_pages(client: httpx.AsyncClient, town: Town) -> None:
    assert (await elm_at(client, town, "/desk/steward")).status == 200
    for role in (Role.LEAD, Role.MODERATOR, Role.AUDITOR):
        async with town.house.workshop.work() as work:
            client.cookies.set("holdfast", (await appoint(work, role)).token)
        for part in ("", "/helplines", "/wording", "/settings"):
            assert (await visit(client, f"/desk/steward{part}")).status == 404


@pytest.mark.full
@on_sqlite
async def test_a_steward_sees_who_can_come_and_what_waits_while_there_are_too_few(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    async with town.house.workshop.work() as work:
        sam = await appoint(work, Role.CRISIS_MODERATOR, name="Sam")
    page = await elm_at(client, town, "/desk/steward/staff")
    assert "There are not two who can sign in, so these wait." in page.said
    assert "Nobody can sign in as: Steward, Moderator, Crisis moderator" in page.said
    assert "Nobody is on shift. Every room is quiet." in page.said
    assert isinstance(sam.actor, Staff)
    start = clock.now() + timedelta(hours=2)
    plan = ShiftPlan(sam.actor.id, start, start + timedelta(hours=4))
    async with town.house.workshop.work() as work:
        await plan_shift(work, town.elm.actor, plan=plan)
        for person in (sam, await appoint(work, Role.LEAD, name="Fern")):
            assert isinstance(person.actor, Staff)
            identity = SsoRow(staff_id=person.actor.id, issuer="x", subject=person.actor.name)
            work.db.add(identity)
    page = await visit(client, "/desk/steward/staff")
    assert "There are not two who can sign in" not in page.said
    assert "Sam Crisis moderator04:40–08:40 (UTC)" in page.said


@on_sqlite
async def test_where_rooms_do_not_go_by_shifts_no_page_says_that_they_are_quiet(
    client: httpx.AsyncClient, town: Town
) -> None:
    house = town.house
    house.settings = house.settings.model_copy(update={"coverage": Switch.OFF})
    for path in ("/desk/steward", "/desk/steward/staff"):
        page = await elm_at(client, town, path)
        assert "Nobody is on shift." in page.said
        assert "Every room is quiet." not in page.said
