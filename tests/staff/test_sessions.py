"""Staff sessions: how long they last, and who can end them."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from holdfast.kit.house import House
from holdfast.rights.rules import Role
from serving import Served
from staff.joining import first_steward, is_in, somebody, staff_of
from town import NIGHT, StillClock, mostly_on_sqlite, on_sqlite


@mostly_on_sqlite
async def test_a_session_ends_after_half_an_hour_in_which_nobody_uses_it(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    clock.pass_time(minutes=29, seconds=59)
    assert await is_in(client, sam.bearer)
    clock.pass_time(seconds=1)
    assert not await is_in(client, sam.bearer)


@pytest.mark.full
@on_sqlite
async def test_opening_a_page_is_use_and_what_a_page_looks_up_by_itself_is_none(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    for _ in range(3):
        clock.pass_time(minutes=29)
        assert (await client.get("/staff", headers=sam.bearer)).status_code == 200
    for _ in range(2):
        clock.pass_time(minutes=14)
        assert await is_in(client, sam.bearer)
    clock.pass_time(minutes=2)
    assert not await is_in(client, sam.bearer)


@pytest.mark.full
@on_sqlite
async def test_no_session_lasts_longer_than_twelve_hours_however_it_is_used(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    for _ in range(47):
        clock.pass_time(minutes=15)
        assert (await client.get("/staff", headers=sam.bearer)).status_code == 200
    clock.pass_time(minutes=14, seconds=59)
    assert await is_in(client, sam.bearer)
    clock.pass_time(seconds=1)
    assert not await is_in(client, sam.bearer)


@pytest.mark.full
@mostly_on_sqlite
async def test_i_see_my_sessions_and_end_them_one_by_one_or_all_at_once(
    house: House, clock: StillClock, client: httpx.AsyncClient
) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    page = (await client.get("/staff", headers=sam.bearer)).text
    assert page.count("/staff/sessions/") == 2
    theirs = f"/staff/sessions/{kim.staff.session}/end"
    assert (await client.post(theirs, headers=sam.bearer)).status_code == 404
    assert await is_in(client, kim.bearer)
    assert (await client.post(theirs, headers=kim.bearer)).status_code == 303
    assert not await is_in(client, kim.bearer)
    assert (await client.post("/staff/sessions/end", headers=sam.bearer)).status_code == 303
    assert not await is_in(client, sam.bearer)


@pytest.mark.full
@mostly_on_sqlite
async def test_signing_out_everywhere_closes_open_lines_and_nobody_else_s(
    house: House, clock: StillClock, served: Served
) -> None:
    sam = await first_steward(house)
    kim = await somebody(house, sam.staff, Role.LEAD, "Kim")
    line, other = await served.line(sam.person), await served.line(kim.person)
    async with httpx.AsyncClient(base_url=served.url) as client:
        await client.post("/staff/sessions/end", headers=sam.bearer)
    assert await line.closing() == 4401
    assert other.connection.close_code is None
    assert (await staff_of(house, kim.token)).name == "Kim"


@pytest.mark.full
@mostly_on_sqlite
async def test_what_staff_say_on_the_live_line_is_use_and_watching_it_is_none(
    house: House, clock: StillClock, served: Served
) -> None:
    sam = await first_steward(house)
    line = await served.line(sam.person)
    async with httpx.AsyncClient(base_url=served.url) as client:
        for command in ({"do": "typing", "room": NIGHT}, {"do": "seen", "room": NIGHT, "seq": 1}):
            assert await is_in(client, sam.bearer)
            clock.pass_time(minutes=29)
            await line.say(**command)
            await line.hear_next(
                "refused"
            )  # a steward has no seat there, and was active all the same
            await asyncio.gather(*house.floor._tasks)
            clock.pass_time(minutes=1)
        assert not await is_in(client, sam.bearer)
