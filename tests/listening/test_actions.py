"""Asking, being on duty, and being put together."""

from __future__ import annotations

from typing import Any

import pytest

from crisis.voice import GOODBYE
from holdfast.crisis.tables import EscalationRow
from holdfast.kit.errors import NotFound
from holdfast.listening.actions import (
    answer_offer,
    end_session,
    say_it_was_hard,
    withdraw_ask,
)
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
from holdfast.listening.rules.sessions import Side
from holdfast.listening.tables import AskRow, OfferRow
from holdfast.messages.actions.unseeing import block_member
from holdfast.messages.tables import BlockKind
from listening.talking import SENTENCE, Stage, another_listener
from town import mostly_on_sqlite

pytestmark = mostly_on_sqlite


@pytest.mark.full
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


@pytest.mark.full
async def test_a_talk_is_there_for_its_two_and_for_nobody_else(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    await talks.town.seat(talks.town.ash, slug)
    await talks.town.seat(talks.town.cedar, slug)
    for other in (talks.town.birch, talks.hazel):
        with pytest.raises(NotFound):
            await talks.town.seat(other, slug)


@pytest.mark.full
async def test_nobody_sits_in_the_room_before_they_are_two(talks: Stage) -> None:
    row = await talks.ask(talks.town.ash)
    async with talks.town.house.workshop.reading() as work:
        from holdfast.rooms.queries import room_named, seats_of

        slug = (await room_named(work, row.room_id)).slug
        held = [seat.room_id for seat in await seats_of(work, talks.town.ash.member.id)]
    assert row.room_id not in held
    with pytest.raises(NotFound):
        await talks.town.seat(talks.town.ash, slug)


@pytest.mark.full
async def test_without_anybody_who_could_be_called_in_nothing_is_offered(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash)
    assert await talks.offers(talks.town.cedar)
    talks.clock.pass_time(hours=13)
    with pytest.raises(NotOffered):
        await talks.ask(talks.town.birch)


@pytest.mark.full
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


@pytest.mark.full
async def test_words_that_may_be_a_goodbye_reach_people_and_the_ask_stands(talks: Stage) -> None:
    row = await talks.ask(talks.town.ash, GOODBYE)
    escalation = await talks.one(EscalationRow, member_id=talks.town.ash.member.id)
    assert escalation.side_room_id is not None
    assert (await talks.one(AskRow, id=row.id)).concern >= 3


@pytest.mark.full
async def test_who_has_no_right_is_not_on_duty(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar)
    with pytest.raises(NoRight):
        await talks.on_duty(talks.town.birch)
    with pytest.raises(OnDutyAlready):
        await talks.on_duty(talks.town.cedar)


@pytest.mark.full
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


@pytest.mark.full
async def test_with_a_concern_three_have_it_before_them_and_one_takes_it(talks: Stage) -> None:
    people = [talks.town.cedar, *[await another_listener(talks) for _ in range(3)]]
    await talks.on_duty(talks.town.cedar)
    await talks.ask(talks.town.ash, GOODBYE)
    having = [one for one in people if await talks.offers(one)]
    assert len(having) == 3
    await talks.accept(having[1])
    assert [await talks.offers(one) for one in having] == [[], [], []]


@pytest.mark.full
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


@pytest.mark.full
async def test_nobody_takes_an_ask_that_lies_before_somebody_else(talks: Stage) -> None:
    await talks.on_duty(talks.town.cedar, wants=("listen",))
    await talks.ask(talks.town.ash)
    other = await another_listener(talks)
    (offer,) = await talks.offers(talks.town.cedar)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotFound):
            await answer_offer(work, other.member, offer_id=offer.id, accept=True)
    await talks.accept(talks.town.cedar)


@pytest.mark.full
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


@pytest.mark.full
async def test_two_at_once_is_the_most(talks: Stage) -> None:
    cedar = talks.town.cedar
    await talks.on_duty(cedar, most=1)
    await talks.two(talks.town.ash, cedar)
    await talks.ask(talks.town.birch)
    assert await talks.offers(cedar) == []


@pytest.mark.full
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


@pytest.mark.full
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
