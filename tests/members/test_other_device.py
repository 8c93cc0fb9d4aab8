"""Another device: six words, a yes on the device before, and nobody else."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from members.walking import Page, send, visit
from town import ORIGIN, StillClock, Town, mostly_on_sqlite, on_sqlite, unlimited

DEVICE, OTHER = "/me/private/device", "/other-device"
ENDED = f"{OTHER}?after=wait"
SIGN = re.compile(r"\b\d\d \d\d\b")


@pytest.fixture
async def phone(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """The browser of another device."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as phone:
        yield phone


async def six_words(client: httpx.AsyncClient, town: Town) -> str:
    """Ash is in, and asks for words."""
    if "holdfast" not in client.cookies:
        await client.post("/sign-in", data={"phrase": town.ash.phrase})
    page = Page(await client.post(DEVICE))
    found = re.search(r'words" lang="en"[^>]*>([a-z ]+)<', page.html)
    assert found is not None
    assert "<svg" in page.html
    return found[1]


async def says_yes(client: httpx.AsyncClient) -> Page:
    """To the sign that is shown now."""
    return await send(client, await visit(client, DEVICE), f"{DEVICE}/answer")


@pytest.mark.full
@mostly_on_sqlite
async def test_another_device_comes_in_once_there_was_a_yes_on_the_first(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    words = await six_words(client, town)
    waits = await send(phone, await visit(phone, OTHER), OTHER, words=words.upper())
    sign = SIGN.findall(waits.said)
    assert len(sign) == 1
    for page in (waits, await visit(client, DEVICE)):
        assert not re.search(
            r"http-equiv=.?refresh", page.html
        )  # nobody reads with a clock running
    assert (await phone.get("/me")).status_code == 401
    asks = await visit(client, DEVICE)
    assert asks.headings == ["A device wants in"]
    assert SIGN.findall(asks.said) == sign
    await says_yes(client)
    goes_on = await visit(phone, f"{OTHER}/wait")
    assert (goes_on.headings, (await phone.get("/me")).status_code) == (["Come in"], 401)
    assert (await send(phone, goes_on, f"{OTHER}/wait")).headings == ["Rooms"]
    both = [(await one.get("/api/v1/me")).json() for one in (client, phone)]
    assert both[0] == both[1]
    assert phone.cookies["holdfast"] != client.cookies["holdfast"]


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("how", ["no", "late", "used", "wrong", "replaced", "signed out"])
async def test_words_that_were_refused_used_or_late_let_nobody_in_and_look_alike(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town, clock: StillClock, how: str
) -> None:
    words = await six_words(client, town)
    match how:
        case "no":
            await client.post(f"{DEVICE}/answer")
        case "late":
            clock.pass_time(minutes=2)
        case "used":
            await phone.post(OTHER, data={"words": words})
        case "wrong":
            words = " ".join(reversed(words.split()))
        case "replaced":
            await six_words(client, town)
        case "signed out":
            await client.post("/sign-out")
    refused = await phone.post(OTHER, data={"words": words})
    unknown = await phone.post(OTHER, data={"words": "abacus " * 6})
    assert refused.status_code == unknown.status_code == 422
    assert refused.text.replace(words, "") == unknown.text.replace("abacus " * 6, "")


@on_sqlite
async def test_what_was_typed_wrongly_is_still_there(phone: httpx.AsyncClient) -> None:
    typed = {"words": "smartly levelled subscript", "shared": "yes"}
    page = await send(phone, await visit(phone, OTHER), OTHER, **typed)
    assert f">{typed['words']}</textarea>" in page.html
    assert 'name="shared" value="yes" checked' in page.html


@on_sqlite
async def test_both_devices_are_told_of_a_no(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    words = await six_words(client, town)
    await send(phone, await visit(phone, OTHER), OTHER, words=words)
    said = Page(await client.post(f"{DEVICE}/answer", follow_redirects=True)).said
    assert "No other device comes in by those words." in said
    told = "Your other device did not let this one in"
    assert told in (await visit(phone, f"{OTHER}/wait")).said
    assert told not in (await visit(phone, f"{OTHER}/wait")).said  # it waits for nothing now


@pytest.mark.full
@on_sqlite
async def test_who_was_told_no_or_waits_too_long_is_not_let_in(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town, clock: StillClock
) -> None:
    for yes in (False, True):
        await phone.post(OTHER, data={"words": await six_words(client, town)})
        if yes:
            await says_yes(client)
            clock.pass_time(minutes=2)
        else:
            await client.post(f"{DEVICE}/answer")
        wants = phone.cookies["holdfast-wants"]
        assert (await phone.get(f"{OTHER}/wait")).headers["location"] == ENDED
        phone.cookies.set("holdfast-wants", wants)
        assert (await phone.post(f"{OTHER}/wait")).headers["location"] == ENDED
        phone.cookies.clear()
        assert (await phone.get("/me")).status_code == 401


@pytest.mark.full
@on_sqlite
async def test_nobody_comes_in_before_the_yes(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    await phone.post(OTHER, data={"words": await six_words(client, town)})
    wants = phone.cookies["holdfast-wants"]
    assert (await phone.post(f"{OTHER}/wait")).headers["location"] == ENDED
    assert "holdfast" not in phone.cookies
    await says_yes(client)
    phone.cookies.set("holdfast-wants", wants)
    assert (await phone.post(f"{OTHER}/wait")).headers["location"] == "/rooms"


@pytest.mark.full
@mostly_on_sqlite
async def test_a_yes_is_for_the_sign_that_was_shown_and_for_no_other(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    await phone.post(OTHER, data={"words": await six_words(client, town)})
    before = await visit(client, DEVICE)
    shown, again = SIGN.findall(before.said), list[str]()
    while not again or again == shown:  # of ten thousand signs it may be the same once more
        phone.cookies.clear()
        await phone.post(OTHER, data={"words": await six_words(client, town)})
        again = SIGN.findall((await visit(phone, f"{OTHER}/wait")).said)
    refused = await send(client, before, f"{DEVICE}/answer")
    assert (refused.status, refused.focused) == (409, "refused")
    assert SIGN.findall(refused.said) == again
    unnamed = await client.post(f"{DEVICE}/answer", data={"yes": "yes"})
    assert unnamed.status_code == 409
    assert (await visit(phone, f"{OTHER}/wait")).headings == ["Now look at your other device"]
    await send(client, refused, f"{DEVICE}/answer")
    assert (await visit(phone, f"{OTHER}/wait")).headings == ["Come in"]


@pytest.mark.full
@mostly_on_sqlite
async def test_who_was_in_before_on_the_other_device_is_so_no_longer(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    await phone.post("/sign-in", data={"phrase": town.birch.phrase})
    earlier = {"authorization": f"Bearer {phone.cookies['holdfast']}"}
    await phone.post(OTHER, data={"words": await six_words(client, town)})
    await says_yes(client)
    assert (await client.get("/api/v1/me", headers=earlier)).status_code == 200
    await phone.get(f"{OTHER}/wait")
    assert (await client.get("/api/v1/me", headers=earlier)).status_code == 200
    await phone.post(f"{OTHER}/wait")
    mine = [(await one.get("/api/v1/me")).json() for one in (client, phone)]
    assert mine[0] == mine[1]
    client.cookies.clear()
    assert (await client.get("/api/v1/me", headers=earlier)).status_code == 401


@on_sqlite
async def test_only_the_device_that_made_the_words_can_say_yes(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    await phone.post(OTHER, data={"words": await six_words(client, town)})
    (sign,) = SIGN.findall((await visit(phone, f"{OTHER}/wait")).said)
    yes = {"yes": "yes", "sign": sign}
    elsewhere = await phone.post(f"{DEVICE}/answer", data=yes, headers=town.ash.bearer)
    assert elsewhere.status_code == 404
    assert (await client.post(f"{DEVICE}/answer", data=yes)).status_code == 303


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_of_two_hundred_who_type_the_words_at_once_one_is_heard(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    words = await six_words(client, town)
    tries = [phone.post(OTHER, data={"words": words}) for _ in range(200)]
    told = [answer.status_code for answer in await asyncio.gather(*tries)]
    assert (told.count(303), told.count(422)) == (1, 199)


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_of_two_hundred_who_come_in_with_one_yes_one_is_in(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    await phone.post(OTHER, data={"words": await six_words(client, town)})
    await says_yes(client)
    held = {"cookie": f"holdfast-wants={phone.cookies['holdfast-wants']}"}
    phone.cookies.clear()
    tries = [phone.post(f"{OTHER}/wait", headers=held) for _ in range(200)]
    went = [answer.headers["location"] for answer in await asyncio.gather(*tries)]
    assert (went.count("/rooms"), went.count(ENDED)) == (1, 199)


@pytest.mark.full
@on_sqlite
async def test_words_are_not_made_or_tried_without_end(
    client: httpx.AsyncClient, phone: httpx.AsyncClient, town: Town
) -> None:
    for _ in range(6):
        await six_words(client, town)
    answer = await client.post(DEVICE)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    answers = [await phone.post(OTHER, data={"words": "no"}) for _ in range(51)]
    assert [answers[0].status_code, answers[-1].status_code] == [422, 429]
    assert "retry-after" in answers[-1].headers
