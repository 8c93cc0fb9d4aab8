"""Whoever is out is out within a second: nothing more is delivered, nothing more is taken."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from holdfast.members.actions import end_session, sign_in, sign_out, sign_out_everywhere
from holdfast.messages.actions import erase_with_words
from holdfast.rights.rules import Guest
from holdfast.rooms.actions import leave_seat
from serving import PATIENCE, Line, Served
from town import EVENING, NIGHT, Person, Town, mostly_on_sqlite


async def sealed_off(line: Line, town: Town) -> None:
    """Nothing of the room reaches this line any more."""
    await town.say(town.birch, "said after they went")
    await line.say("post", room=NIGHT, nonce="too-late-1", text="too late")
    event = await line.hear_next("posted", "accepted", "refused")
    assert (event["event"], event["code"]) == ("refused", "not_found")


@mostly_on_sqlite
async def test_who_signs_out_is_closed_with_4401_in_every_window(
    town: Town, served: Served
) -> None:
    lines = [await served.line(town.ash) for _ in range(2)]
    await lines[0].enter()
    async with town.house.workshop.work() as work:
        await sign_out(work, town.ash.actor)
    async with asyncio.timeout(PATIENCE):
        assert [await line.closing() for line in lines] == [4401, 4401]


@mostly_on_sqlite
async def test_another_session_of_the_same_member_lives_on(town: Town, served: Served) -> None:
    async with town.house.workshop.work() as work:
        token = await sign_in(work, Guest(), root=town.house.root, phrase=town.ash.phrase)
    elsewhere = await served.line(Person(Guest(), token))
    here = await served.line(town.ash)
    async with town.house.workshop.work() as work:
        await end_session(work, town.ash.member, session=town.ash.member.session)
    assert await here.closing() == 4401
    await elsewhere.enter()
    assert (await elsewhere.post("still here"))["event"] == "accepted"
    async with town.house.workshop.work() as work:
        await sign_out_everywhere(work, town.ash.member)
    assert await elsewhere.closing() == 4401


@pytest.mark.full
@mostly_on_sqlite
async def test_who_is_erased_is_closed_with_4401(town: Town, served: Served) -> None:
    line = await served.line(town.ash)
    await line.enter()
    await erase_with_words(town.house.ledger, town.ash.member)
    async with asyncio.timeout(PATIENCE):
        assert await line.closing() == 4401


@mostly_on_sqlite
async def test_who_leaves_the_room_hears_nothing_more_of_it_and_keeps_the_line(
    town: Town, served: Served
) -> None:
    entered, idle = await served.line(town.ash), await served.line(town.ash)
    await entered.enter()
    await idle.post("from a window that never entered")
    await entered.hear_next("posted")
    async with town.house.workshop.work() as work:
        await leave_seat(work, town.ash.actor, slug=NIGHT)
    await sealed_off(entered, town)
    await sealed_off(idle, town)


@pytest.mark.full
@mostly_on_sqlite
async def test_leaving_one_room_leaves_the_other_alone(town: Town, served: Served) -> None:
    line = await served.line(town.cedar)
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        path = f"/api/v1/rooms/{NIGHT}/seat"
        await door.put(path, headers=town.cedar.bearer)
        await line.enter(NIGHT)
        await line.enter(EVENING)
        await door.delete(path, headers=town.cedar.bearer)
    await town.say(town.birch, "not for Cedar")
    assert (await line.post("still here", EVENING))["event"] == "accepted"
    assert (await line.hear_next("posted"))["room"] == EVENING


@pytest.mark.full
@mostly_on_sqlite
async def test_who_comes_back_into_the_room_can_speak_on_the_same_line(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    await line.post("before")
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as door:
        path = f"/api/v1/rooms/{NIGHT}/seat"
        await door.delete(path, headers=town.ash.bearer)
        assert (await line.post("between"))["code"] == "not_found"
        await door.put(path, headers=town.ash.bearer)
    assert (await line.post("after"))["event"] == "accepted"


@mostly_on_sqlite
async def test_a_message_under_way_when_its_author_goes_is_not_half_said(
    town: Town, served: Served
) -> None:
    line, birch = await served.line(town.ash), await served.line(town.birch)
    await line.enter()
    await birch.enter()
    for number in range(8):
        await line.say("post", room=NIGHT, nonce=f"nonce-{number:04}", text=f"word {number}")
    async with town.house.workshop.work() as work:
        await sign_out(work, town.ash.actor)
    assert await line.closing() == 4401
    await town.say(town.birch, "end")
    heard = await birch.hear_until("posted")
    while heard[-1]["text"] != "end":
        heard += await birch.hear_until("posted")
    said = [event["seq"] for event in heard if event["event"] == "posted"]
    assert said == list(range(1, len(said) + 1))
