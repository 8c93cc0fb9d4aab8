"""Staying private: the PIN that the server holds to, shared devices, another name for the pages."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import InvalidStatus

from holdfast.kit.disguises import DISGUISES
from holdfast.kit.words import say
from holdfast.members.actions.sharing import forget_ended
from holdfast.members.rules.staying import PIN_TRIES
from holdfast.members.tables import SessionKind, SessionRow
from holdfast.rights.rules import System
from members.walking import inside, send, visit
from serving import Served
from town import StillClock, Town, mostly_on_sqlite, on_sqlite

HERE, PIN = "/me/private", "2468"


async def with_a_pin(client: httpx.AsyncClient, town: Town) -> None:
    """Ash is in, in this browser, behind a PIN."""
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    page = await send(client, await visit(client, HERE), f"{HERE}/pin", pin=PIN, again=PIN)
    assert "Your PIN works on this device now." in page.said


@pytest.mark.full
@mostly_on_sqlite
async def test_a_locked_device_shows_nothing_until_its_pin_is_typed(
    client: httpx.AsyncClient, town: Town
) -> None:
    await with_a_pin(client, town)
    assert (await client.get("/rooms/night-room")).status_code == 200
    assert (await client.post("/lock")).headers["location"] == "/unlock"
    for path in ("/rooms", "/rooms/night-room", "/me", "/me/safety-plan", "/", "/me/private"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"][:8]) == (303, "/unlock?")
    for path in ("/api/v1/me", "/api/v1/rooms", "/api/v1/rooms/night-room/messages"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (423, "locked")
    assert (await client.post("/rooms/night-room/messages", data={"text": "x"})).status_code == 423
    page = await visit(client, "/rooms/night-room")
    assert page.headings == ["This page is locked"]
    opened = await send(client, page, "/unlock", pin=PIN)
    assert opened.headings == ["Night owls"]


@pytest.mark.full
@on_sqlite
async def test_who_has_no_way_back_is_told_before_a_pin_or_a_shared_device_and_when_locked(
    client: httpx.AsyncClient,
) -> None:
    await inside(client)
    before = await visit(client, HERE)
    warned = "You are here for this visit only."
    way = 'href="/me#words">Keep my place with seven words</a>'
    assert (before.said.count(warned), before.html.count(way)) == (2, 2)
    ends = "You have no seven words: signing out ends this place of yours."
    await client.post(f"{HERE}/pin", data={"pin": PIN, "again": PIN})
    await client.post("/lock")
    assert ends in (await visit(client, "/unlock")).said
    await client.post("/unlock", data={"pin": PIN})
    await client.post("/me/words")
    assert warned not in (await visit(client, HERE)).said
    await client.post("/lock")
    locked = await visit(client, "/unlock")
    assert ends not in locked.said
    assert "come back with your seven words or your passkey" in locked.said


@pytest.mark.full
@on_sqlite
async def test_help_and_leave_now_work_while_locked(client: httpx.AsyncClient, town: Town) -> None:
    await with_a_pin(client, town)
    await client.post("/lock")
    assert (await client.get("/help")).status_code == 200
    assert (await client.post("/leave")).status_code == 204
    assert (await client.get("/me")).status_code == 401


@pytest.mark.full
@mostly_on_sqlite
async def test_after_five_wrong_pins_the_session_is_over_even_if_all_come_at_once(
    client: httpx.AsyncClient, town: Town
) -> None:
    await with_a_pin(client, town)
    await client.post("/lock")
    page = await send(client, await visit(client, "/me"), "/unlock", pin="1111")
    assert page.status == 422
    assert f"{PIN_TRIES - 1} tries left." in page.said
    tries = [client.post("/unlock", data={"pin": f"{at:04}"}) for at in range(40)]
    told = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert told.count(422) == PIN_TRIES - 2
    assert (await client.post("/unlock", data={"pin": PIN})).headers["location"] != "/rooms"
    assert (await client.get("/me")).status_code == 401


@pytest.mark.full
@on_sqlite
async def test_a_page_out_of_sight_locks_itself_after_a_minute_and_not_before(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await with_a_pin(client, town)
    for seconds, how in ((59, 200), (61, 303)):
        assert (await client.post("/here", data={"is": "hidden"})).status_code == 204
        clock.pass_time(seconds=seconds)
        assert (await client.get("/me")).status_code == how
        await client.post("/here", data={"is": "back"})  # too late, the second time
    assert (await client.get("/me")).status_code == 303


@pytest.mark.full
@on_sqlite
async def test_no_line_hears_anything_while_its_session_is_locked(
    served: Served, town: Town, client: httpx.AsyncClient
) -> None:
    await with_a_pin(client, town)
    here = replace(town.ash, token=client.cookies["holdfast"])
    ash = await served.line(here)
    assert await ash.enter()
    await client.post("/lock")
    assert await ash.closing() == 4401
    with pytest.raises(InvalidStatus) as refused:
        await served.line(here)
    assert refused.value.response.status_code == 401


@pytest.mark.full
@mostly_on_sqlite
async def test_the_session_has_another_token_after_a_pin_and_after_new_words(
    client: httpx.AsyncClient, town: Town
) -> None:
    """No token outlives a change of what guards it, and none is taken that we did not give."""
    client.cookies.set("holdfast", "a" * 43, domain="127.0.0.1")
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    tokens = [client.cookies["holdfast"]]
    assert tokens != ["a" * 43]
    for path, form in (
        (f"{HERE}/pin", {"pin": PIN, "again": PIN}),
        ("/unlock", {"pin": PIN}),
        ("/me/words", {}),
        (f"{HERE}/pin/drop", {"drop-pin": PIN}),
    ):
        await client.post(path, data=form)
        tokens.append(client.cookies["holdfast"])
    assert len(set(tokens)) == len(tokens)
    for token in tokens:
        known = await client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
        assert known.status_code == (200 if token == tokens[-1] else 401)


@on_sqlite
async def test_signing_in_ends_the_session_that_this_browser_held_before(
    client: httpx.AsyncClient, town: Town
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    before = {"authorization": f"Bearer {client.cookies['holdfast']}"}
    assert (await client.get("/api/v1/me", headers=before)).status_code == 200
    await client.post("/sign-in", data={"phrase": town.birch.phrase})
    assert (await client.get("/api/v1/me", headers=before)).status_code == 401


@on_sqlite
@pytest.mark.parametrize(
    ("pin", "again"), [("123", "123"), ("123456789", "123456789"), ("12a4", "12a4"), (PIN, "1357")]
)
async def test_what_is_no_pin_is_refused_in_words(
    client: httpx.AsyncClient, town: Town, pin: str, again: str
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    page = await send(client, await visit(client, HERE), f"{HERE}/pin", pin=pin, again=again)
    assert (page.status, page.focused) == (400, "pin")
    assert pin not in page.html


@pytest.mark.full
@mostly_on_sqlite
async def test_on_a_shared_device_a_session_ends_soon_when_unused_or_closed(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    for minutes, closed, inside_still in ((9, False, True), (11, False, False), (1, True, False)):
        await client.post("/sign-in", data={"phrase": town.ash.phrase, "shared": "yes"})
        assert "data-shared" in (await client.get("/rooms")).text
        if closed:
            await client.post("/here", data={"is": "closed"})
        clock.pass_time(minutes=minutes)
        assert (await client.get("/me")).status_code == (200 if inside_still else 401)


@pytest.mark.full
@on_sqlite
async def test_on_a_shared_device_use_keeps_a_session_and_another_page_too(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase, "shared": "yes"})
    for _ in range(5):
        clock.pass_time(minutes=8)
        assert (await client.get("/me")).status_code == 200
    await client.post("/here", data={"is": "closed"})
    await client.post("/here", data={"is": "back"})
    clock.pass_time(minutes=2)
    assert (await client.get("/me")).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_a_visit_ends_after_a_day_and_nobody_can_use_it_then(
    client: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    await inside(client)
    await client.post("/come-in/visit")
    clock.pass_time(hours=23, minutes=59)
    assert (await client.get("/rooms")).status_code == 200
    clock.pass_time(minutes=1)
    assert (await client.get("/me")).status_code == 401
    async with town.house.workshop.work() as work:
        await forget_ended(work, System())
    async with town.house.workshop.reading() as work:
        left = [row.kind for row in await work.db.scalars(select(SessionRow))]
    assert left
    assert SessionKind.VISIT not in left


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("disguise", sorted(DISGUISES))
async def test_disguised_no_page_says_whose_it_is_in_tab_bar_or_on_the_home_screen(
    client: httpx.AsyncClient, town: Town, disguise: str
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    await send(client, await visit(client, HERE), f"{HERE}/disguise", disguise=disguise)
    name = DISGUISES[disguise].name
    for path in (
        "/",
        "/rooms",
        "/rooms/night-room",
        "/me",
        "/me/safety-plan",
        HERE,
        "/help",
        "/no",
    ):
        html = (await client.get(path)).text
        head = html.split("<main")[0].split("</header>")[0]
        title = re.search("<title>(.*?)</title>", html)
        assert title is not None
        assert title[1] == name
        assert "Holdfast" not in head
        assert f"icons/{disguise}.svg" in head
    manifest = (await client.get(f"/static/{DISGUISES[disguise].manifest}")).json()
    assert manifest["name"] == manifest["short_name"] == name


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("language", ["es", "ar"])
async def test_beside_words_that_stay_in_english_stands_why(
    client: httpx.AsyncClient, town: Town, language: str
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    why = "This stays in English until people who grew up with your language have read it."
    assert why not in (await visit(client, HERE)).said
    await send(client, await visit(client, "/me"), "/me/looks", language=language)
    notes = re.findall(r'<div class="note note-.*?</div></div>', (await client.get(HERE)).text)
    danger = [note for note in notes if "What we can’t hide" in note or "Please know" in note]
    assert len(danger) == 2
    assert all(say(language, why) in note for note in danger)


@on_sqlite
async def test_leaving_while_we_could_not_be_reached_ends_the_session_later(
    client: httpx.AsyncClient, town: Town
) -> None:
    await client.post("/sign-in", data={"phrase": town.ash.phrase})
    token = client.cookies["holdfast"]
    client.cookies.set("left", "1")  # as the script of Leave now writes it
    assert (await client.get("/rooms")).status_code == 401
    client.cookies.delete("left")
    assert (await client.get("/me", headers={"cookie": f"holdfast={token}"})).status_code == 401
    client.cookies.set("left", "1", domain="127.0.0.1")
    answer = await client.post("/sign-in", data={"phrase": town.ash.phrase})
    assert any(line.startswith('left=""') for line in answer.headers.get_list("set-cookie"))
