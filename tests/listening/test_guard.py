"""The guard: a way to be reached is passed on by nobody; a second try is looked at by a person."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from holdfast.kit.errors import NotFound
from holdfast.listening.actions import decide_guard
from holdfast.listening.queries import guard_calls
from holdfast.listening.rules.asks import NoRight
from holdfast.listening.rules.sessions import Ending, GuardOutcome, NotNow
from holdfast.listening.tables import GuardCallRow, HandRow, TryRow
from holdfast.messages.rules.fates import ContactDetail
from holdfast.moderation.rules.cases import CaseKind
from holdfast.moderation.tables import CaseRow
from holdfast.notices.tables import PageRow
from holdfast.rights.rules import Role
from holdfast.rights.tables import RightRow
from listening.talking import Stage
from town import Person, appoint, mostly_on_sqlite

pytestmark = mostly_on_sqlite
NUMBER = "Write to me outside, my number is +44 7700 900123"


async def _tries(talks: Stage, person: Person, slug: str, nonce: str) -> None:
    with pytest.raises(ContactDetail):
        await talks.town.say(person, NUMBER, slug, nonce=nonce)
    await talks.settled()


async def _two(talks: Stage) -> str:
    await talks.on_duty(talks.town.cedar, most=2)
    return await talks.two(talks.town.ash, talks.town.cedar)


async def _decide(talks: Stage, outcome: GuardOutcome) -> None:
    call = await talks.one(GuardCallRow)
    async with talks.town.house.workshop.work() as work:
        await decide_guard(work, talks.hazel.actor, session_id=call.session_id, outcome=outcome)
    await talks.settled()


@pytest.mark.full
async def test_a_listeners_second_try_stops_new_asks_and_calls_somebody_in(talks: Stage) -> None:
    slug = await _two(talks)
    await _tries(talks, talks.town.cedar, slug, "first-try-0000001")
    assert await talks.all(GuardCallRow) == []
    await _tries(talks, talks.town.cedar, slug, "second-try-000001")
    (call,) = await talks.all(GuardCallRow)
    assert (await talks.one(RightRow, id=call.right_id)).frozen_why == "guard"
    hand = await talks.one(HandRow)
    assert hand.by is None
    assert await talks.all(PageRow, about=f"hand:{hand.id}")
    (case,) = await talks.all(CaseRow)
    assert case.kind is CaseKind.CONTACT
    assert (await talks.talk(talks.town.ash, slug)).guard == "looking"
    await talks.ask(talks.town.birch)
    assert await talks.offers(talks.town.cedar) == []
    with pytest.raises(NoRight):
        await talks.on_duty(talks.town.cedar)


@pytest.mark.full
async def test_the_same_words_sent_again_are_one_try(talks: Stage) -> None:
    slug = await _two(talks)
    for _ in range(3):
        await _tries(talks, talks.town.cedar, slug, "same-try-00000001")
    assert len(await talks.all(TryRow)) == 1
    assert await talks.all(GuardCallRow) == []
    await _tries(talks, talks.town.cedar, slug, "other-try-0000001")
    assert len(await talks.all(GuardCallRow)) == 1


@pytest.mark.full
async def test_a_member_who_tries_is_told_why_and_nobody_is_called(talks: Stage) -> None:
    slug = await _two(talks)
    for number in range(3):
        await _tries(talks, talks.town.ash, slug, f"asker-try-000000{number}")
    assert await talks.all(GuardCallRow) == []
    await _tries(talks, talks.town.cedar, slug, "first-try-0000001")
    assert await talks.all(GuardCallRow) == []
    await _tries(talks, talks.town.cedar, slug, "second-try-000001")
    assert len(await talks.all(GuardCallRow)) == 1


@pytest.mark.full
async def test_tries_in_two_talks_are_not_added_up(talks: Stage) -> None:
    one = await _two(talks)
    other = await talks.two(talks.town.birch, talks.town.cedar)
    await _tries(talks, talks.town.cedar, one, "one-try-000000001")
    await _tries(talks, talks.town.cedar, other, "other-try-0000001")
    assert await talks.all(GuardCallRow) == []
    await _tries(talks, talks.town.cedar, other, "again-try-0000001")
    assert len(await talks.all(GuardCallRow)) == 1


async def test_what_was_blocked_is_kept_nowhere(talks: Stage) -> None:
    slug = await _two(talks)
    for nonce in ("first-try-0000001", "second-try-000001"):
        await _tries(talks, talks.town.cedar, slug, nonce)
    async with talks.town.house.workshop.reading() as work:
        for table in ("listening_tries", "guard_calls", "flags", "cases", "raised_hands"):
            rows = (await work.db.execute(text(f"SELECT * FROM {table}"))).all()  # noqa: S608
            assert rows
            assert "7700" not in repr(rows)


@pytest.mark.full
async def test_a_person_lets_it_go_on_and_the_member_is_told(talks: Stage) -> None:
    slug = await _two(talks)
    for nonce in ("first-try-0000001", "second-try-000001"):
        await _tries(talks, talks.town.cedar, slug, nonce)
    await _decide(talks, GuardOutcome.GOES_ON)
    assert (await talks.talk(talks.town.ash, slug)).guard == "goes_on"
    assert (await talks.talk(talks.town.ash, slug)).ended_at is None
    await talks.on_duty(talks.town.cedar)
    with pytest.raises(NotNow):
        await _decide(talks, GuardOutcome.ENDS)


@pytest.mark.full
async def test_a_person_ends_it_and_the_right_with_it(talks: Stage) -> None:
    slug = await _two(talks)
    for nonce in ("first-try-0000001", "second-try-000001"):
        await _tries(talks, talks.town.cedar, slug, nonce)
    await _decide(talks, GuardOutcome.ENDS)
    seen = await talks.talk(talks.town.ash, slug)
    assert (seen.guard, seen.ended_how) == ("ends", Ending.GUARD)
    with pytest.raises(NoRight):
        await talks.on_duty(talks.town.cedar)


@pytest.mark.full
async def test_after_an_hour_without_a_decision_people_are_called(talks: Stage) -> None:
    slug = await _two(talks)
    for nonce in ("first-try-0000001", "second-try-000001"):
        await _tries(talks, talks.town.cedar, slug, nonce)
    call = await talks.one(GuardCallRow)
    await talks.look(minutes=59)
    assert await talks.all(PageRow, about=f"guard:{call.session_id}") == []
    await talks.look(minutes=2)
    (page,) = await talks.all(PageRow, about=f"guard:{call.session_id}")
    assert page.acknowledged_at is None
    await _decide(talks, GuardOutcome.ENDS)
    assert (await talks.one(PageRow, id=page.id)).acknowledged_at is not None


@pytest.mark.full
async def test_only_who_may_come_decides(talks: Stage) -> None:
    slug = await _two(talks)
    for nonce in ("first-try-0000001", "second-try-000001"):
        await _tries(talks, talks.town.cedar, slug, nonce)
    call = await talks.one(GuardCallRow)
    async with talks.town.house.workshop.work() as work:
        other = await appoint(work, Role.MODERATOR, name="Dahlia")
        for nobody in (other.actor, talks.town.birch.actor, talks.town.elm.actor):
            with pytest.raises(NotFound):
                await decide_guard(
                    work, nobody, session_id=call.session_id, outcome=GuardOutcome.ENDS
                )
        (card,) = await guard_calls(work)
    assert (card.outcome, card.tries) == (None, 2)
    await _decide(talks, GuardOutcome.ENDS)


@pytest.mark.full
async def test_other_words_under_the_same_nonce_are_another_try(talks: Stage) -> None:
    slug = await _two(talks)
    await _tries(talks, talks.town.cedar, slug, "same-try-00000001")
    await _tries(talks, talks.town.cedar, slug, "same-try-00000001")
    assert await talks.all(GuardCallRow) == []
    other = "Then write to cedar.listens@example.com"
    with pytest.raises(ContactDetail):
        await talks.town.say(talks.town.cedar, other, slug, nonce="same-try-00000001")
    await talks.settled()
    assert len(await talks.all(GuardCallRow)) == 1


@pytest.mark.full
async def test_pieces_in_the_notes_above_words_are_read_as_a_whole(talks: Stage) -> None:
    slug = await _two(talks)
    for piece in ("call me", "plus 44", "7700"):
        await talks.town.say(talks.town.cedar, "Yes, I hear you.", slug, note=piece)
    with pytest.raises(ContactDetail):
        await talks.town.say(talks.town.cedar, "Yes, I hear you.", slug, note="900123")


@pytest.mark.full
async def test_what_goes_out_because_of_danger_is_a_try_all_the_same(talks: Stage) -> None:
    slug, danger = await _two(talks), "I am going to kill myself tonight."
    for _ in range(2):
        assert (await talks.town.say(talks.town.cedar, f"{danger} {NUMBER}", slug)).seq
        await talks.settled()
    assert len(await talks.all(GuardCallRow)) == 1


@pytest.mark.full
async def test_a_try_after_it_was_let_go_on_calls_people_again(talks: Stage) -> None:
    slug = await _two(talks)
    for nonce in ("first-try-0000001", "second-try-000001"):
        await _tries(talks, talks.town.cedar, slug, nonce)
    await _decide(talks, GuardOutcome.GOES_ON)
    await talks.on_duty(talks.town.cedar)
    await _tries(talks, talks.town.cedar, slug, "third-try-0000001")
    call = await talks.one(GuardCallRow)
    assert (call.outcome, call.decided_by) == (None, None)
    assert (await talks.talk(talks.town.ash, slug)).guard == "looking"
    with pytest.raises(NoRight):
        await talks.on_duty(talks.town.cedar)
    await _decide(talks, GuardOutcome.ENDS)
    assert (await talks.talk(talks.town.ash, slug)).guard == "ends"
