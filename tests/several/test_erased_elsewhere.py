"""What somebody erases at one process is gone from every screen of another within two seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.rules import By, Kind
from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions import erase_with_words, post_message, remove_message
from holdfast.messages.queries import messages_before
from holdfast.messages.rules import drafted
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import System
from serving import Line, Served, serve
from several.conftest import Two
from town import on_postgresql
from trust.erased import as_it_lies, erasing_of

pytestmark = on_postgresql
WITHIN = 2.0  # seconds, as is promised
WORDS = "please forget this"
Erase = Callable[[Two], Coroutine[Any, Any, None]]


@pytest.fixture
async def there(two: Two, app: FastAPI) -> AsyncIterator[Served]:
    """The second process, behind a real socket."""
    app.state.house = two.there
    two.there.listening.go_on()
    async with serve(app, two.there) as served:
        yield served


async def one_message(two: Two) -> None:
    seat = await two.town.seat(two.town.ash)
    await remove_message(two.here.ledger, seat, seq=1, nonce="gone-0001")


async def everything(two: Two) -> None:
    await erase_with_words(two.here.ledger, two.town.ash.member)


async def the_room(two: Two) -> None:
    seat = await two.town.seat(two.town.ash)
    async with two.here.workshop.work() as work:
        what = Going(Kind.ROOM, room_id=seat.room_id)
        begun = await begin_erasure(work, System(), what=what, by=By.STAFF)
    await two.here.erasing.finish(begun.id)


async def gone_from(line: Line) -> str:
    """What the line heard that takes the words from its screen."""
    heard = await line.hear_next("removed", "reset")
    return str(heard["event"])


@pytest.mark.parametrize(
    ("erase", "told"),
    [(one_message, "removed"), (everything, "removed"), (the_room, "reset")],
    ids=["a-message", "everything", "a-room"],
)
async def test_it_is_gone_from_a_line_at_another_process_within_two_seconds(
    two: Two,
    there: Served,
    erase: Erase,
    told: str,
    record_property: Callable[[str, object], None],
) -> None:
    erasing_of(two.here)
    line = await there.line(two.town.birch)
    await line.enter()
    await two.town.say(two.town.ash, WORDS)
    assert (await line.hear_next("posted"))["text"] == WORDS
    began = time.monotonic()
    async with asyncio.timeout(WITHIN):
        erasing = asyncio.create_task(erase(two))
        assert await gone_from(line) == told
        took = time.monotonic() - began
        await erasing
        read = two.town_there().reader(two.town.birch)
        room = (await two.town.seat(two.town.birch)).room_id
        async with two.there.workshop.reading() as work:
            said = await messages_before(work, read, room, None, 10)
    assert [message.text for message in said] == [""]
    record_property(f"{told} at another process, ms", round(took * 1000))


async def test_a_key_that_is_gone_leaves_the_memory_of_every_process(two: Two) -> None:
    there = two.town_there()
    await two.town.say(two.town.ash, WORDS)
    await there.say(there.ash, "a neighbour")
    key = (await as_it_lies(two.here, 1)).key.id
    reader, room = there.reader(there.birch), (await there.seat(there.birch)).room_id
    async with two.there.workshop.reading() as work:
        await messages_before(work, reader, room, None, 10)
    assert two.there.ledger.keyring.missing([key]) == set()
    await one_message(two)
    await erasing_of(two.here).look(now=True)
    await two.hear()
    assert two.there.ledger.keyring.missing([key]) == {key}
    async with two.there.workshop.reading() as work:
        said = await messages_before(work, reader, room, None, 10)
    assert [message.text for message in said] == ["", "a neighbour"]


@pytest.mark.parametrize("spoke_there", [False, True], ids=["no-key-there", "a-key-there"])
async def test_whoever_was_erased_here_says_nothing_more_there(two: Two, spoke_there: bool) -> None:
    there = two.town_there()
    await two.town.say(two.town.ash, WORDS)
    await two.hear()
    seat = await there.seat(there.ash)  # as a line at the other process still has it
    if spoke_there:
        await there.say(there.ash, WORDS)
    erasing_of(two.here)
    await erase_with_words(two.here.ledger, two.town.ash.member)
    with pytest.raises(HoldfastError):
        await post_message(two.there.ledger, seat, drafted("said-after-it-0001", "after it"))
    async with two.here.workshop.reading() as work:
        assert set(await work.db.scalars(select(MessageRow.text))) == {None}
