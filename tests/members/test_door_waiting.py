"""Without scripts the door still opens: with an invitation, or after a wait that counts once."""

from __future__ import annotations

import re

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.members.actions import guard_door, make_invitations, set_door
from holdfast.rights.rules import System
from members.proving import proof
from members.walking import Page, send, to_the_yeses, visit
from town import StillClock, mostly_on_sqlite, on_sqlite

YESES = {"promises": "yes", "words": "yes", "age": "yes", "danger_signs": "yes"}
IN = "You’re in. Would you like to come back?"


async def ask_for_proof(house: House, *, invited: bool = False, many: bool = False) -> None:
    async with house.workshop.work() as work:
        await set_door(work, System(), asks_proof=True, only_invited=invited)
        await guard_door(work, System(), many=many)


async def invitation(house: House) -> str:
    async with house.workshop.work() as work:
        return (await make_invitations(work, System(), root=house.root, count=1))[0]


async def look_again(client: httpx.AsyncClient, page: Page) -> Page:
    """As somebody does who presses the one button of the page."""
    (link,) = [link for link in page.links if "/come-in/wait" in link]
    return await visit(client, link)


@pytest.mark.full
@on_sqlite
async def test_the_door_s_script_is_there_only_while_a_proof_is_asked(
    client: httpx.AsyncClient, house: House
) -> None:
    assert "js/proof" not in (await to_the_yeses(client)).html
    await ask_for_proof(house)
    assert "js/proof" in (await to_the_yeses(client)).html


@pytest.mark.full
@mostly_on_sqlite
async def test_whoever_waits_comes_in_without_a_script(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    await ask_for_proof(house)
    page = await to_the_yeses(client)
    refused = await send(client, page, "/come-in/agree", **YESES)
    assert refused.status == 428
    assert refused.headings == ["What you say yes to"]
    waiting = await send(client, refused, "/come-in/wait")
    assert waiting.headings == ["A short wait, then you’re in"]
    assert "/help" in waiting.links
    assert not re.search(r"http-equiv=.?refresh", waiting.html)  # nobody is hurried on
    clock.pass_time(seconds=59)
    assert (await look_again(client, waiting)).headings == waiting.headings
    clock.pass_time(seconds=1)
    page = await look_again(client, waiting)
    assert (await send(client, page, "/come-in/agree", **YESES)).headings == [IN]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_wait_lets_in_one_person_once(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    await ask_for_proof(house)
    page = await to_the_yeses(client)
    waiting = await send(client, page, "/come-in/wait")
    clock.pass_time(seconds=60)
    page = await look_again(client, waiting)
    assert (await send(client, page, "/come-in/agree", **YESES)).headings == [IN]
    client.cookies.clear()
    assert (await send(client, page, "/come-in/agree", **YESES)).status == 428


@pytest.mark.full
@on_sqlite
async def test_many_waits_are_one_line_and_no_short_cut(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    await ask_for_proof(house)
    page = await to_the_yeses(client)
    last = page
    for _ in range(40):
        last = await send(client, page, "/come-in/wait")
        clock.pass_time(seconds=0.1)
    clock.pass_time(seconds=60)
    assert (await look_again(client, last)).headings == ["A short wait, then you’re in"]
    clock.pass_time(seconds=60)
    assert (await look_again(client, last)).headings == ["What you say yes to"]


@pytest.mark.full
@on_sqlite
async def test_a_wait_that_we_never_gave_opens_nothing(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    await ask_for_proof(house)
    page = await to_the_yeses(client)
    waiting = await send(client, page, "/come-in/wait")
    clock.pass_time(seconds=60)
    (link,) = [link for link in waiting.links if "/come-in/wait" in link]
    link = link.replace("/wait?", "/agree?")
    forged = await visit(client, re.sub(r"wait=\d", "wait=0", link))
    assert "wait" not in forged.form("/come-in/agree").fields
    for given in ("wait=", "wait=.", "wait=1.2.3", "wait=%C3%BC"):
        page = await visit(client, re.sub(r"wait=.*", given, link).replace("/agree?", "/wait?"))
        assert page.headings == ["What you say yes to"]


@pytest.mark.full
@on_sqlite
async def test_while_many_come_in_it_is_said_and_the_wait_is_longer(
    client: httpx.AsyncClient, house: House, clock: StillClock
) -> None:
    await ask_for_proof(house, many=True)
    waiting = await send(client, await to_the_yeses(client), "/come-in/wait")
    assert "Many people are coming in just now" in waiting.said
    clock.pass_time(minutes=4, seconds=59)
    assert (await look_again(client, waiting)).headings == waiting.headings
    clock.pass_time(seconds=1)
    assert (await look_again(client, waiting)).headings == ["What you say yes to"]


@mostly_on_sqlite
async def test_an_invitation_takes_the_place_of_the_proof_once(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house)
    code = await invitation(house)
    page = await to_the_yeses(client)
    assert (await send(client, page, "/come-in/agree", **YESES, invitation=code)).headings == [IN]
    client.cookies.clear()
    again = await send(client, page, "/come-in/agree", **YESES, invitation=code)
    assert again.status == 403
    assert "We don’t know this invitation, or it was used." in again.said


@pytest.mark.full
@on_sqlite
async def test_where_only_the_invited_come_in_a_proof_is_not_enough(
    client: httpx.AsyncClient, house: House
) -> None:
    await ask_for_proof(house, invited=True)
    page = await to_the_yeses(client)
    proven = await send(client, page, "/come-in/agree", **YESES, proof=await proof(client))
    assert proven.status == 403
    code = await invitation(house)
    typed = code.upper().replace("-", " ")
    page = await to_the_yeses(client)
    assert (await send(client, page, "/come-in/agree", **YESES, invitation=typed)).headings == [IN]
