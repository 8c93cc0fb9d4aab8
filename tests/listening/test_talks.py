"""A talk that goes on: pauses, goodbyes, coming back, and what is said of it afterwards."""

from __future__ import annotations

import pytest

from holdfast.listening.actions import (
    end_session,
    give_feedback,
    go_on,
    look_at_ask,
    pause_session,
    someone_else,
    wish_to_return,
    write_note,
)
from holdfast.listening.queries import my_ask, my_talks, queue_now, trend_of
from holdfast.listening.rules.asks import (
    AskState,
)
from holdfast.listening.rules.queue import Wait
from holdfast.listening.rules.sessions import Ending, EnoughTogether, NotNow, SessionOver, Side
from holdfast.listening.tables import AskRow, FeedbackRow, WaitRow
from holdfast.rooms.rules.guiding import RoomClosed
from listening.talking import SENTENCE, Stage, another_listener
from town import mostly_on_sqlite

pytestmark = mostly_on_sqlite


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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


@pytest.mark.full
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
        assert await trend_of(work, cedar.member.id) == {
            "answers": 10,
            "heard": 1,
            "safe": 1,
            "again": 0.95,
        }


@pytest.mark.full
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
        assert await queue_now(work) == Wait(180, 5)
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash)
    talks.clock.pass_time(seconds=40)
    await talks.accept(talks.town.cedar)
    assert (await talks.all(WaitRow))[-1].seconds == 40


@pytest.mark.full
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


@pytest.mark.full
async def test_my_talks_name_nobody(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    house = talks.town.house
    async with house.workshop.reading() as work:
        (mine,) = await my_talks(work, talks.town.ash.member, house.ledger.keyring)
    assert mine.slug == slug
    assert not [name for name in dir(mine) if "member" in name or "pseudonym" in name]
