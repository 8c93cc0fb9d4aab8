"""The page about coming in: the door, invitations, raid mode and taking back a cohort."""

from __future__ import annotations

import re

import httpx
import pytest

from holdfast.members.queries import door_now
from holdfast.rights.rules import Role
from members.proving import come
from members.walking import Page
from raids.raiders import crowd, newcomer
from town import NIGHT, Person, StillClock, Town, appoint, mostly_on_sqlite, on_sqlite

HERE = "/desk/coming-in"
pytestmark = pytest.mark.usefixtures("light_proofs")


async def somebody(town: Town, role: Role = Role.MODERATOR) -> Person:
    async with town.house.workshop.work() as work:
        return await appoint(work, role)


async def look(client: httpx.AsyncClient, who: Person) -> Page:
    return Page(await client.get(HERE, headers=who.bearer))


async def press(
    client: httpx.AsyncClient, who: Person, page: Page, ending: str, **more: str
) -> Page:
    """Send the form of the page that goes there."""
    form = next(form for form in page.forms if form.action.endswith(ending))
    answer = await client.post(form.action, data=form.fields | more, headers=who.bearer)
    if answer.status_code == 303:
        answer = await client.get(answer.headers["location"], headers=who.bearer)
    return Page(answer)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_steward_sets_what_the_door_asks(client: httpx.AsyncClient, town: Town) -> None:
    page = await look(client, town.elm)
    page = await press(client, town.elm, page, "/door", proof="yes")
    assert "The door asks for this from now on" in page.said
    async with town.house.workshop.reading() as work:
        assert (await door_now(work, may_ask=True)).asks_proof
    page = await press(client, town.elm, page, "/door", proof="", invited="yes")
    async with town.house.workshop.reading() as work:
        door = await door_now(work, may_ask=True)
    assert (door.asks_proof, door.only_invited) == (False, True)


@pytest.mark.full
@on_sqlite
async def test_invitations_are_shown_once_and_let_people_in(
    client: httpx.AsyncClient, town: Town
) -> None:
    page = await look(client, town.elm)
    made = await press(client, town.elm, page, "/invitations", count="3")
    codes = re.findall(r"[0-9a-z]{5}(?:-[0-9a-z]{5}){3}", made.html)
    assert len(set(codes)) == 3
    assert (await come(client, invitation=codes[0])).status_code == 201
    page = await look(client, town.elm)
    assert codes[1] not in page.html
    assert "1 used" in page.said
    page = await press(client, town.elm, page, "/burn")
    assert (await come(client, invitation=codes[1])).status_code == 403


@on_sqlite
@pytest.mark.parametrize("count", ["0", "1001", "", "many", "-3", "²"])
async def test_a_number_that_cannot_be_is_said_on_the_page(
    client: httpx.AsyncClient, town: Town, count: str
) -> None:
    page = await press(client, town.elm, await look(client, town.elm), "/invitations", count=count)
    assert page.status == 400
    assert "From 1 to 1,000 invitations can be made at a time." in page.said


@pytest.mark.full
@on_sqlite
async def test_a_steward_has_newcomers_read_first_in_a_room(
    client: httpx.AsyncClient, town: Town
) -> None:
    someone = await newcomer(client, NIGHT)
    page = await look(client, town.elm)
    page = await press(client, town.elm, page, "/read-first", room=NIGHT, to="on")
    assert (await someone.say("Hello, it is my first time here")).status_code == 202
    await press(client, town.elm, page, "/read-first", room=NIGHT, to="off")
    assert (await someone.say("Hello, it is my second time")).status_code == 201


@pytest.mark.full
@on_sqlite
async def test_each_sees_only_what_is_theirs_to_do(client: httpx.AsyncClient, town: Town) -> None:
    keeper = await somebody(town)
    theirs = {form.action for form in (await look(client, keeper)).forms}
    stewards = {form.action for form in (await look(client, town.elm)).forms}
    assert f"{HERE}/raids" in theirs - stewards
    assert {f"{HERE}/door", f"{HERE}/invitations", f"{HERE}/read-first"} <= stewards - theirs
    auditor = await somebody(town, Role.AUDITOR)
    assert (await look(client, auditor)).status == 404


@pytest.mark.full
@mostly_on_sqlite
async def test_a_moderator_takes_back_a_cohort_with_one_click_and_brings_it_back(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    first = await newcomer(client, NIGHT)
    assert (await first.say("Said as soon as they came")).status_code == 201
    await crowd(client, clock, 13, NIGHT)
    await town.house.reactions.settled()
    keeper = await somebody(town)
    page = await look(client, keeper)
    assert "14 people came in during it." in page.said
    assert "14 people would be paused for a day. 1 message would be taken out" in page.said
    assert (await press(client, keeper, page, "/undo", rule="none")).status == 422
    page = await press(client, keeper, page, "/undo", rule="kind")
    await town.house.reactions.settled()
    assert "What they said is taken back" in page.said
    assert (await first.say("And now?")).json()["code"] == "paused"
    page = await press(client, keeper, page, "/bring-back")
    assert "They are back, and what stood in the rooms is there again." in page.said
    assert "stays with its writers" in page.said, "what waited was given back, not kept"
    assert (await first.say("Thank you for looking")).status_code == 202
    page = await press(client, keeper, page, "/end")
    assert "Raid mode is off" in page.said
    assert (await first.say("It is quiet again")).status_code == 201


@pytest.mark.full
@on_sqlite
async def test_what_was_decided_on_an_older_look_is_refused(
    client: httpx.AsyncClient, town: Town
) -> None:
    keeper = await somebody(town)
    page = await press(client, keeper, await look(client, keeper), "/raids", room=NIGHT)
    assert "Raid mode is on." in page.said
    for version in ("7", "", "x", "9" * 40):
        assert (await press(client, keeper, page, "/end", version=version)).status == 409
    assert (await press(client, keeper, page, "/end")).status == 200
