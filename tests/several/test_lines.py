"""People's lines at one process hear within a second what another process did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from crisis.voice import GOODBYE, speak
from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.news import forget_old_news
from holdfast.members.actions import sign_out
from holdfast.rooms.access import seat_in
from holdfast.rooms.actions import leave_seat, rename_seat
from holdfast.rooms.events import SeatLeft
from moderation.measuring import Hand
from serving import Served, serve
from several.conftest import Two
from town import NIGHT, StillClock, on_postgresql

pytestmark = on_postgresql
WITHIN = 1.0  # seconds, as is promised


@pytest.fixture
async def there(two: Two, app: FastAPI) -> AsyncIterator[Served]:
    """The second process, behind a real socket."""
    app.state.house = two.there
    two.there.listening.go_on()
    async with serve(app, two.there) as served:
        yield served


async def test_who_signs_out_at_one_process_loses_their_lines_at_the_other(
    two: Two, there: Served
) -> None:
    line, birch = await there.line(two.town.ash), await there.line(two.town.birch)
    await birch.enter()
    async with two.here.workshop.work() as work:
        await sign_out(work, two.town.ash.actor)
    async with asyncio.timeout(WITHIN):
        assert await line.closing() == 4401
    assert (await birch.post("I am still here"))["event"] == "accepted"


async def test_who_leaves_a_room_at_one_process_hears_it_no_more_at_the_other(
    two: Two, there: Served
) -> None:
    line, birch = await there.line(two.town.ash), await there.line(two.town.birch)
    await line.enter()
    await birch.enter()
    async with two.here.workshop.work() as work:
        await leave_seat(work, two.town.ash.member, slug=NIGHT)
    await two.hear()
    assert (await birch.post("said after they went"))["event"] == "accepted"
    await line.say("post", room=NIGHT, nonce="too-late-1", text="too late")
    event = await line.hear_next("posted", "accepted", "refused")
    assert (event["event"], event["code"]) == ("refused", "not_found")


async def test_who_is_hushed_reads_so_at_once_and_who_is_paused_loses_the_room(
    two: Two, there: Served
) -> None:
    hand = Hand(two.town)
    maren = await hand.hires()
    ash, birch = await there.line(two.town.ash), await there.line(two.town.birch)
    await ash.enter()
    await birch.enter()
    await hand.takes_here(maren, "hush", two.town.ash)
    async with asyncio.timeout(WITHIN):
        assert (await ash.hear_next("hushed"))["why"] == "kind"
    assert (await ash.post("May I?"))["code"] == "hushed"
    await hand.takes_here(maren, "pause", two.town.birch)
    async with asyncio.timeout(WITHIN):
        assert (await birch.hear_next("refused"))["code"] == "paused"


async def test_the_desk_is_told_at_every_process_that_somebody_needs_someone(
    two: Two, there: Served
) -> None:
    hand = Hand(two.town)
    maren = await hand.hires()
    desk = await there.line(maren)
    await desk.say("watch", topic="desk")
    await two.hear()
    await speak(two.town, two.town.ash, GOODBYE)
    async with asyncio.timeout(WITHIN):
        while (await desk.hear_next("desk"))["what"] != "escalation":
            pass


async def test_who_missed_too_much_asks_its_lines_to_come_back(
    two: Two, there: Served, clock: StillClock
) -> None:
    line = await there.line(two.town.ash)
    await line.enter()
    await two.there.listening.close()  # it is cut off
    async with two.here.workshop.work() as work:
        for number in range(3):
            work.announce(SeatLeft(RoomId(1), SeatId(900_000 + number)))
    clock.pass_time(minutes=20)
    await forget_old_news(two.here.workshop)
    await two.there.listening.read()
    assert await line.closing() == 1001


async def test_another_name_rolled_at_one_process_is_worn_at_the_other(
    two: Two, there: Served
) -> None:
    line, birch = await there.line(two.town.ash), await there.line(two.town.birch)
    await line.enter()
    await birch.enter()
    await line.post("under the old name")
    before = (await birch.hear_next("posted"))["author"]["pseudonym"]
    async with two.here.workshop.work() as work:
        seat = await seat_in(work, two.town.ash.member, NIGHT)
        new = await rename_seat(work, seat, rolled=(before,))
    await two.hear()
    await line.post("under the new name")
    assert (await birch.hear_next("posted"))["author"]["pseudonym"] == new != before
