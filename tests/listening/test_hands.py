"""Raised hands: somebody comes, visibly, and reads from then on."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import NotFound
from holdfast.listening.actions import (
    answer_hand,
    end_session,
    lower_hand,
    raise_hand,
    say_yes_to_earlier,
)
from holdfast.listening.queries import hands
from holdfast.listening.rules.sessions import HandState, NotNow, SessionOver, Side
from holdfast.listening.tables import HandRow
from holdfast.messages.queries import Reader, messages_before
from holdfast.notices.tables import PageRow
from holdfast.rights.rules import Role
from holdfast.rooms.access import NotOnShift
from listening.talking import Stage
from town import Person, appoint, mostly_on_sqlite

pytestmark = mostly_on_sqlite


async def _two(talks: Stage) -> str:
    await talks.on_duty(talks.town.cedar)
    slug = await talks.two(talks.town.ash, talks.town.cedar)
    await talks.town.say(talks.town.ash, "Before anybody came", slug)
    return slug


async def _raise(talks: Stage, person: Person, slug: str) -> HandRow:
    async with talks.town.house.workshop.work() as work:
        hand = await raise_hand(work, person.member, slug=slug)
    await talks.settled()
    return hand


async def _answer(talks: Stage, hand: HandRow, person: Person) -> str:
    async with talks.town.house.workshop.work() as work:
        slug = await answer_hand(work, person.actor, hand_id=hand.id)
    await talks.settled()
    return slug


async def _reads(talks: Stage, person: Person, slug: str) -> list[str]:
    seat = await talks.town.seat(person, slug)
    async with talks.town.house.workshop.reading() as work:
        reader = Reader(talks.town.house.ledger.keyring, person.actor)
        found = await messages_before(work, reader, seat.room_id, None, 50)
    return [message.text for message in found if message.text]


@pytest.mark.parametrize(("who", "side"), [("ash", Side.ASKER), ("cedar", Side.LISTENER)])
async def test_either_may_raise_a_hand_and_people_are_called(
    talks: Stage, who: str, side: Side
) -> None:
    slug = await _two(talks)
    hand = await _raise(talks, talks.town.person(who), slug)
    again = await _raise(talks, talks.town.ash, slug)
    assert (again.id, hand.by) == (hand.id, side)
    page = await talks.one(PageRow, about=f"hand:{hand.id}")
    assert page.acknowledged_at is None
    async with talks.town.house.workshop.reading() as work:
        (card,) = await hands(work)
    assert (card.slug, card.state) == (slug, HandState.RAISED)


@pytest.mark.full
async def test_who_comes_is_seen_and_reads_from_then_on(talks: Stage) -> None:
    slug = await _two(talks)
    hand = await _raise(talks, talks.town.ash, slug)
    with pytest.raises(NotFound):
        await talks.town.seat(talks.hazel, slug)
    assert await _answer(talks, hand, talks.hazel) == slug
    assert (await talks.talk(talks.town.cedar, slug)).staff == ("Hazel",)
    await talks.town.say(talks.town.ash, "After she came", slug)
    assert await _reads(talks, talks.hazel, slug) == ["After she came"]
    await talks.town.say(talks.hazel, "I am here with you both.", slug)
    assert "I am here with you both." in await _reads(talks, talks.town.ash, slug)
    assert (await talks.one(PageRow, about=f"hand:{hand.id}")).acknowledged_at is not None


@pytest.mark.full
async def test_earlier_lines_are_theirs_only_when_the_member_says_yes(talks: Stage) -> None:
    slug = await _two(talks)
    with pytest.raises(NotNow):
        await say_yes_to_earlier(talks.town.house.ledger, talks.town.ash.member, slug=slug)
    await _answer(talks, await _raise(talks, talks.town.ash, slug), talks.hazel)
    with pytest.raises(NotNow):
        await say_yes_to_earlier(talks.town.house.ledger, talks.town.cedar.member, slug=slug)
    assert await _reads(talks, talks.hazel, slug) == []
    await say_yes_to_earlier(talks.town.house.ledger, talks.town.ash.member, slug=slug)
    assert await _reads(talks, talks.hazel, slug) == ["Before anybody came"]


@pytest.mark.full
async def test_one_comes_and_the_second_is_told_so(talks: Stage) -> None:
    slug = await _two(talks)
    async with talks.town.house.workshop.work() as work:
        from datetime import timedelta

        from holdfast.staff.actions.shifts import check_in

        other = await appoint(work, Role.CRISIS_MODERATOR, name="Gentian")
        await check_in(work, other.actor, until=talks.clock.now() + timedelta(hours=4))
    hand = await _raise(talks, talks.town.ash, slug)
    await _answer(talks, hand, talks.hazel)
    with pytest.raises(NotNow):
        await _answer(talks, hand, other)
    assert await _answer(talks, hand, talks.hazel) == slug


@pytest.mark.full
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.STEWARD, Role.AUDITOR, Role.PARTNER])
async def test_other_roles_find_no_hand(talks: Stage, role: Role) -> None:
    slug = await _two(talks)
    hand = await _raise(talks, talks.town.ash, slug)
    async with talks.town.house.workshop.work() as work:
        other = await appoint(work, role, name="Elder")
    with pytest.raises(NotFound):
        await _answer(talks, hand, other)
    assert await _answer(talks, hand, talks.hazel) == slug


@pytest.mark.full
async def test_who_is_off_shift_begins_a_shift_first(talks: Stage) -> None:
    slug = await _two(talks)
    hand = await _raise(talks, talks.town.ash, slug)
    with pytest.raises(NotOnShift):
        await _answer(talks, hand, talks.fern)
    assert await _answer(talks, hand, talks.hazel) == slug


@pytest.mark.full
async def test_a_hand_is_taken_down_by_who_raised_it(talks: Stage) -> None:
    slug = await _two(talks)
    hand = await _raise(talks, talks.town.ash, slug)
    async with talks.town.house.workshop.work() as work:
        with pytest.raises(NotNow):
            await lower_hand(work, talks.town.cedar.member, slug=slug)
        await lower_hand(work, talks.town.ash.member, slug=slug)
    assert (await talks.one(HandRow, id=hand.id)).state is HandState.LOWERED
    assert (await talks.one(PageRow, about=f"hand:{hand.id}")).acknowledged_at is not None


@pytest.mark.full
async def test_goodbye_takes_a_hand_down_and_who_came_goes(talks: Stage) -> None:
    slug = await _two(talks)
    hand = await _raise(talks, talks.town.ash, slug)
    await _answer(talks, hand, talks.hazel)
    again = await _raise(talks, talks.town.ash, slug)
    async with talks.town.house.workshop.work() as work:
        await end_session(work, talks.town.ash.member, slug=slug)
    assert (await talks.one(HandRow, id=again.id)).state is HandState.LOWERED
    with pytest.raises(NotFound):
        await talks.town.seat(talks.hazel, slug)
    with pytest.raises(SessionOver):
        await _answer(talks, again, talks.hazel)
    with pytest.raises(SessionOver):
        await _raise(talks, talks.town.ash, slug)
