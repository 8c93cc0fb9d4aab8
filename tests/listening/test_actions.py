"""Asking, being matched, talking, saying goodbye, and coming back."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.voice import GOODBYE
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.errors import NotFound
from holdfast.listening.actions import (
    answer_offer,
    end_session,
    give_feedback,
    go_on,
    look_at_ask,
    pause_session,
    say_it_was_hard,
    someone_else,
    wish_to_return,
    withdraw_ask,
    write_note,
)
from holdfast.listening.queries import my_ask, my_talks, queue_now, trend_of
from holdfast.listening.rules.asks import (
    AskOver,
    AskState,
    CannotReach,
    NoRight,
    NotOffered,
    NotTogether,
    NotWhole,
    OfferState,
    SecondAsk,
)
from holdfast.listening.rules.duty import Enough, OnDutyAlready
from holdfast.listening.rules.sessions import Ending, EnoughTogether, NotNow, SessionOver, Side
from holdfast.listening.tables import AskRow, FeedbackRow, OfferRow, WaitRow
from holdfast.messages.actions.unseeing import block_member
from holdfast.messages.tables import BlockKind
from holdfast.rooms.rules.guiding import RoomClosed
from listening.talking import SENTENCE, Stage, another_listener
from town import mostly_on_sqlite

pytestmark = mostly_on_sqlite


async def test_who_asks_is_heard_by_a_listener_on_duty(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar, wants=("listen",))
    await talks.ask(ash)
    (offer,) = await talks.offers(cedar)
    assert offer.words == SENTENCE
    assert "want:listen" in offer.reasons
    slug = await talks.accept(cedar)
    await talks.town.say(ash, "Are you there?", slug)
    await talks.town.say(cedar, "Yes. Take your time.", slug)
    seen = await talks.talk(ash, slug)
    assert (seen.side, seen.number, seen.ended_at) == (Side.ASKER, 1, None)
    assert (await talks.talk(cedar, slug)).side is Side.LISTENER


async def test_a_talk_is_there_for_its_two_and_for_nobody_else(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    await talks.town.seat(talks.town.ash, slug)
    await talks.town.seat(talks.town.cedar, slug)
    for other in (talks.town.birch, talks.hazel):
        with pytest.raises(NotFound):
            await talks.town.seat(other, slug)


async def test_nobody_sits_in_the_room_before_they_are_two(talks: Stage) -> None:
    row = await talks.ask(talks.town.ash)
    async with talks.town.house.workshop.reading() as work:
        from holdfast.rooms.queries import room_named, seats_of

        slug = (await room_named(work, row.room_id)).slug
        held = [seat.room_id for seat in await seats_of(work, talks.town.ash.member.id)]
    assert row.room_id not in held
    with pytest.raises(NotFound):
        await talks.town.seat(talks.town.ash, slug)


async def test_without_anybody_who_could_be_called_in_nothing_is_offered(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash)
    assert await talks.offers(talks.town.cedar)
    talks.clock.pass_time(hours=13)
    with pytest.raises(NotOffered):
        await talks.ask(talks.town.birch)


async def test_one_ask_is_enough_and_it_can_be_withdrawn(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    row = await talks.ask(ash)
    with pytest.raises(SecondAsk):
        await talks.ask(ash)
    (offer,) = await talks.offers(cedar)
    async with talks.town.house.workshop.work() as work:
        await withdraw_ask(work, ash.member)
    kept = await talks.one(AskRow, id=row.id)
    assert (kept.state, kept.words) == (AskState.WITHDRAWN, None)
    assert await talks.offers(cedar) == []
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(AskOver):
            await answer_offer(work, cedar.member, offer_id=offer.id, accept=True)
    assert (await talks.ask(ash)).id != row.id


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"wants": frozenset()}, NotWhole),
        ({"wants": frozenset({"gold"})}, NotWhole),
        ({"text": "a" * 281}, NotWhole),
        ({"text": "Call me on +44 7700 900123 please"}, CannotReach),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_words(
    talks: Stage, more: dict[str, Any], refusal: type[Exception]
) -> None:
    await talks.ask(talks.town.birch)
    with pytest.raises(refusal):
        await talks.ask(talks.town.ash, **more)
    assert await talks.all(AskRow, member_id=talks.town.ash.member.id) == []


async def test_words_that_may_be_a_goodbye_reach_people_and_the_ask_stands(talks: Stage) -> None:
    row = await talks.ask(talks.town.ash, GOODBYE)
    escalation = await talks.one(EscalationRow, member_id=talks.town.ash.member.id)
    assert escalation.side_room_id is not None
    assert (await talks.one(AskRow, id=row.id)).concern >= 3


async def test_who_has_no_right_is_not_on_duty(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    with pytest.raises(NoRight):
        await talks.on_duty(talks.town.birch)
    with pytest.raises(OnDutyAlready):
        await talks.on_duty(talks.town.cedar)


async def test_an_offer_passes_after_ninety_seconds_to_the_next(talks: Stage) -> None:
    cedar = talks.town.cedar
    await talks.on_duty(cedar, wants=("listen",))
    await talks.ask(talks.town.ash)
    other = await another_listener(talks)
    assert await talks.offers(cedar)
    assert await talks.offers(other) == []
    await talks.look(seconds=91)
    assert await talks.offers(cedar) == []
    assert await talks.offers(other)


async def test_with_a_concern_three_have_it_before_them_and_one_takes_it(talks: Stage) -> None:
    people = [talks.town.cedar, *[await another_listener(talks) for _ in range(3)]]
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash, GOODBYE)
    having = [one for one in people if await talks.offers(one)]
    assert len(having) == 3
    await talks.accept(having[1])
    assert [await talks.offers(one) for one in having] == [[], [], []]


async def test_a_listener_who_says_no_does_not_have_it_again(talks: Stage) -> None:
    cedar = talks.town.cedar
    await talks.on_duty(cedar)
    await talks.ask(talks.town.ash)
    (offer,) = await talks.offers(cedar)
    async with talks.town.house.workshop.work() as work:
        await answer_offer(work, cedar.member, offer_id=offer.id, accept=False)
    await talks.look(minutes=20)
    assert await talks.offers(cedar) == []
    assert (await talks.one(OfferRow, id=offer.id)).state is OfferState.DECLINED


async def test_nobody_takes_an_ask_that_lies_before_somebody_else(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar, wants=("listen",))
    await talks.ask(talks.town.ash)
    other = await another_listener(talks)
    (offer,) = await talks.offers(talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await answer_offer(work, other.member, offer_id=offer.id, accept=True)
    await talks.accept(talks.town.cedar)


async def test_who_blocked_each_other_after_the_offer_are_not_put_together(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
    seat = await talks.town.seat(cedar, slug)
    await talks.look(minutes=20)
    await talks.ask(ash)
    (offer,) = await talks.offers(cedar)
    async with talks.town.house.workshop.work() as work:
        await block_member(
            work, ash.member, slug=slug, handle=seat.author.seat, kind=BlockKind.BLOCK
        )
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotTogether):
            await answer_offer(work, cedar.member, offer_id=offer.id, accept=True)


async def test_two_at_once_is_the_most(talks: Stage) -> None:
    cedar = talks.town.cedar
    await talks.on_duty(cedar, most=1)
    await talks.two(talks.town.ash, cedar)
    await talks.ask(talks.town.birch)
    assert await talks.offers(cedar) == []


async def test_after_a_hard_one_nothing_comes_for_ten_minutes(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await say_it_was_hard(work, cedar.member, slug=slug)
        await end_session(work, cedar.member, slug=slug)
    await talks.ask(talks.town.birch)
    assert await talks.offers(cedar) == []
    await talks.look(minutes=11)
    assert await talks.offers(cedar)


async def test_four_hours_in_a_day_are_enough(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar, hours=4)
    slug = await talks.two(ash, cedar)
    for _ in range(16):
        talks.clock.pass_time(minutes=15)
        await talks.town.say(ash, "Still here.", slug)
    talks.clock.pass_time(minutes=1)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
    await talks.look()
    with pytest.raises(Enough):
        await talks.on_duty(cedar)
    talks.clock.pass_time(hours=21)
    await talks.on_duty(cedar)


async def test_a_pause_is_seen_by_both_and_holds_the_place(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await pause_session(work, ash.member, slug=slug)
    assert (await talks.talk(cedar, slug)).paused_by is Side.ASKER
    await talks.look(minutes=45)
    assert (await talks.talk(cedar, slug)).ended_at is None
    async with talks.town.house.workshop.work() as work:
        await go_on(work, cedar.member, slug=slug)
    assert (await talks.talk(ash, slug)).paused_by is None


async def test_a_talk_in_which_nobody_writes_ends_after_it_was_said(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    await talks.look(minutes=26)
    assert (await talks.talk(ash, slug)).is_soon
    await talks.town.say(ash, "I am still here.", slug)
    await talks.look(minutes=20)
    assert not (await talks.talk(ash, slug)).is_soon
    await talks.look(minutes=11)
    assert (await talks.talk(ash, slug)).ended_how is Ending.QUIET


async def test_after_goodbye_both_may_read_and_nobody_writes(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    await talks.town.say(ash, "Thank you.", slug)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
    await talks.settled()
    with pytest.raises(RoomClosed):
        await talks.town.say(cedar, "One more thing", slug)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(SessionOver):
            await end_session(work, ash.member, slug=slug)
    assert [row.words for row in await talks.all(AskRow)] == [None]


async def test_both_wish_it_and_the_same_listener_is_asked_first(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
        assert not await wish_to_return(work, ash.member, slug=slug, yes=True)
    with pytest.raises(NotNow):
        await talks.ask(ash, again_with=slug)
    async with talks.town.house.workshop.work() as work:
        assert await wish_to_return(work, cedar.member, slug=slug, yes=True)
    await another_listener(talks, wants=("listen",))
    await talks.ask(ash, again_with=slug)
    (offer,) = await talks.offers(cedar)
    assert offer.again
    again = await talks.accept(cedar)
    assert (await talks.talk(ash, again)).number == 2


async def test_the_same_two_talk_six_times_at_most(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar, hours=4)
    slug = ""
    for number in range(1, 7):
        slug = await talks.two(ash, cedar)
        seen = await talks.talk(ash, slug)
        assert (seen.number, seen.ending_is_planned) == (number, number >= 5)
        async with talks.town.house.workshop.work() as work:
            await end_session(work, ash.member, slug=slug)
        talks.clock.pass_time(minutes=1)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(EnoughTogether):
            await wish_to_return(work, ash.member, slug=slug, yes=True)
    await talks.ask(ash)
    assert await talks.offers(cedar) == []


async def test_not_with_them_is_kept(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, ash.member, slug=slug)
    await talks.ask(ash, not_with=(slug,))
    assert await talks.offers(cedar) == []
    other = await another_listener(talks)
    assert await talks.offers(other)


async def test_somebody_else_is_looked_for_with_the_same_words(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        await someone_else(work, ash.member, talks.town.house.ledger.keyring, slug=slug)
    await talks.settled()
    assert (await talks.talk(ash, slug)).ended_how is Ending.NOT_FITTING
    assert await talks.offers(cedar) == []
    (offer,) = await talks.offers(await another_listener(talks))
    assert offer.words == SENTENCE


async def test_three_answers_are_kept_apart_and_say_nothing_below_ten(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotNow):
            await give_feedback(work, ash.member, slug=slug, heard=2, safe=2, again=2)
        await end_session(work, ash.member, slug=slug)
    async with talks.town.house.workshop.work() as work:
        await give_feedback(work, ash.member, slug=slug, heard=2, safe=2, again=1)
        with pytest.raises(NotNow):
            await give_feedback(work, ash.member, slug=slug, heard=2, safe=2, again=1)
    row = await talks.one(FeedbackRow)
    assert row.month.day == 1
    async with talks.town.house.workshop.work() as work:
        assert await trend_of(work, cedar.member.id) is None
        for _ in range(9):
            work.db.add(
                FeedbackRow(listener_id=cedar.member.id, month=row.month, heard=2, safe=2, again=2)
            )
    async with talks.town.house.workshop.reading() as work:
        assert await trend_of(work, cedar.member.id) == {"heard": 1, "safe": 1, "again": 0.95}


async def test_a_listeners_note_is_for_them_alone(talks: Stage) -> None:
    ash, cedar = talks.town.ash, talks.town.cedar
    await talks.on_duty(cedar)
    slug = await talks.two(ash, cedar)
    await write_note(talks.town.house.ledger, cedar.member, slug=slug, text="Went slowly. Good.")
    assert (await talks.talk(cedar, slug)).note == "Went slowly. Good."
    assert (await talks.talk(ash, slug)).note == ""
    with pytest.raises(NotNow):
        await write_note(talks.town.house.ledger, ash.member, slug=slug, text="Mine")


async def test_the_wait_is_said_from_five_on_and_is_what_people_waited(talks: Stage) -> None:
    now = talks.clock.now()
    async with talks.town.house.workshop.work() as work:
        for seconds in (60, 120, 180, 240):
            work.db.add(WaitRow(day=now.date(), hour=now.hour, seconds=seconds))
        await work.db.flush()
        assert await queue_now(work) is None
        work.db.add(WaitRow(day=now.date(), hour=now.hour, seconds=900))
        await work.db.flush()
        assert await queue_now(work) == 180
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash)
    talks.clock.pass_time(seconds=40)
    await talks.accept(talks.town.cedar)
    assert (await talks.all(WaitRow))[-1].seconds == 40


async def test_an_ask_at_which_nobody_looks_ends_after_twelve_hours(talks: Stage) -> None:
    row = await talks.ask(talks.town.ash)
    talks.clock.pass_time(hours=11)
    async with talks.town.house.workshop.work() as work:
        await look_at_ask(work, talks.town.ash.member)
    await talks.look(hours=11)
    async with talks.town.house.workshop.reading() as work:
        assert await my_ask(work, talks.town.ash.member) is not None
    await talks.look(hours=2)
    kept = await talks.one(AskRow, id=row.id)
    assert (kept.state, kept.words) == (AskState.ENDED, None)


async def test_my_talks_name_nobody(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    house = talks.town.house
    async with house.workshop.reading() as work:
        (mine,) = await my_talks(work, talks.town.ash.member, house.ledger.keyring)
    assert mine.slug == slug
    assert not [name for name in dir(mine) if "member" in name or "pseudonym" in name]
