"""Who is here, told coarsely; and that somebody writes, never who."""

from __future__ import annotations

import asyncio

import pytest

from holdfast.live.presence import Rhythm
from serving import Line, Served
from town import NIGHT, Town, newcomers, on_sqlite

pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def a_quick_beat(town: Town) -> None:
    """The same beat, of another length."""
    town.house.floor.presence._rhythm = Rhythm(beat=0.05)


async def here(town: Town, served: Served, count: int) -> list[Line]:
    people = await newcomers(town.house, count, NIGHT)
    lines = [await served.line(person) for person in people]
    for line in lines:
        await line.enter()
    return lines


def count(town: Town) -> int:
    room = next(iter(town.house.floor.hub.topics))
    found: int = town.house.floor.presence.count(room)
    return found


@pytest.mark.full
async def test_up_to_four_are_a_few_and_five_are_five(town: Town, served: Served) -> None:
    await here(town, served, 4)
    birch = await served.line(town.birch)
    await birch.say("enter", room=NIGHT)
    assert (await birch.hear_next("presence"))["here"] == 5
    ash = await served.line(town.ash)
    await ash.say("enter", room=NIGHT)
    assert (await ash.hear_next("presence"))["here"] == 6


@pytest.mark.full
async def test_when_the_fifth_goes_they_are_a_few_again(town: Town, served: Served) -> None:
    lines = await here(town, served, 5)
    assert (await lines[0].hear_next("presence"))["here"] is None  # as they came in
    while (await lines[0].hear_next("presence"))["here"] != 5:
        pass
    await lines[4].connection.close()
    assert (await lines[0].hear_next("presence")) == {
        "event": "presence",
        "room": NIGHT,
        "here": None,
    }


async def test_someone_with_three_windows_is_one(town: Town, served: Served) -> None:
    for _ in range(3):
        await (await served.line(town.ash)).enter()
    assert count(town) == 1


async def test_that_somebody_writes_is_told_to_the_others_without_a_name(
    town: Town, served: Served
) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    for line in (ash, birch):
        await line.enter()
    await ash.say("typing", room=NIGHT)
    assert await birch.hear_next("typing") == {"event": "typing", "room": NIGHT}
    await ash.say("leave", room="nowhere")
    assert (await ash.hear_next("typing", "refused"))["event"] == "refused"


async def test_writing_is_told_at_most_every_three_seconds(town: Town, served: Served) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    for line in (ash, birch):
        await line.enter()
    for _ in range(5):
        await ash.say("typing", room=NIGHT)
    assert await birch.hear_next("typing")
    await ash.say("typing", room=NIGHT)
    await birch.say("typing", room=NIGHT)
    await ash.hear_next("typing")  # a beat later: what was to be told of Ash has been told by now
    await ash.post("done")
    heard = [event["event"] for event in await birch.hear_until("posted")]
    assert "typing" not in heard


async def test_two_who_write_at_once_are_each_told_of_the_other(town: Town, served: Served) -> None:
    ash, birch = await served.line(town.ash), await served.line(town.birch)
    for line in (ash, birch):
        await line.enter()
    await ash.say("typing", room=NIGHT)
    assert await birch.hear_next("typing") == {"event": "typing", "room": NIGHT}
    await birch.say("typing", room=NIGHT)
    assert await ash.hear_next("typing", "posted") == {"event": "typing", "room": NIGHT}


@pytest.mark.full
async def test_where_more_than_eight_are_writing_is_not_told(town: Town, served: Served) -> None:
    lines = await here(town, served, 9)
    await lines[1].hear_next("presence")
    await lines[0].say("typing", room=NIGHT)
    await lines[0].say("leave", room="nowhere")
    await lines[0].hear_next("refused")
    await lines[8].connection.close()
    told = [await lines[1].hear()]
    while told[-1] != {"event": "presence", "room": NIGHT, "here": 8}:
        told.append(await lines[1].hear())  # on the beat on which the writing would be told
    assert "typing" not in [event["event"] for event in told]
    await lines[0].say("typing", room=NIGHT)
    assert await lines[1].hear_next("typing")


async def test_who_is_not_in_the_room_cannot_say_that_they_write(
    town: Town, served: Served
) -> None:
    ash = await served.line(town.ash)
    await ash.say("typing", room=NIGHT)
    assert (await ash.hear())["code"] == "not_found"


@pytest.mark.full
async def test_nobody_who_only_reads_is_named_to_anyone(town: Town, served: Served) -> None:
    lines = await here(town, served, 6)
    await asyncio.sleep(0)
    events = [await lines[0].hear_next("presence")]
    assert set(events[0]) == {"event", "room", "here"}
