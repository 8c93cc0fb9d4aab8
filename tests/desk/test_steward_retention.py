"""For how long words are kept: what would go is shown first, and must be typed to be said."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from holdfast.desk.jobs import Forgetting
from holdfast.messages.queries.retention import policy
from holdfast.messages.rules.retention import Policy
from holdfast.messages.tables import HiddenWordsRow
from holdfast.rights.rules import Role
from members.walking import Page, send, visit
from moderation.measuring import RUDE, Hand
from moderation.reporting import Care
from serving import Served
from town import NIGHT, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

HERE = "/desk/steward/retention"
OPEN = f"{HERE}/kinds/open"
ROOM = f"{HERE}/rooms/{NIGHT}"


async def a_steward_at(client: httpx.AsyncClient, town: Town, path: str = HERE) -> Page:
    async with town.house.workshop.work() as work:
        client.cookies.set("holdfast", (await appoint(work, Role.STEWARD)).token)
    return await visit(client, path)


async def chosen(town: Town) -> Policy:
    async with town.house.workshop.reading() as work:
        return await policy(work)


async def night(town: Town) -> int:
    return await Forgetting(town.house.workshop, town.house.ledger.keyring).look()


@pytest.mark.full
@mostly_on_sqlite
async def test_a_shorter_time_is_shown_typed_kept_and_taken_back_before_the_night(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "Twenty days ago")
    clock.pass_time(days=20)
    page = await a_steward_at(client, town, OPEN)
    assert "Words are kept for 30 days now." in page.said
    page = await send(client, page, OPEN, days="10", do="look")
    assert "About 1 message from before 3 December 2026 would go in the coming night." in page.said
    assert "That can’t be undone." in page.said
    page = await send(client, page, OPEN, days="10", do="set", typed="yes")
    assert page.status == 400
    assert "Please type “Open rooms” as it stands there" in page.said
    assert (await chosen(town)).kinds["open"] == 30
    page = await send(client, page, OPEN, days="10", do="look")
    page = await send(client, page, OPEN, do="set", typed="open rooms")
    assert "Saved. It counts from the coming night on." in page.said
    assert "About 1 message would go." in (await visit(client, HERE)).said
    page = await send(client, page, f"{OPEN}/undo")
    assert "That is taken back." in page.said
    assert "Nothing is old enough to go." in (await visit(client, HERE)).said
    assert (await chosen(town)).kinds["open"] == 30


@pytest.mark.full
@on_sqlite
async def test_what_went_is_counted_on_the_page_and_nobodys_words_are(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "Long ago it rained")
    page = await a_steward_at(client, town, ROOM)
    page = await send(client, page, ROOM, days="2", do="look")
    page = await send(client, page, ROOM, do="set", typed="Night owls")
    clock.pass_time(days=4)
    assert await night(town) == 1
    page = await a_steward_at(client, town)
    assert "1 message from before 24 November 2026" in page.said
    assert "Long ago it rained" not in page.html
    assert "kept for 2 days" in page.said
    page = await send(client, await visit(client, ROOM), ROOM, do="follow")
    assert (await chosen(town)).rooms == {}


WRONG = ["", "0", "-1", "4000", "soon", "1e3", "٣٠", "9" * 40]


@pytest.mark.full
@on_sqlite
async def test_days_that_cannot_be_change_nothing_and_come_back_as_they_were_written(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await a_steward_at(client, town, OPEN)
    for days in WRONG:
        page = await send(client, page, OPEN, days=days, do="set", typed="Open rooms")
        assert page.status == 400, days
        assert page.form(OPEN).fields["days"] == days
    assert (await chosen(town)).kinds["open"] == 30
    page = await send(client, page, OPEN, days="400", do="set")
    assert "Saved." in page.said


@pytest.mark.full
@on_sqlite
async def test_a_time_is_set_only_after_a_fresh_sign_in(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    page = await a_steward_at(client, town, OPEN)
    clock.pass_time(minutes=10)
    page = await send(client, page, OPEN, days="400", do="set")
    assert page.status == 403
    assert f"/staff/again?back={OPEN}" in page.links
    assert page.form(OPEN).fields["days"] == "400"
    assert (await chosen(town)).kinds["open"] == 30


@pytest.mark.full
@on_sqlite
async def test_members_read_in_the_room_how_long_words_stay_there(
    client: httpx.AsyncClient, town: Town
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    assert "Words stay here for 30 days." in (await visit(client, f"/rooms/{NIGHT}")).said
    page = await a_steward_at(client, town, ROOM)
    page = await send(client, page, ROOM, days="90", do="look")
    await send(client, page, ROOM, do="set", typed="Night owls")
    client.cookies.set("holdfast", town.ash.token)
    assert "Words stay here for 90 days." in (await visit(client, f"/rooms/{NIGHT}")).said


@pytest.mark.full
@on_sqlite
async def test_a_side_space_has_no_page_of_its_own(client: httpx.AsyncClient, town: Town) -> None:
    assert (await a_steward_at(client, town, f"{HERE}/kinds/side")).status == 200
    assert (await visit(client, f"{HERE}/kinds/listening")).status == 404
    assert (await visit(client, f"{HERE}/rooms/side-1234")).status == 404


@pytest.mark.full
@on_sqlite
async def test_reported_words_stay_while_their_case_is_open(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    care = Care(town)
    seq = await care.says(town.birch)
    await care.says(town.birch, "And something else")
    page = await a_steward_at(client, town, ROOM)
    page = await send(client, page, ROOM, days="1", do="look")
    await send(client, page, ROOM, do="set", typed="Night owls")
    await care.reports(town.ash, seq)
    clock.pass_time(days=3)
    assert "About 1 message would go." in (await a_steward_at(client, town)).said
    assert await night(town) == 1
    page = await visit(client, HERE)
    assert "1 stayed, because it is named in something open" in page.said


@pytest.mark.full
@on_sqlite
async def test_who_has_the_room_open_when_its_words_go_loads_it_anew(
    served: Served, town: Town, clock: StillClock, client: httpx.AsyncClient
) -> None:
    page = await a_steward_at(client, town, ROOM)
    page = await send(client, page, ROOM, days="1", do="look")
    await send(client, page, ROOM, do="set", typed="Night owls")
    await town.say(town.birch, "Soon gone")
    clock.pass_time(days=3)
    line = await served.line(town.ash)
    await line.enter(NIGHT)
    assert await night(town) == 1
    told = await line.hear_next("reset")
    assert told == {"event": "reset", "room": NIGHT, "reason": "behind"}
    assert (await line.enter(NIGHT))[-1]["event"] == "live"


@pytest.mark.full
@on_sqlite
async def test_hidden_words_stay_for_as_long_as_their_author_may_ask_for_a_second_look(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    hand = Hand(town)
    maren = await hand.hires()
    seq = await hand.says(town.birch, RUDE)
    page = await a_steward_at(client, town, ROOM)
    page = await send(client, page, ROOM, days="1", do="look")
    await send(client, page, ROOM, do="set", typed="Night owls")
    await hand.takes_here(maren, "hide", town.birch, seq=seq)
    clock.pass_time(days=20)
    assert await night(town) == 0
    async with town.house.workshop.reading() as work:
        assert len((await work.db.scalars(select(HiddenWordsRow))).all()) == 1
    clock.pass_time(days=15)
    assert await night(town) == 1
    async with town.house.workshop.reading() as work:
        assert (await work.db.scalars(select(HiddenWordsRow))).all() == []


@on_sqlite
async def test_the_page_names_everything_that_has_a_time_of_its_own(
    client: httpx.AsyncClient, town: Town
) -> None:
    said = (await a_steward_at(client, town)).said
    for long in (
        "a day after nobody can come back to it",
        "12 months; after 11 it is said on its list of notices",
        "7 days; if two people set it on, until its case is closed and 30 days more",
        "7 years after it was over",
    ):
        assert long in said
