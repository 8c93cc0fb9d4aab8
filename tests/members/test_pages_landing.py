"""The first page, looking around, and the language picker."""

from __future__ import annotations

import re

import httpx
import pytest

from holdfast.members.rules import promises
from members.walking import send, visit
from serving import Served
from town import EVENING, NIGHT, Town, newcomers, on_sqlite

GUESTS_PAGES = (
    *("/", "/around", "/come-in", "/come-in/younger", "/sign-in", "/left"),
    *("/gone", "/gone/erased", "/gone/signed-out"),
)
CLAIMS = re.compile(
    r"moderator is always|moderators are|circle|listener|wait tonight|deleted after|30 days"
    r"|one to one|always someone",
    re.IGNORECASE,
)


@on_sqlite
@pytest.mark.parametrize("path", GUESTS_PAGES)
async def test_a_page_for_guests_sets_no_cookie_and_asks_for_no_script(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


@on_sqlite
@pytest.mark.parametrize("path", ["/", "/around", "/come-in"])
async def test_no_page_claims_what_this_place_does_not_have(
    client: httpx.AsyncClient, path: str
) -> None:
    page = await visit(client, path)
    assert not CLAIMS.findall(page.said)
    assert "!" not in page.said


@on_sqlite
async def test_the_first_page_says_who_can_read_what_and_that_nobody_is_on_shift(
    client: httpx.AsyncClient,
) -> None:
    page = await visit(client, "/")
    for words in (
        "Nobody from here is on shift now.",
        "They see what you say in that room. So do people who come in later.",
        "But they hold the key, so they could open it.",
        "Your real name, e-mail and phone number: we never ask.",
    ):
        assert words in page.said
    assert {"/help", "/come-in", "/around", "/sign-in"} <= set(page.links)


@on_sqlite
async def test_who_is_in_is_shown_the_way_to_the_rooms(
    client: httpx.AsyncClient, town: Town
) -> None:
    client.cookies.set("holdfast", town.ash.token)
    page = await visit(client, "/")
    assert "/rooms" in page.links
    assert "/come-in" not in page.links


@on_sqlite
async def test_few_people_are_never_counted_out(client: httpx.AsyncClient, town: Town) -> None:
    assert "Fewer than five people are in the rooms now." in (await visit(client, "/")).said


@pytest.mark.full
@on_sqlite
async def test_five_people_are_counted_once_each_however_many_rooms_and_windows_they_have(
    served: Served, client: httpx.AsyncClient, town: Town
) -> None:
    people = await newcomers(served.house, 5, NIGHT, EVENING)
    for person in people[:4]:
        for room in (NIGHT, EVENING):
            await (await served.line(person)).enter(room)
    assert "Fewer than five people are in the rooms now." in (await visit(client, "/")).said
    await (await served.line(people[4])).enter(NIGHT)
    assert "5 people are in the rooms now." in (await visit(client, "/")).said


@on_sqlite
async def test_looking_around_shows_rooms_and_promises_and_no_message(
    client: httpx.AsyncClient, town: Town
) -> None:
    await town.say(town.ash, "these words are for the room")
    page = await visit(client, "/around")
    assert "Night owls" in page.said
    assert "Awake when others sleep" in page.said
    assert all(promise.title in page.said for promise in promises.PROMISES)
    assert "these words are for the room" not in page.html
    seat = await town.seat(town.ash)
    assert seat.author.pseudonym not in page.html


@pytest.mark.full
@on_sqlite
async def test_a_guest_chooses_a_language_until_the_browser_closes(
    client: httpx.AsyncClient,
) -> None:
    page = await visit(client, "/")
    spanish = await send(client, page, "/language", language="es", back="/around")
    assert '<html lang="es"' in spanish.html
    assert dict(client.cookies) == {"holdfast-language": "es"}
    arabic = await send(client, await visit(client, "/"), "/language", language="ar")
    assert '<html lang="ar" dir="rtl"' in arabic.html


@on_sqlite
@pytest.mark.parametrize("language", ["xx", "", "en-x-pseudo", "../es", "es; Path=/"])
async def test_a_language_we_lack_changes_nothing(client: httpx.AsyncClient, language: str) -> None:
    answer = await client.post("/language", data={"language": language})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers


@on_sqlite
@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/me", ""])
async def test_the_picker_leads_nowhere_else(client: httpx.AsyncClient, back: str) -> None:
    answer = await client.post("/language", data={"language": "es", "back": back})
    assert answer.headers["location"] == "/"


@on_sqlite
async def test_a_members_language_is_kept_with_them(client: httpx.AsyncClient, town: Town) -> None:
    client.cookies.set("holdfast", town.ash.token)
    await client.post("/language", data={"language": "es"})
    me = await client.get("/api/v1/me", headers=town.ash.bearer)
    assert me.json()["language"] == "es"
