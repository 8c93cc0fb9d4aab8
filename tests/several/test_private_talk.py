"""Two who talk through two processes of one place: each opens it, and neither process keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from holdfast.messages.actions import remove_message
from holdfast.rights.rules import System
from holdfast.sealing.tables import TalkPartRow
from serving import Served, serve
from several.conftest import Two
from town import on_postgresql
from trust.erased import erasing_of, keys_left
from two import SECRET, as_who_comes, talk_of_two

pytestmark = on_postgresql
WITHIN = 2.0  # seconds


@pytest.fixture
async def there(two: Two, app: FastAPI) -> AsyncIterator[Served]:
    """The second process, behind a real socket."""
    app.state.house = two.there
    two.there.listening.go_on()
    async with serve(app, two.there) as served:
        yield served


async def test_what_is_said_at_one_process_is_heard_at_the_other(two: Two, there: Served) -> None:
    talk = await talk_of_two(two.town)
    birch = await there.line(two.town.birch)
    await birch.enter(talk.slug)
    await talk.say(two.town.ash)
    async with asyncio.timeout(WITHIN):
        assert (await birch.hear_next("posted"))["text"] == SECRET
    await talk.say(two.town.ash, "and once more")
    async with asyncio.timeout(WITHIN):
        assert (await birch.hear_next("posted"))["text"] == "and once more"


async def test_two_processes_that_begin_a_part_at_once_begin_one(two: Two) -> None:
    talk = await talk_of_two(two.town)
    birch = await as_who_comes(two.there, two.town.birch.token)
    beyond = replace(two.town_there(), birch=replace(two.town.birch, actor=birch))
    await asyncio.gather(
        talk.say(two.town.ash, "from here"),
        beyond.say(beyond.birch, "from there", talk.slug),
    )
    async with two.here.workshop.reading() as work:
        assert len((await work.db.scalars(select(TalkPartRow))).all()) == 1
    for house in two.both:
        for token in (two.town.ash.token, two.town.birch.token):
            actor = await as_who_comes(house, token)
            assert sorted(await talk.texts(actor, house)) == ["from here", "from there"]
        assert await talk.texts(System(), house) == ["(private)", "(private)"]


async def test_what_is_taken_back_at_one_process_opens_at_none(two: Two) -> None:
    talk = await talk_of_two(two.town)
    seq = await talk.say(two.town.ash)
    key = await talk.key_of(seq)
    birch = await as_who_comes(two.there, two.town.birch.token)
    assert await talk.texts(birch, two.there) == [SECRET]
    seat = await two.town.seat(two.town.ash, talk.slug)
    await remove_message(two.here.ledger, seat, seq=seq, nonce="taken-back-1")
    await erasing_of(two.here).look(now=True)
    assert await keys_left(two.here, key) == []
    await two.hear()
    assert key not in two.there.ledger.keyring.alone
    assert await talk.texts(birch, two.there) == ["(author)"]
