"""Who waits for a first reply: what counts as an answer, and what the desk may say of a room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.messages.actions import remove_message, respond_to_message
from holdfast.messages.queries.replies import Replies, replies_lately
from holdfast.messages.rules import Response
from holdfast.messages.rules.replies import (
    THREAD,
    WAITS,
    Spoken,
    Turn,
    first_replies,
    pulse,
    turns,
    unanswered,
)
from holdfast.rooms.tables import RoomRow, RoomState
from town import EVENING, NIGHT, StillClock, Town, mostly_on_sqlite

BEGIN = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
ASH, BIRCH, CEDAR, SAM = map(SeatId, (1, 2, 3, 4))


def said(seq: int, seat: SeatId, minutes: float, reply_to: int | None = None) -> Spoken:
    at = BEGIN + timedelta(minutes=minutes)
    return Spoken(RoomId(1), seq, seat, at, reply_to, by_staff=seat == SAM)


def waiting(every: list[Turn], minutes: float) -> list[int]:
    return [one.first.seq for one in unanswered(every, BEGIN + timedelta(minutes=minutes))]


def test_words_wait_from_ten_minutes_on() -> None:
    every = turns([said(1, ASH, 0)])
    minutes = WAITS.total_seconds() / 60
    assert (waiting(every, minutes - 0.1), waiting(every, minutes)) == ([], [1])


def test_a_reply_answers_however_late_it_comes() -> None:
    late = THREAD.total_seconds() / 60 + 100
    talk = [said(1, ASH, 0), said(2, BIRCH, late, reply_to=1)]
    assert waiting(turns(talk), late + 60) == []
    assert turns(talk)[0].wait == timedelta(minutes=late)


def test_the_next_words_of_somebody_else_answer_within_the_half_hour() -> None:
    half_hour = THREAD.total_seconds() / 60
    assert waiting(turns([said(1, ASH, 0), said(2, SAM, half_hour)]), 60) == []
    assert waiting(turns([said(1, ASH, 0), said(2, SAM, half_hour + 1)]), 60) == [1]


def test_words_to_somebody_else_are_no_answer() -> None:
    talk = [said(1, ASH, 0), said(2, BIRCH, 1), said(3, CEDAR, 2, reply_to=2)]
    first, second = turns(talk)
    assert (first.answered_at, second.answered_at) == (said(2, BIRCH, 1).at, said(3, CEDAR, 2).at)
    to_another = [said(1, BIRCH, 0), said(2, ASH, 1), said(3, CEDAR, 2, reply_to=1)]
    assert waiting(turns(to_another), 30) == [2]


def test_nobody_answers_themselves_and_what_they_say_in_a_row_is_one_turn() -> None:
    talk = [said(1, ASH, 0), said(2, ASH, 4), said(3, ASH, 8, reply_to=1)]
    (turn,) = turns(talk)
    assert (turn.seqs, waiting([turn], 20)) == ([1, 2, 3], [1])
    answered = turns([*talk, said(4, BIRCH, 20, reply_to=2)])[0]
    assert answered.wait == timedelta(minutes=20)


def test_an_answer_waits_for_none_and_words_of_staff_never_do() -> None:
    talk = [said(1, ASH, 0), said(2, BIRCH, 1, reply_to=1), said(3, SAM, 5)]
    assert [turn.first.seq for turn in turns(talk)] == [1]
    assert waiting(turns(talk), 60) == []


def test_an_answer_to_what_lies_too_far_back_waits_for_none() -> None:
    assert turns([said(50, ASH, 0, reply_to=3)]) == []


def test_a_room_has_a_median_and_a_longest_first_reply() -> None:
    talk = [
        *(said(1, ASH, 0), said(2, BIRCH, 2, reply_to=1)),
        *(said(3, CEDAR, 10), said(4, BIRCH, 16, reply_to=3)),
        *(said(5, ASH, 20), said(6, BIRCH, 21, reply_to=5)),
    ]
    figures = first_replies(turns(talk))
    assert (figures.median, figures.worst) == (timedelta(minutes=2), timedelta(minutes=6))
    nobody = first_replies(turns([said(1, ASH, 0)]))
    assert (nobody.median, nobody.worst) == (None, None)


def test_a_pulse_is_an_hour_in_steps_of_five_minutes() -> None:
    talk = [said(1, ASH, 0), said(2, ASH, 56), said(3, BIRCH, 59), said(4, ASH, 61)]
    counts = pulse(talk, BEGIN + timedelta(minutes=61))
    assert (len(counts), counts[-1], counts[-2], sum(counts)) == (12, 2, 1, 3)


async def lately(town: Town, *new: MemberId) -> Replies:
    async with town.house.workshop.reading() as work:
        return await replies_lately(work, lambda one: one in new)


@mostly_on_sqlite
async def test_newcomers_stand_first_and_then_who_waits_longest(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.cedar, "Is anybody up?", EVENING)
    clock.pass_time(minutes=3)
    await town.say(town.ash, "I can’t sleep again.", NIGHT)
    clock.pass_time(minutes=9)
    assert [one.room for one in (await lately(town)).waiting] == [EVENING]
    clock.pass_time(minutes=1)
    found = (await lately(town)).waiting
    assert [(one.room, one.seq, one.is_newcomer) for one in found] == [
        (EVENING, 1, False),
        (NIGHT, 1, False),
    ]
    newest_first = (await lately(town, town.ash.member.id)).waiting
    assert [(one.room, one.is_newcomer) for one in newest_first] == [
        (NIGHT, True),
        (EVENING, False),
    ]
    assert newest_first[0].pseudonym == (await town.seat(town.ash)).author.pseudonym


@mostly_on_sqlite
async def test_a_response_answers_until_it_is_taken_back(town: Town, clock: StillClock) -> None:
    await town.say(town.ash, "I can’t sleep again.")
    clock.pass_time(minutes=11)
    assert len((await lately(town)).waiting) == 1
    birch = await town.seat(town.birch)
    for on, nonce, left in ((True, "given-it", 0), (False, "taken-it", 1)):
        await respond_to_message(
            town.house.ledger, birch, seq=1, nonce=nonce, response=Response.STRENGTH, on=on
        )
        assert len((await lately(town)).waiting) == left


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_taken_back_and_what_is_a_day_old_waits_no_more(
    town: Town, clock: StillClock
) -> None:
    await town.say(town.ash, "I can’t sleep again.")
    await town.say(town.cedar, "Is anybody up?", EVENING)
    clock.pass_time(minutes=11)
    assert len((await lately(town)).waiting) == 2
    await remove_message(town.house.ledger, await town.seat(town.ash), seq=1, nonce="back-1")
    assert [one.room for one in (await lately(town)).waiting] == [EVENING]
    clock.pass_time(hours=24)
    assert (await lately(town)).waiting == []


@mostly_on_sqlite
async def test_each_room_has_its_own_first_replies(town: Town, clock: StillClock) -> None:
    await town.say(town.cedar, "Is anybody up?", EVENING)
    await town.say(town.ash, "I can’t sleep again.")
    clock.pass_time(minutes=4)
    await town.say(town.birch, "Me neither.", reply_to=1)
    found = await lately(town)
    night, evening = [
        (await town.seat(who, at)).room_id for who, at in ((town.ash, NIGHT), (town.cedar, EVENING))
    ]
    assert found.rooms[night].worst == found.rooms[night].median == timedelta(minutes=4)
    assert found.rooms[evening].worst is None


@mostly_on_sqlite
async def test_in_a_room_that_is_closed_nobody_waits(town: Town, clock: StillClock) -> None:
    await town.say(town.ash, "I can’t sleep again.")
    clock.pass_time(minutes=11)
    assert len((await lately(town)).waiting) == 1
    async with town.house.workshop.work() as work:
        room = await work.db.get_one(RoomRow, (await town.seat(town.ash)).room_id)
        room.state = RoomState.CLOSED
    assert (await lately(town)).waiting == []
