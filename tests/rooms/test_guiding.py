"""Guiding the talk: what stands in a room, for how long, who is told, and that it is over."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from holdfast.audit.queries import recent
from holdfast.kit.errors import Malformed, NotFound
from holdfast.messages.actions import remove_message
from holdfast.messages.actions.guiding import (
    post_question,
    put_question,
)
from holdfast.messages.actions.hiding import hide_words
from holdfast.rights.rules import Role, System
from holdfast.rooms.access import NotOnShift
from holdfast.rooms.actions import (
    close_room,
)
from holdfast.rooms.queries.guiding import Guide, standing_everywhere
from holdfast.rooms.queries.staffed import staff_in_room
from holdfast.rooms.rules.guiding import Guidance
from rooms.guided import ends, guide, pins, room_id, sets_topic, slows
from rooms.sitting import hired, on_shift, sits
from serving import Served
from town import (
    EVENING,
    NIGHT,
    StillClock,
    Town,
    mostly_on_sqlite,
    written,
)

# ---------------------------------------------------------------- the topic of the hour


@mostly_on_sqlite
async def test_a_topic_of_the_hour_stands_until_its_time_and_the_room_is_told_both(
    town: Town, served: Served, clock: StillClock
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    dahlia = await on_shift(town)
    await sets_topic(town, dahlia, "  Small\ngood   things ")
    told = await line.hear_next("room_changed")
    assert (told["state"], told["topic"]) == ("live", "Small good things")
    assert (await guide(town)).topic == "Small good things"
    clock.pass_time(minutes=61)
    assert (await guide(town)).topic == ""
    await town.house.reactions.rooms.look()
    assert (await line.hear_next("room_changed"))["topic"] == "Awake when others sleep"


@mostly_on_sqlite
async def test_another_topic_takes_the_place_of_the_one_before_and_it_can_be_taken_away(
    town: Town,
) -> None:
    dahlia = await on_shift(town)
    await sets_topic(town, dahlia, "Sleep")
    await sets_topic(town, dahlia, "Tea")
    assert (await guide(town)).topic == "Tea"
    await ends(town, dahlia, Guidance.TOPIC)
    await ends(town, dahlia, Guidance.TOPIC)
    assert await guide(town) == Guide()
    async with town.house.workshop.reading() as work:
        acts = [row.what for row in await recent(work) if row.what.startswith("room:topic")]
    assert acts == ["room:topic_ended", "room:topic", "room:topic"]


@pytest.mark.full
async def test_of_two_who_set_a_topic_at_once_one_has_the_last_word(town: Town) -> None:
    people = [await on_shift(town, name=name) for name in ("Dahlia", "Kim", "Maren")]
    topics = ("Tea", "Milk", "Water")
    await asyncio.gather(*map(partial(sets_topic, town), people, topics))
    async with town.house.workshop.reading() as work:
        stand = await standing_everywhere(work, Guidance.TOPIC)
    assert [row.value for row in stand] == [(await guide(town)).topic]
    await asyncio.gather(*(sits(town, who) for who in (*people, *people)))
    async with town.house.workshop.reading() as work:
        here = [one.name for one in await staff_in_room(work, await room_id(town))]
    assert sorted(here) == ["Dahlia", "Kim", "Maren"]


@mostly_on_sqlite
@pytest.mark.parametrize("topic", ["", "   ", "x" * 121, "two\x00words"])
async def test_a_topic_that_is_no_line_is_refused_and_the_old_one_stands(
    town: Town, topic: str
) -> None:
    dahlia = await on_shift(town)
    await sets_topic(town, dahlia, "Tea")
    with pytest.raises(Malformed):
        await sets_topic(town, dahlia, topic)
    assert (await guide(town)).topic == "Tea"


@mostly_on_sqlite
@pytest.mark.parametrize("hours", [0, -1, 13])
async def test_nothing_stands_without_an_end_within_twelve_hours(town: Town, hours: float) -> None:
    dahlia = await on_shift(town)
    await sets_topic(town, dahlia, "Tea", hours=12)
    with pytest.raises(Malformed):
        await sets_topic(town, dahlia, "Milk", hours=hours)


@mostly_on_sqlite
async def test_only_staff_on_shift_guide_a_room(town: Town) -> None:
    await sets_topic(town, await on_shift(town), "Tea")
    with pytest.raises(NotOnShift):
        await sets_topic(town, await hired(town, name="Kim"), "Milk")
    for who in (town.ash, town.elm, await hired(town, Role.AUDITOR, "Ada")):
        with pytest.raises(NotFound):
            await sets_topic(town, who, "Milk")
    assert (await guide(town)).topic == "Tea"


# ---------------------------------------------------------------- the pin and the question


@pytest.mark.full
@mostly_on_sqlite
async def test_one_message_is_pinned_and_another_takes_its_place(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    first, second = await town.say(town.ash, "one"), await town.say(town.birch, "two")
    dahlia = await on_shift(town)
    assert first.seq is not None
    assert second.seq is not None
    await pins(town, dahlia, first.seq)
    assert (await line.hear_next("room_changed"))["pinned"] == first.seq
    await pins(town, dahlia, second.seq)
    assert (await guide(town)).pinned == second.seq
    await ends(town, dahlia, Guidance.PINNED)
    assert (await guide(town)).pinned is None


@pytest.mark.full
@mostly_on_sqlite
async def test_what_does_not_stand_in_the_room_cannot_be_pinned(town: Town) -> None:
    said = await town.say(town.ash, "one")
    dahlia = await on_shift(town)
    assert said.seq is not None
    await pins(town, dahlia, said.seq)
    elsewhere = await town.say(town.cedar, "not here", EVENING)
    await town.say(town.cedar, "nor here", EVENING)
    await remove_message(
        town.house.ledger, await town.seat(town.ash), seq=said.seq, nonce="nonce-0001"
    )
    await written(town.house)
    for seq in (said.seq, (elsewhere.seq or 0) + 40, 10**9):
        with pytest.raises(NotFound):
            await pins(town, dahlia, seq)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_message_that_is_taken_back_unpins_itself(town: Town, served: Served) -> None:
    said = await town.say(town.ash, "one")
    dahlia = await on_shift(town)
    assert said.seq is not None
    await pins(town, dahlia, said.seq)
    await written(town.house)
    line = await served.line(town.birch)
    await line.enter()
    seat = await town.seat(town.ash)
    await remove_message(town.house.ledger, seat, seq=said.seq, nonce="nonce-0001")
    assert (await line.hear_next("room_changed"))["pinned"] is None
    assert (await guide(town)).pinned is None


@pytest.mark.full
@mostly_on_sqlite
async def test_a_message_that_is_hidden_unpins_itself(town: Town, served: Served) -> None:
    said = await town.say(town.ash, "one")
    dahlia = await on_shift(town)
    assert said.seq is not None
    await pins(town, dahlia, said.seq)
    await written(town.house)
    line = await served.line(town.birch)
    await line.enter()
    await hide_words(town.house.ledger, System(), room_id=await room_id(town), seq=said.seq)
    assert (await line.hear_next("room_changed"))["pinned"] is None
    assert (await guide(town)).pinned is None


@pytest.mark.full
@mostly_on_sqlite
async def test_a_question_of_the_house_is_said_by_the_staff_seat_marked_and_pinned(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    dahlia, house = await on_shift(town), town.house
    done = await put_question(
        house.ledger,
        dahlia.actor,  # type: ignore[arg-type]
        house.floor,
        slug=NIGHT,
        text="What helped you today?",
        nonce="question-1",
        pin=True,
    )
    posted = await line.hear_next("posted")
    assert (posted["text"], posted["wants"]) == ("What helped you today?", "question")
    assert posted["author"]["badge"] == "moderator"
    assert (await guide(town)).pinned == done.seq


@pytest.mark.full
@mostly_on_sqlite
async def test_no_member_puts_a_question_of_the_house(town: Town) -> None:
    dahlia = await on_shift(town)
    await sits(town, dahlia)
    ledger = town.house.ledger
    await post_question(ledger, await town.seat(dahlia), text="And you?", nonce="question-1")
    with pytest.raises(NotFound):
        await post_question(ledger, await town.seat(town.ash), text="Me?", nonce="question-2")


@pytest.mark.full
@mostly_on_sqlite
async def test_who_comes_back_is_told_all_that_was_told_meanwhile(
    town: Town, served: Served
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    said = await town.say(town.birch, "one")
    dahlia = await on_shift(town)
    await sets_topic(town, dahlia, "Tea")
    await slows(town, dahlia, 30)
    assert said.seq is not None
    await pins(town, dahlia, said.seq)
    told = [await line.hear_next("room_changed") for _ in range(3)]
    town.house.floor.hub.topics.clear()  # as after a restart: nothing is at hand
    again = await served.line(town.birch)
    replayed = [one for one in await again.enter(since=0) if one["event"] == "room_changed"]
    assert replayed == told
    now = await guide(town)
    assert (now.topic, now.slow, now.pinned) == ("Tea", 30, said.seq)


# ---------------------------------------------------------------- the pace


@mostly_on_sqlite
async def test_a_slow_room_is_slow_until_its_time(
    town: Town, served: Served, clock: StillClock
) -> None:
    line = await served.line(town.ash)
    await line.enter()
    dahlia = await on_shift(town)
    await slows(town, dahlia, 60)
    assert (await line.hear_next("room_changed"))["slow"] == 60
    assert town.house.ledger.slow == {await room_id(town): 60}
    clock.pass_time(minutes=61)
    await town.house.reactions.rooms.look()
    assert (await line.hear_next("room_changed"))["slow"] == 0
    assert town.house.ledger.slow == {}


@pytest.mark.full
@mostly_on_sqlite
async def test_what_stands_is_known_again_after_a_new_start(town: Town) -> None:
    dahlia = await on_shift(town)
    await slows(town, dahlia, 60)
    async with town.house.workshop.work() as work:
        room = await room_id(town, EVENING)
        await close_room(work, System(), room_id=room, why="care")
    ledger = town.house.ledger
    ledger.slow, ledger.states = {}, {}
    await town.house.reactions.begin()
    assert ledger.slow == {await room_id(town): 60}
    assert ledger.states[room][0] == "closed"


@pytest.mark.full
@mostly_on_sqlite
@pytest.mark.parametrize("seconds", [0, 4, 601, -60])
async def test_a_pace_lies_between_five_seconds_and_ten_minutes(town: Town, seconds: int) -> None:
    dahlia = await on_shift(town)
    await slows(town, dahlia, 600)
    with pytest.raises(Malformed):
        await slows(town, dahlia, seconds)
    assert (await guide(town)).slow == 600
