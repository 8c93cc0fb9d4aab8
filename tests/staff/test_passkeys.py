"""Passkeys at the doors that scripts use: what counts, and everything that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from webauthn.helpers import base64url_to_bytes

from holdfast.kit.house import House
from holdfast.rights.rules import Role
from staff.device import Device
from staff.joining import Joined, first_steward, invited, is_in
from town import StillClock, mostly_on_sqlite, on_sqlite

NAMED = "http://localhost:8000"
SIGN_IN, AGAIN, ADDING = "/staff/sign-in/passkey", "/staff/again/passkey", "/staff/passkeys"


@pytest.fixture
async def browser(app: FastAPI) -> Any:
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


async def joined_with(
    browser: httpx.AsyncClient, house: House, steward: Joined, device: Device, name: str = "Robin"
) -> None:
    """Somebody joins with this device, and is in."""
    to = f"/staff/join/{await invited(house, steward.staff, Role.LEAD, name)}/passkey"
    answer = await told(browser, to, device.make(await asked(browser, to)), label="my phone")
    assert answer.json() == {"go": "/staff?saved=joined#saved"}


@pytest.mark.full
@mostly_on_sqlite
async def test_a_passkey_lets_its_person_join_sign_in_and_show_it_again(
    house: House, clock: StillClock, browser: httpx.AsyncClient
) -> None:
    sam, device = await first_steward(house), Device()
    await joined_with(browser, house, sam, device)
    page = (await browser.get("/staff")).text
    assert "my phone" in page
    assert "Robin" in page
    browser.cookies.clear()
    answer = await told(browser, SIGN_IN, device.answer(await asked(browser, SIGN_IN)))
    assert answer.json() == {"go": "/staff"}
    clock.pass_time(minutes=6)
    assert (await browser.get("/staff/password")).status_code == 303
    again = await asked(browser, AGAIN)
    assert [one["id"] for one in again["allowCredentials"]] == [device.answer(again)["id"]]
    answer = await told(browser, AGAIN, device.answer(again), back="/staff/password")
    assert answer.json() == {"go": "/staff/password"}
    assert (await browser.get("/staff/password")).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_what_is_asked_of_a_device_is_the_strictest_and_tells_nothing_about_it(
    house: House, browser: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    to = f"/staff/join/{await invited(house, sam.staff, Role.LEAD, 'Robin')}/passkey"
    wanted = await asked(browser, to)
    assert wanted["attestation"] == "none"
    assert wanted["authenticatorSelection"]["userVerification"] == "required"
    assert wanted["authenticatorSelection"]["residentKey"] == "required"
    assert wanted["rp"] == {"name": "Holdfast", "id": "localhost"}
    assert len(base64url_to_bytes(wanted["user"]["id"])) == 32
    signing_in = await asked(browser, SIGN_IN)
    assert (signing_in["userVerification"], signing_in["allowCredentials"]) == ("required", [])
    assert signing_in["challenge"] != (await asked(browser, SIGN_IN))["challenge"]


BENT: dict[str, Callable[[Device], Device]] = {
    "another site": lambda one: replace(one, origin="https://evil.example"),
    "a name that only looks like ours": lambda one: replace(one, name="localhost.evil.example"),
    "nobody showed a finger": lambda one: replace(one, verifies=False),
    "another key": lambda _: Device(),
    "our credential, another key": lambda one: replace(one, key=Device().key),
    "an older counter: a copy": lambda one: replace(one, count=0),
}


@pytest.mark.full
@on_sqlite
async def test_an_answer_that_is_bent_proves_nothing(
    house: House, browser: httpx.AsyncClient
) -> None:
    sam, device = await first_steward(house), Device(count=10)
    await joined_with(browser, house, sam, device)
    browser.cookies.clear()
    wanted = await asked(browser, SIGN_IN)
    for how, bend in BENT.items():
        refused = await told(browser, SIGN_IN, bend(device).answer(wanted))
        assert (refused.status_code, refused.json()["code"]) == (401, "staff_not_known"), how
        assert dict(browser.cookies) == {}
    assert (await told(browser, SIGN_IN, device.answer(wanted))).status_code == 200


@pytest.mark.full
@mostly_on_sqlite
async def test_an_answer_counts_once_for_what_was_asked_and_for_five_minutes(
    house: House, clock: StillClock, browser: httpx.AsyncClient
) -> None:
    sam, device = await first_steward(house), Device()
    await joined_with(browser, house, sam, device)
    answer = device.answer(await asked(browser, SIGN_IN))
    assert (await told(browser, SIGN_IN, answer)).status_code == 200
    again = await told(browser, SIGN_IN, answer)
    assert (again.status_code, again.json()["code"]) == (409, "sign_in_ended")
    other = device.answer(await asked(browser, SIGN_IN))  # asked for one thing, told another
    assert (await told(browser, AGAIN, other)).json()["code"] == "sign_in_ended"
    late = await asked(browser, SIGN_IN)
    clock.pass_time(minutes=5)
    assert (await told(browser, SIGN_IN, device.answer(late))).json()["code"] == "sign_in_ended"
    assert (await told(browser, SIGN_IN, device.answer({"challenge": "x"}))).status_code == 409


@pytest.mark.full
@mostly_on_sqlite
async def test_a_colleague_s_passkey_does_not_show_that_it_is_me(
    house: House, clock: StillClock, browser: httpx.AsyncClient
) -> None:
    sam, mine, theirs = await first_steward(house), Device(), Device()
    await joined_with(browser, house, sam, theirs, "Kim")
    await joined_with(browser, house, sam, mine, "Robin")
    wanted = await asked(browser, AGAIN)
    refused = await told(browser, AGAIN, theirs.answer(wanted))
    assert (refused.status_code, refused.json()["code"]) == (401, "staff_not_known")
    assert (await told(browser, AGAIN, mine.answer(wanted))).status_code == 200


@pytest.mark.full
@mostly_on_sqlite
async def test_passkeys_are_added_and_taken_away_but_never_the_last_way_in(
    house: House, clock: StillClock, browser: httpx.AsyncClient
) -> None:
    sam, first, second = await first_steward(house), Device(), Device()
    await joined_with(browser, house, sam, first)
    page = (await browser.get("/staff")).text
    assert "/remove" not in page
    number = 1
    refused = await browser.post(f"/staff/passkeys/{number}/remove")
    assert (refused.status_code, "your only way in" in refused.text) == (403, True)
    wanted = await asked(browser, ADDING)
    known = [one["id"] for one in wanted["excludeCredentials"]]
    assert known == [first.answer(wanted)["id"]]
    assert (await told(browser, ADDING, second.make(wanted))).status_code == 200
    assert (await browser.post(f"/staff/passkeys/{number}/remove")).status_code == 303
    browser.cookies.clear()
    wanted = await asked(browser, SIGN_IN)
    assert (await told(browser, SIGN_IN, first.answer(wanted))).status_code == 401
    assert (await told(browser, SIGN_IN, second.answer(wanted))).status_code == 200


@pytest.mark.full
@mostly_on_sqlite
async def test_nobody_touches_my_passkeys_and_i_only_when_fresh(
    house: House, clock: StillClock, browser: httpx.AsyncClient
) -> None:
    sam, mine, theirs = await first_steward(house), Device(), Device()
    await joined_with(browser, house, sam, theirs, "Kim")
    await joined_with(browser, house, sam, mine, "Robin")
    assert (await browser.post("/staff/passkeys/1/remove")).status_code == 404
    clock.pass_time(minutes=6)
    late = await browser.post(f"{ADDING}/options", json={})
    assert (late.status_code, late.json()["code"]) == (403, "fresh_sign_in_needed")
    browser.cookies.clear()
    for to in (AGAIN, ADDING):
        answer = await browser.post(f"{to}/options", json={})
        assert answer.status_code == 401
    assert not await is_in(browser, {})


NO_CREDENTIALS: list[Any] = [
    *({}, [], "x", None, {"response": {}}, {"response": {"clientDataJSON": "e30"}}),
    {"rawId": "AA", "response": {"clientDataJSON": "bm90IGpzb24"}},
    {"rawId": 5, "response": {"clientDataJSON": 5}},
]


@pytest.mark.full
@on_sqlite
async def test_what_is_no_credential_is_refused_in_words(
    house: House, browser: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    key = await invited(house, sam.staff, Role.LEAD, "Robin")
    for credential in NO_CREDENTIALS:
        for to in (SIGN_IN, f"/staff/join/{key}/passkey"):
            answer = await told(browser, to, credential)
            assert answer.status_code in {400, 401, 409}
            assert answer.json()["detail"]
    assert (await browser.post(SIGN_IN, content=b"{")).status_code == 400
    assert (await browser.get(f"/staff/join/{key}")).status_code == 200


@pytest.mark.full
@on_sqlite
async def test_asking_for_a_passkey_leaves_no_trace_however_often_a_stranger_asks(
    house: House, browser: httpx.AsyncClient
) -> None:
    sam, device = await first_steward(house), Device()
    await joined_with(browser, house, sam, device)
    browser.cookies.clear()

    async def kept() -> int:
        async with house.workshop.reading() as work:
            counted = await work.db.scalar(text("SELECT count(*) FROM staff_challenges"))
        return int(counted or 0)

    before = await kept()
    challenges = {(await asked(browser, SIGN_IN))["challenge"] for _ in range(150)}
    assert (len(challenges), await kept()) == (150, before)
    assert (await told(browser, SIGN_IN, Device().answer({"challenge": "AA"}))).status_code == 401
    answer = device.answer({"challenge": challenges.pop()})
    assert (await told(browser, SIGN_IN, answer)).status_code == 200
    assert await kept() == before + 1


@on_sqlite
async def test_where_the_address_is_a_number_the_page_leads_to_one_with_a_name(
    house: House, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/staff/sign-in")).text
    assert 'href="http://localhost:8000/staff/sign-in"' in page
    assert "data-passkey" not in page
