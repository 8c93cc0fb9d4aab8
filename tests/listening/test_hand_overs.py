"""Handing on to another listener: nothing passes before the member has read it and said yes."""

from __future__ import annotations

import pytest

from holdfast.listening.actions import (
    approve_hand_over,
    propose_hand_over,
    refuse_hand_over,
)
from holdfast.listening.rules.asks import CannotReach, NotOffered
from holdfast.listening.rules.sessions import (
    Ending,
    HandOverState,
    NotNow,
    SummaryNotWhole,
)
from holdfast.listening.tables import GuardCallRow, HandOverRow, TryRow
from listening.talking import Stage, another_listener
from town import mostly_on_sqlite

pytestmark = mostly_on_sqlite
SUMMARY = "Lost a job in spring. Likes to be asked. Is safe tonight."


async def _two(talks: Stage) -> str:
    await talks.on_duty(talks.town.cedar)
    return await talks.two(talks.town.ash, talks.town.cedar)


async def _propose(talks: Stage, slug: str, words: str = SUMMARY) -> None:
    cedar = talks.town.cedar.member
    await propose_hand_over(talks.town.house.ledger, cedar, slug=slug, text=words)


async def _approve(talks: Stage, slug: str, words: str = SUMMARY) -> None:
    ash = talks.town.ash.member
    await approve_hand_over(talks.town.house.ledger, ash, slug=slug, text=words)
    await talks.settled()


@pytest.mark.full
async def test_the_next_listener_reads_what_the_member_left_and_agreed_to(talks: Stage) -> None:
    slug = await _two(talks)
    await _propose(talks, slug)
    seen = await talks.talk(talks.town.ash, slug)
    assert (seen.hand_over, seen.summary) == (HandOverState.PROPOSED, SUMMARY)
    other = await another_listener(talks)
    assert await talks.offers(other) == []
    await _approve(talks, slug, "Lost a job in spring. Is safe tonight.")
    assert (await talks.talk(talks.town.ash, slug)).ended_how is Ending.HANDED_OVER
    assert await talks.offers(talks.town.cedar) == []
    (offer,) = await talks.offers(other)
    assert offer.summary == "Lost a job in spring. Is safe tonight."
    again = await talks.accept(other)
    assert again != slug
    assert (await talks.one(HandOverRow)).state is HandOverState.TAKEN


@pytest.mark.full
async def test_after_a_no_nothing_is_left_and_the_talk_goes_on(talks: Stage) -> None:
    slug = await _two(talks)
    await _propose(talks, slug)
    async with talks.town.house.workshop.work() as work:
        await refuse_hand_over(work, talks.town.ash.member, slug=slug)
    row = await talks.one(HandOverRow)
    assert (row.state, row.words) == (HandOverState.REFUSED, None)
    assert (await talks.talk(talks.town.ash, slug)).ended_at is None
    with pytest.raises(NotNow):
        await _approve(talks, slug)
    await _propose(talks, slug)
    await _approve(talks, slug)


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        ("", SummaryNotWhole),
        ("a" * 601, SummaryNotWhole),
        ("Reach them at ash@example.org", CannotReach),
    ],
)
async def test_a_summary_is_short_and_says_no_way_to_be_reached(
    talks: Stage, words: str, refusal: type[Exception]
) -> None:
    slug = await _two(talks)
    with pytest.raises(refusal):
        await _propose(talks, slug, words)
    assert await talks.all(HandOverRow) == []
    await _propose(talks, slug)
    with pytest.raises(refusal):
        await _approve(talks, slug, words)
    assert (await talks.one(HandOverRow)).state is HandOverState.PROPOSED


@pytest.mark.full
async def test_each_does_their_own_part(talks: Stage) -> None:
    slug = await _two(talks)
    ledger, ash, cedar = talks.town.house.ledger, talks.town.ash.member, talks.town.cedar.member
    with pytest.raises(NotNow):
        await propose_hand_over(ledger, ash, slug=slug, text=SUMMARY)
    await _propose(talks, slug)
    with pytest.raises(NotNow):
        await approve_hand_over(ledger, cedar, slug=slug, text=SUMMARY)
    await _approve(talks, slug)


@pytest.mark.full
async def test_where_nobody_can_be_looked_for_the_talk_is_not_ended(talks: Stage) -> None:
    slug = await _two(talks)
    await _propose(talks, slug)
    talks.clock.pass_time(hours=13)
    with pytest.raises(NotOffered):
        await _approve(talks, slug)
    assert (await talks.talk(talks.town.ash, slug)).ended_at is None


@pytest.mark.full
async def test_a_way_to_be_reached_in_a_summary_is_a_try_of_whoever_wrote_it(talks: Stage) -> None:
    slug = await _two(talks)
    for words in ("Write to me: +44 7700 900123", "Write to cedar.listens@example.com"):
        with pytest.raises(CannotReach):
            await _propose(talks, slug, words)
        with pytest.raises(CannotReach):
            await _propose(talks, slug, words)
        await talks.settled()
    assert len(await talks.all(TryRow)) == 2
    assert len(await talks.all(GuardCallRow)) == 1
