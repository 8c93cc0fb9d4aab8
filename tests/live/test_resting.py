"""Everybody was away for a moment: what is at hand for them is as it stands now, for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from holdfast.erasing.actions import Going, begin_erasure
from holdfast.erasing.rules import By, Kind
from holdfast.live import resting
from holdfast.messages.actions import (
    block_member,
    edit_message,
    erase_with_words,
    remove_message,
)
from holdfast.messages.tables import BlockKind
from holdfast.rights.rules import System
from serving import Event, Line, Served
from town import NIGHT, Person, Town, mostly_on_sqlite, unlimited

WORDS = "All I had to say"


@contextmanager
def nothing_read(town: Town) -> Iterator[None]:
    """Meanwhile nobody reads messages from the database."""
    workshop, reading = town.house.workshop, town.house.workshop.reading

    def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("the words were at hand")

    workshop.reading = refuse  # type: ignore[method-assign]
    try:
        yield
    finally:
        workshop.reading = reading  # type: ignore[method-assign]


async def left(town: Town, served: Served, person: Person) -> None:
    """Somebody was in the room, alone, and went."""
    line = await served.line(person)
    await line.enter()
    await town.say(person, WORDS)
    await line.hear_next("posted")
    for _ in range(2):
        await line.say("leave", room=NIGHT)
    await line.hear_next("refused")


def told(events: list[Event]) -> list[tuple[str, str]]:
    return [(e["event"], e.get("text", "")) for e in events if "seq" in e]


async def back(served: Served, person: Person) -> list[tuple[str, str]]:
    line: Line = await served.line(person)
    return told(await line.enter(since=0))


@pytest.mark.full
@unlimited
async def test_who_comes_back_soon_has_all_from_memory_also_what_was_said_meanwhile(
    town: Town, served: Served
) -> None:
    await left(town, served, town.ash)
    await town.say(town.birch, "While nobody was here")
    with nothing_read(town):
        first = await back(served, town.ash)
        second = await back(served, town.birch)
    assert first == second == [("posted", WORDS), ("posted", "While nobody was here")]


@unlimited
async def test_words_changed_or_taken_back_while_nobody_listens_are_not_told(
    town: Town, served: Served
) -> None:
    await left(town, served, town.ash)
    seat, ledger = await town.seat(town.ash), town.house.ledger
    said = await town.say(town.ash, "said first")
    assert said.seq == 2
    await edit_message(ledger, seat, seq=1, nonce="the-change", text="Other words", note=None)
    await remove_message(ledger, seat, seq=2, nonce="taken-back")
    with nothing_read(town):
        heard = await back(served, town.birch)
    assert [event for event, _ in heard] == ["posted", "posted", "edited", "removed"]
    assert WORDS not in str(heard)
    assert "said first" not in str(heard)
    assert ("posted", "Other words") in heard


async def everything(town: Town) -> None:
    await erase_with_words(town.house.ledger, town.ash.member)


async def the_room(town: Town) -> None:
    what = Going(Kind.ROOM, room_id=(await town.seat(town.birch)).room_id)
    async with town.house.workshop.work() as work:
        begun = await begin_erasure(work, System(), what=what, by=By.STAFF)
    await town.house.erasing.finish(begun.id)


@pytest.mark.full
@pytest.mark.parametrize("erase", [everything, the_room])
@unlimited
async def test_what_is_erased_meanwhile_is_not_told(
    town: Town, served: Served, erase: Callable[[Town], Coroutine[Any, Any, None]]
) -> None:
    await left(town, served, town.ash)
    room_id = (await town.seat(town.birch)).room_id
    at_rest = town.house.floor.hub.resting[room_id]
    assert WORDS in str([frame.entry for frame in at_rest.ring])
    await erase(town)
    assert WORDS not in str([frame.entry for frame in at_rest.ring])
    assert WORDS not in str(await back(served, town.birch))


@pytest.mark.full
@unlimited
async def test_whom_somebody_blocks_meanwhile_they_do_not_hear(town: Town, served: Served) -> None:
    await left(town, served, town.ash)
    assert await back(served, town.birch) == [("posted", WORDS)]
    handle = (await town.seat(town.ash)).author.seat
    async with town.house.workshop.work() as work:
        who = town.birch.member
        await block_member(work, who, slug=NIGHT, handle=handle, kind=BlockKind.BLOCK)
    assert await back(served, town.birch) == [("skipped", "")]


@mostly_on_sqlite
@unlimited
async def test_after_a_while_nothing_is_at_hand(
    town: Town, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resting, "REST", 0.0)
    await left(town, served, town.ash)
    over = asyncio.Event()
    asyncio.get_running_loop().call_later(0.0, over.set)
    await over.wait()
    assert town.house.floor.hub.resting == {}
    assert await back(served, town.birch) == [("posted", WORDS)]


@mostly_on_sqlite
@unlimited
async def test_a_room_in_doubt_is_read_anew_also_where_nobody_listens(
    town: Town, served: Served
) -> None:
    await left(town, served, town.ash)
    room_id = (await town.seat(town.ash)).room_id
    at_rest = town.house.floor.hub.resting[room_id]
    assert (at_rest.head, len(at_rest.ring)) == (1, 1)
    town.house.floor.in_doubt({room_id})
    assert (at_rest.head, len(at_rest.ring)) == (-1, 0)
    assert await back(served, town.birch) == [("posted", WORDS)]


@mostly_on_sqlite
@unlimited
async def test_words_found_on_disk_that_were_never_told_are_not_passed_over(
    town: Town, served: Served
) -> None:
    await left(town, served, town.ash)
    room_id = (await town.seat(town.ash)).room_id
    town.house.floor.known(room_id, 2)
    assert town.house.floor.hub.resting[room_id].since(1) is None
