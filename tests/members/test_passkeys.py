"""Passkeys of members: made after a warning, under a neutral name; forged answers let nobody in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from webauthn.helpers import base64url_to_bytes

from holdfast.members.actions.passkeys import PASSKEYS
from members.walking import inside, send, visit
from staff.device import Device
from town import StillClock, Town, mostly_on_sqlite, on_sqlite

NAMED = "http://localhost:8000"
MINE, BACK = "/me/private/passkeys", "/sign-in/passkey"


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at an address with a name, which passkeys need."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=NAMED) as client:
        yield client


async def asked(client: httpx.AsyncClient, to: str) -> dict[str, Any]:
    answer = await client.post(f"{to}/options", json={})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(client: httpx.AsyncClient, to: str, credential: Any, **more: str) -> httpx.Response:
    return await client.post(to, json={"credential": credential, **more})


async def made(browser: httpx.AsyncClient, town: Town, device: Device) -> dict[str, Any]:
    """Ash has made a passkey with this device, and signed out again."""
    await browser.post("/sign-in", data={"phrase": town.ash.phrase})
    wanted = await asked(browser, MINE)
    answer = await told(browser, MINE, device.make(wanted), label="my phone")
    assert answer.json() == {"go": "/me/private?saved=passkey#saved"}
    await browser.post("/sign-out")
    return wanted


async def comes_back(browser: httpx.AsyncClient, device: Device) -> httpx.Response:
    return await told(browser, BACK, device.answer(await asked(browser, BACK)))


@pytest.mark.full
@mostly_on_sqlite
async def test_a_passkey_lets_its_member_in_until_it_is_removed(
    browser: httpx.AsyncClient, town: Town
) -> None:
    device = Device()
    await made(browser, town, device)
    assert (await comes_back(browser, device)).json() == {"go": "/rooms"}
    page = await visit(browser, "/me/private")
    assert "my phone" in page.said
    removing = next(form.action for form in page.forms if form.action.startswith(f"{MINE}/"))
    assert "no longer works" in (await send(browser, page, removing)).said
    await browser.post("/sign-out")
    answer = await comes_back(browser, device)
    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_not_known")
    assert (await browser.get("/me")).status_code == 401


@pytest.mark.full
@on_sqlite
async def test_who_erases_everything_hears_that_a_passkey_stays_on_the_device(
    browser: httpx.AsyncClient, town: Town
) -> None:
    device, stays = Device(), "Your passkey stays in your device’s list"
    await browser.post("/sign-in", data={"phrase": town.birch.phrase})
    without = await visit(browser, "/me/erase")
    assert without.status == 200
    assert stays not in without.said + (await send(browser, without, "/me/erase", sure="yes")).said
    await made(browser, town, device)
    await comes_back(browser, device)
    before = await visit(browser, "/me/erase")
    assert stays in before.said
    assert stays in (await send(browser, before, "/me/erase", sure="yes")).said


@on_sqlite
async def test_what_the_device_is_told_is_neutral_and_random(
    browser: httpx.AsyncClient, town: Town
) -> None:
    wanted = await made(browser, town, Device())
    assert wanted["user"]["name"] == wanted["user"]["displayName"] == "Holdfast"
    assert len(base64url_to_bytes(wanted["user"]["id"])) == 32
    assert wanted["attestation"] == "none"
    chosen = wanted["authenticatorSelection"]
    assert (chosen["residentKey"], chosen["userVerification"]) == ("required", "required")
    await browser.post("/sign-in", data={"phrase": town.ash.phrase})
    await browser.post("/me/private/disguise", data={"disguise": "notes"})
    again = await asked(browser, MINE)
    assert (again["user"]["name"], again["rp"]["name"]) == ("Notes", "Notes")
    assert again["user"]["id"] == wanted["user"]["id"]
    assert len(again["excludeCredentials"]) == 1


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize(
    "bent",
    [
        {"origin": "https://holdfast.example"},
        {"origin": "http://localhost:8001"},
        {"name": "example.org"},
        {"verifies": False},
        {"count": -1},
        {"credential": b"another"},
        {"key": "another"},
    ],
    ids=lambda bent: next(iter(bent)),
)
async def test_forged_and_stale_answers_let_nobody_in_and_look_alike(
    browser: httpx.AsyncClient, town: Town, bent: dict[str, Any]
) -> None:
    device = Device()
    await made(browser, town, device)
    assert (await comes_back(browser, device)).status_code == 200
    await browser.post("/sign-out")
    if bent == {"key": "another"}:
        bent = {"key": Device().key}
    forged = replace(device, **bent)
    answer = await comes_back(browser, forged)
    assert (answer.status_code, answer.json()["code"]) == (401, "passkey_not_known")
    assert "holdfast" not in browser.cookies
    device.count += 5
    assert (await comes_back(browser, device)).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_an_answer_counts_once_and_not_after_five_minutes(
    browser: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    device = Device()
    await made(browser, town, device)
    answer = device.answer(await asked(browser, BACK))
    assert (await told(browser, BACK, answer)).status_code == 200
    assert (await told(browser, BACK, answer)).status_code == 409
    late = device.answer(await asked(browser, BACK))
    clock.pass_time(minutes=6)
    assert (await told(browser, BACK, late)).status_code == 409


@on_sqlite
@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"credential": {}}', '{"credential": {"rawId": 1}}']
)
async def test_what_is_no_answer_is_refused_in_words(
    browser: httpx.AsyncClient, town: Town, body: str
) -> None:
    answer = await browser.post(BACK, content=body)
    assert answer.status_code == 400
    assert answer.json()["detail"]


@on_sqlite
async def test_a_passkey_of_the_staff_is_none_of_a_member_and_the_other_way_round(
    browser: httpx.AsyncClient, town: Town
) -> None:
    device = Device()
    await made(browser, town, device)
    to = "/staff/sign-in/passkey"
    answer = await told(browser, to, device.answer(await asked(browser, to)))
    assert answer.status_code == 401


@on_sqlite
async def test_who_has_only_a_passkey_is_not_told_that_there_is_no_way_back(
    browser: httpx.AsyncClient, town: Town
) -> None:
    await inside(browser)
    await browser.post("/come-in/visit")
    lost = "you can’t come back to your place after signing out"
    assert lost in (await visit(browser, "/me")).said
    await told(browser, MINE, Device().make(await asked(browser, MINE)))
    page = await visit(browser, "/me")
    assert lost not in page.said
    assert "You come back with your passkey." in page.said
    assert "or a passkey" in (await visit(browser, "/gone/signed-out")).said


@on_sqlite
async def test_where_passkeys_cannot_work_the_door_has_words_for_it(
    browser: httpx.AsyncClient,
) -> None:
    page = (await browser.get("/sign-in")).text
    assert "Passkeys need JavaScript. The other way works without it." in page
    assert "data-no-passkeys hidden" in page


@on_sqlite
async def test_the_warning_stands_before_the_button_and_an_address_of_numbers_says_why_not(
    browser: httpx.AsyncClient, client: httpx.AsyncClient, town: Town
) -> None:
    for one in (browser, client):
        await one.post("/sign-in", data={"phrase": town.ash.phrase})
    named = (await browser.get("/me/private")).text
    warned = "A passkey stands in this device’s list of passwords"
    assert named.index(warned) < named.index(f'data-to="{MINE}"')
    numbers = (await client.get("/me/private")).text
    assert f'data-to="{MINE}"' not in numbers
    assert "Passkeys need an address with a name." in numbers
    assert "Your seven words work at every address." in numbers


@on_sqlite
async def test_answers_are_not_weighed_without_end(browser: httpx.AsyncClient, town: Town) -> None:
    while town.house.limits.wait("passkeys", PASSKEYS) == 0:
        pass
    answer = await browser.post(BACK, json={})
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
