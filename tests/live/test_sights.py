"""What somebody does not see, while lines are open: looked up anew, and where that fails, cut."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import NotKept
from holdfast.kit.glances import Asked
from holdfast.kit.ids import SeatId
from holdfast.live.sights import Sights
from holdfast.messages.actions import block_member, hide_message, show_message
from holdfast.messages.tables import BlockKind
from serving import Served
from town import NIGHT, Person, Town, mostly_on_sqlite, newcomers, on_sqlite


async def mute(town: Town, who: Person, whom: Person) -> None:
    handle = (await town.seat(whom)).author.seat
    async with town.house.workshop.work() as work:
        await block_member(work, who.actor, slug=NIGHT, handle=handle, kind=BlockKind.MUTE)


async def looked(town: Town) -> None:
    """Wait until what changed has been looked up for every line."""
    floor = town.house.floor
    while floor._tasks:
        for task in list(floor._tasks):
            await task


async def sights(town: Town) -> list[SeatId]:
    """Those in the night room who do not see everything."""
    topic = town.house.floor.hub.topics[(await town.seat(town.ash)).room_id]
    return list(topic.sights)


@mostly_on_sqlite
async def test_a_room_where_nobody_looks_away_has_nobody_apart(town: Town, served: Served) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    for line in (ash, birch):
        await line.enter()
    assert await sights(town) == []
    await mute(town, town.ash, town.birch)
    await looked(town)
    assert await sights(town) == [(await town.seat(town.ash)).id]
    await ash.say("leave", room=NIGHT)
    await ash.say("leave", room=NIGHT)
    assert (await ash.hear_next("refused"))["code"] == "not_found"
    assert await sights(town) == []


@mostly_on_sqlite
async def test_a_message_hidden_while_a_line_is_open_is_skipped_with_all_its_changes(
    town: Town, served: Served
) -> None:
    said = await town.say(town.birch, "Something")
    ash = await served.line(town.ash)
    await ash.enter(since=0)
    async with town.house.workshop.work() as work:
        await hide_message(work, town.ash.actor, slug=NIGHT, seq=said.seq or 0)
    await looked(town)
    birch = await served.line(town.birch)
    await birch.say("edit", room=NIGHT, seq=said.seq, nonce="edited-0000", text="Other words")
    assert await ash.hear_next("edited", "skipped") == {
        "event": "skipped",
        "room": NIGHT,
        "seq": 2,
    }
    async with town.house.workshop.work() as work:
        await show_message(work, town.ash.actor, slug=NIGHT, seq=said.seq or 0)
    await looked(town)
    await birch.say("edit", room=NIGHT, seq=said.seq, nonce="edited-0001", text="And others")
    assert (await ash.hear_next("edited", "skipped"))["text"] == "And others"


@pytest.mark.full
@on_sqlite
async def test_who_comes_back_is_replayed_what_they_see_from_memory_and_from_disk(
    town: Town, served: Served
) -> None:
    for person in (town.ash, town.birch):
        await town.say(person, "Hello")
    await mute(town, town.ash, town.birch)
    for _ in range(2):  # the first reads the database, the second what it left in memory
        line = await served.line(town.ash)
        told = [e["event"] for e in await line.enter(since=0) if "seq" in e]
        assert told == ["posted", "skipped"]
    all_of_it = await served.line(town.birch)
    assert [e["event"] for e in await all_of_it.enter(since=0) if "seq" in e] == ["posted"] * 2


class NoGlances:
    """A database that does not answer."""

    async def rows(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        del statement, values
        raise NotKept(code="not_read")

    async def several(self, *asked: Asked) -> list[list[tuple[object, ...]]]:
        del asked
        raise NotKept(code="not_read")

    async def close(self) -> None: ...


@on_sqlite
async def test_where_it_cannot_be_looked_up_the_line_is_cut_rather_than_told_too_much(
    town: Town, served: Served
) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    for line in (ash, birch):
        await line.enter()
    (cedar,) = await newcomers(town.house, 1, NIGHT)
    beside = await served.line(cedar)
    await beside.enter()
    town.house.floor.sights = Sights(town.house.floor.hub, NoGlances())
    await mute(town, town.ash, town.birch)
    assert [await ash.closing(), await birch.closing()] == [1001, 1001]
    await town.say(town.birch, "Not for Ash")
    assert (await beside.hear_next("posted"))["text"] == "Not for Ash"
