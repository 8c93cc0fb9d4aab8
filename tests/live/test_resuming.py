"""Coming back: nothing is missed, nothing comes twice, and one is told when it is complete."""

from __future__ import annotations

import asyncio
import json

import pytest

from holdfast.kit.topics import RING
from holdfast.messages.actions import edit_message, remove_message, say
from holdfast.messages.rules import drafted
from messages.hearing import replayed
from serving import Event, Served
from town import NIGHT, Town, mostly_on_sqlite, unlimited


async def fill(town: Town, count: int, words: str = "word") -> None:
    """Much was said."""
    await town.say(town.ash, words)
    seat = await town.seat(town.ash)
    marks = [f"fill-{words[:4]}-{number:05}" for number in range(count - 1)]
    ledger = town.house.ledger
    tickets = [say(ledger, seat, drafted(mark, f"{words} {mark[-5:]}")) for mark in marks]
    await asyncio.gather(*(asyncio.ensure_future(_awaited(ticket)) for ticket in tickets))


async def _awaited(ticket: object) -> None:
    await ticket  # type: ignore[misc]


def seqs(events: list[Event]) -> list[int]:
    return [event["seq"] for event in events if "seq" in event]


def said(events: list[Event]) -> list[Event]:
    return [{k: v for k, v in e.items() if k != "nonce"} for e in events if "seq" in e]


@mostly_on_sqlite
@unlimited
async def test_entered_then_what_was_missed_then_live(town: Town, served: Served) -> None:
    await fill(town, 5)
    line = await served.line(town.birch)
    events = await line.enter(since=2)
    names = [event["event"] for event in events]
    assert names == ["entered", "posted", "posted", "posted", "live"]
    assert (events[0]["head"], events[0]["since"]) == (5, 2)
    assert events[0]["epoch"] == town.house.epoch
    assert events[-1]["head"] == 5
    assert seqs(events) == [3, 4, 5]


@mostly_on_sqlite
@unlimited
async def test_without_since_nothing_is_replayed(town: Town, served: Served) -> None:
    await fill(town, 3)
    events = await (await served.line(town.birch)).enter()
    assert [event["event"] for event in events] == ["entered", "live"]
    assert (events[0]["head"], events[0]["since"]) == (3, 3)


@pytest.mark.full
@unlimited
async def test_from_memory_and_from_the_database_the_replay_is_the_same(
    town: Town, served: Served
) -> None:
    listener = await served.line(town.birch)
    await listener.enter()  # from now on the room remembers what is told
    await fill(town, 6)
    seat = await town.seat(town.ash)
    ledger = town.house.ledger
    await edit_message(ledger, seat, seq=2, nonce="edit-0001", text="better", note="a note")
    await remove_message(ledger, seat, seq=4, nonce="remove-01")
    await town.say(town.birch, "yes", reply_to=2)
    for since in range(10):
        from_memory = await (await served.line(town.birch)).enter(since=since)
        assert said(from_memory) == said(await replayed(town.house, seat, since)), since


@pytest.mark.full
@unlimited
async def test_a_thousand_behind_is_replayed_and_one_more_is_a_reset(
    town: Town, served: Served
) -> None:
    await fill(town, 1_001)
    line = await served.line(town.birch)
    assert len(seqs(await line.enter(since=1))) == 1_000
    await line.say("enter", room=NIGHT, since=0)
    reset = await line.hear_next("reset", "entered")
    assert reset == {"event": "reset", "room": NIGHT, "reason": "behind"}
    await town.say(town.ash, "nobody hears this")
    await line.say("leave", room=NIGHT)
    assert (await line.hear_next("posted", "refused"))["event"] == "refused"


@pytest.mark.full
@mostly_on_sqlite
async def test_a_reader_from_another_epoch_is_reset_and_not_in_the_room(
    town: Town, served: Served
) -> None:
    line = await served.line(town.birch)
    await line.say("enter", room=NIGHT, epoch="another", since=0)
    assert (await line.hear())["reason"] == "epoch"
    await town.say(town.ash, "nobody hears this")
    await line.say("leave", room=NIGHT)
    assert (await line.hear())["event"] == "refused"
    again = await line.enter(epoch=town.house.epoch, since=0)
    assert seqs(again) == [1]


@mostly_on_sqlite
async def test_who_claims_to_have_seen_the_future_is_reset(town: Town, served: Served) -> None:
    line = await served.line(town.birch)
    await line.say("enter", room=NIGHT, since=1)
    assert (await line.hear_next("reset", "entered"))["event"] == "reset"


@pytest.mark.full
@unlimited
async def test_beyond_what_memory_holds_the_database_tells_the_rest(
    town: Town, served: Served
) -> None:
    listener = await served.line(town.birch)
    await listener.enter()
    await fill(town, RING + 20)
    assert seqs(await (await served.line(town.birch)).enter(since=3)) == list(range(4, RING + 21))


@pytest.mark.full
@unlimited
async def test_whoever_enters_while_others_speak_misses_nothing_and_hears_nothing_twice(
    town: Town, served: Served
) -> None:
    await fill(town, 20)
    stop = asyncio.Event()

    async def speak() -> int:
        number = 0
        while not stop.is_set():
            number += 1
            await town.say(town.ash, f"word {number}")
        return number

    speaking = asyncio.create_task(speak())
    lines = []
    for since in range(0, 20, 2):
        line = await served.line(town.birch)
        await line.say("enter", room=NIGHT, since=since)
        lines.append((since, line))
        await asyncio.sleep(0)
    stop.set()
    head = 20 + await speaking
    for since, line in lines:
        heard: list[int] = []
        while not heard or heard[-1] < head:
            event = await line.hear()
            if "seq" in event:
                heard.append(event["seq"])
        assert heard == list(range(since + 1, head + 1))


@pytest.mark.full
@mostly_on_sqlite
@unlimited
async def test_entering_again_is_entering_anew(town: Town, served: Served) -> None:
    line = await served.line(town.birch)
    await line.enter()
    await line.enter()
    await town.say(town.ash, "once")
    await town.say(town.ash, "end")
    heard: list[str] = []
    while not heard or heard[-1] != "end":
        heard.append((await line.hear_next("posted"))["text"])
    assert heard == ["once", "end"]


@pytest.mark.full
@mostly_on_sqlite
async def test_as_html_each_message_comes_drawn_in_one_s_language(
    town: Town, served: Served
) -> None:
    line = await served.line(town.birch)
    await line.enter(**{"as": "html", "locale": "ar"})
    await town.say(town.ash, "<b>so *tired*</b>")
    event = await line.hear_next("posted")
    assert "&lt;b&gt;so <em>tired</em>&lt;/b&gt;" in event["html"]
    assert event["text"] == "<b>so *tired*</b>"
    plain = await served.line(town.birch)
    assert "html" not in json.dumps(await plain.enter(since=0))
