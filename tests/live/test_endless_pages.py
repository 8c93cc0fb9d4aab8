"""The page that never ends, for browsers without scripts: it ends with the session behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from holdfast.app.hearing import read_anew
from holdfast.members.actions import sign_in
from holdfast.messages.pages.stream import AGAIN, WAITING, Window
from holdfast.rights.rules import Guest
from serving import PATIENCE, Served
from town import NIGHT, Person, StillClock, Town, mostly_on_sqlite, on_sqlite

STREAM = f"/rooms/{NIGHT}/stream"


@asynccontextmanager
async def endless(
    served: Served, headers: dict[str, str], town: Town
) -> AsyncIterator[tuple[httpx.AsyncClient, AsyncIterator[str]]]:
    """A browser with the page open, which shows what is said."""
    async with (
        httpx.AsyncClient(base_url=served.url, trust_env=False, headers=headers) as door,
        door.stream("GET", STREAM) as page,
    ):
        pieces = page.aiter_text()
        await anext(pieces)
        await shows(pieces, town, "before")
        yield door, pieces


async def shows(pieces: AsyncIterator[str], town: Town, words: str) -> None:
    await town.say(town.birch, words)
    async with asyncio.timeout(PATIENCE):
        while words not in await anext(pieces):
            pass


async def rest_of(pieces: AsyncIterator[str]) -> str:
    async with asyncio.timeout(PATIENCE):
        return "".join([piece async for piece in pieces])


async def from_a_shared_device(town: Town) -> Person:
    async with town.house.workshop.work() as work:
        token = await sign_in(
            work, Guest(), root=town.house.root, phrase=town.ash.phrase, shared=True
        )
    return Person(town.ash.actor, token)


@pytest.mark.full
@mostly_on_sqlite
async def test_on_a_shared_device_the_endless_page_ends_with_the_unused_session(
    town: Town, served: Served, clock: StillClock
) -> None:
    ash, floor = await from_a_shared_device(town), town.house.floor
    async with endless(served, ash.bearer, town) as (door, pieces):
        clock.pass_time(minutes=9)
        floor._sweep_once()
        await shows(pieces, town, "within the ten minutes")
        clock.pass_time(minutes=2)
        floor._sweep_once()
        await town.say(town.birch, "said after they went")
        rest = await rest_of(pieces)
        assert "said after they went" not in rest
        assert AGAIN.decode() in rest
        assert (await door.get(STREAM)).status_code == 401
    assert not floor.pages


@pytest.mark.full
@on_sqlite
async def test_the_endless_page_of_a_session_in_use_comes_back(
    town: Town, served: Served, clock: StillClock
) -> None:
    ash, floor = await from_a_shared_device(town), town.house.floor
    async with endless(served, ash.bearer, town) as (door, pieces):
        clock.pass_time(minutes=9)
        assert (await door.get("/me")).status_code == 200
        clock.pass_time(minutes=2)
        floor._sweep_once()
        assert AGAIN.decode() in await rest_of(pieces)
        async with endless(served, ash.bearer, town) as (_, again):
            await shows(again, town, "and here it is")


@pytest.mark.full
@on_sqlite
async def test_no_page_outlives_the_end_of_its_session(
    town: Town, served: Served, clock: StillClock
) -> None:
    async with endless(served, town.ash.bearer, town) as (_, pieces):
        clock.pass_time(days=400)
        town.house.floor._sweep_once()
        assert AGAIN.decode() in await rest_of(pieces)


@pytest.mark.full
@mostly_on_sqlite
async def test_where_news_were_missed_every_endless_page_asks_at_the_door_again(
    town: Town, served: Served
) -> None:
    async with endless(served, town.ash.bearer, town) as (_, pieces):
        await read_anew(town.house)
        assert AGAIN.decode() in await rest_of(pieces)
    assert not town.house.floor.pages


@on_sqlite
async def test_a_page_that_is_far_behind_or_not_begun_comes_back_all_the_same(town: Town) -> None:
    seat = await town.seat(town.ash)
    behind = Window(town.ash.actor, seat, "en")
    for _ in range(WAITING + 1):
        behind.write(b"words")
    behind.come_back()
    told = [behind.told.get_nowait() for _ in range(behind.told.qsize())]
    assert told[-1] == AGAIN
    early = Window(town.ash.actor, seat, "en")
    hub = town.house.floor.hub
    topic = hub.join(seat.room_id, early)
    early.come_back()
    early.begin(topic, topic.head, hub)
    hub.leave(seat.room_id, early)
    assert early.told.get_nowait() == AGAIN
