"""From erasing to the end of a hold: nobody sees the words, staff do in their work, then nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from crisis.voice import HIGH, speak
from holdfast.crisis.queries import opened_lines
from holdfast.desk.jobs import Forgetting
from holdfast.erasing.holds.rules import Deed, Why
from holdfast.erasing.rules import Kind
from holdfast.erasing.tables import ErasureRow
from holdfast.kit.ids import MessageId
from holdfast.members.tables import MemberRow
from holdfast.messages.actions import erase_with_words, withdraw_post
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import Role
from moderation.reporting import Care
from town import Person, StillClock, Town
from trust.erased import as_it_lies, erasing_of, keys_left, take_back, two_minutes_later, words_in
from trust.holding import Holding


@pytest.fixture
def holding(town: Town, clock: StillClock) -> Holding:
    return Holding(town, clock)


async def seq_of(town: Town, message: MessageId) -> int:
    async with town.house.workshop.reading() as work:
        found = await work.db.scalar(select(MessageRow.seq).where(MessageRow.id == message))
    assert found is not None
    return found


async def read_by(town: Town, who: Person, message: MessageId) -> list[str]:
    async with town.house.workshop.reading() as work:
        lines = await opened_lines(work, town.reader(who), [message])
    return [line.text for line in lines.values()]


@pytest.mark.full
async def test_a_message_that_is_taken_back_is_read_by_staff_until_the_hold_ends(
    holding: Holding, town: Town, clock: StillClock
) -> None:
    message = await holding.begins()
    seq = await seq_of(town, message)
    before = await as_it_lies(town.house, seq)
    await take_back(town, town.ash, seq)
    await two_minutes_later(town, clock)
    assert await words_in(town, town.birch) == [("", "author")]
    (sam,) = await holding.hires(Role.CRISIS_MODERATOR)
    assert await read_by(town, sam, message) == [HIGH]
    clock.pass_time(days=7)
    assert await holding.looks() == 1
    await two_minutes_later(town, clock)
    assert await read_by(town, sam, message) == [""]
    assert await keys_left(town.house, before.key.id) == []


@pytest.mark.full
async def test_who_goes_for_good_leaves_what_is_named_and_a_bare_row_until_the_hold_ends(
    holding: Holding, town: Town, clock: StillClock
) -> None:
    message = await holding.begins()
    other = await town.say(town.ash, "Tea helps")
    named = await as_it_lies(town.house, await seq_of(town, message))
    plain = await as_it_lies(town.house, other.seq or 0)
    receipt = await erase_with_words(town.house.ledger, town.ash.member)
    assert receipt.held_until is not None
    assert [removed for _, removed in await words_in(town, town.birch)] == ["author", "author"]
    (sam,) = await holding.hires(Role.CRISIS_MODERATOR)
    assert await read_by(town, sam, message) == [HIGH]
    async with town.house.workshop.reading() as work:
        bare = await work.db.get(MemberRow, town.ash.member.id)
    assert bare is not None
    assert bare.phrase_lookup is None
    clock.pass_time(days=7)
    assert await holding.looks() == 1
    erasing = erasing_of(town.house)
    await erasing.look()
    await two_minutes_later(town, clock)
    assert await read_by(town, sam, message) == [""]
    assert await keys_left(town.house, named.key.id, plain.key.id) == []
    async with town.house.workshop.reading() as work:
        assert await work.db.get(MemberRow, town.ash.member.id) is None
        (row,) = await work.db.scalars(select(ErasureRow).where(ErasureRow.kind == Kind.PERSON))
    assert row.done_at is not None


async def test_held_words_that_raised_a_concern_stay_for_its_escalation_when_they_are_withdrawn(
    holding: Holding, town: Town
) -> None:
    words = f"{HIGH} Write to me at ash@example.org"
    waits = await speak(town, town.ash, words, as_is=True)
    assert isinstance(waits, Kept)
    await town.house.reactions.settled()
    await withdraw_post(town.house.ledger, await town.seat(town.ash), of="nonce-0000-0001")
    async with town.house.workshop.reading() as work:
        message = await work.db.scalar(select(MessageRow.id))
    assert message is not None
    (sam,) = await holding.hires(Role.CRISIS_MODERATOR)
    assert await read_by(town, sam, message) == [words]


@pytest.mark.full
async def test_the_night_leaves_the_keys_of_what_is_held(
    holding: Holding, town: Town, clock: StillClock
) -> None:
    message = await holding.begins()
    await town.say(town.ash, "Tea helps")
    await take_back(town, town.ash, await seq_of(town, message))
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    await holding.sets_on(sam, fern)
    await two_minutes_later(town, clock)
    clock.pass_time(days=400)
    assert await Forgetting(town.house.workshop, town.house.ledger.keyring).look() == 1
    assert await read_by(town, sam, message) == [HIGH]


@pytest.mark.full
async def test_what_was_reported_stays_with_its_case_and_goes_when_two_people_say_so(
    holding: Holding, town: Town, clock: StillClock
) -> None:
    care = Care(town)
    seq = await care.says(town.ash, "You are all so stupid")
    await care.reports(town.birch, seq)
    await take_back(town, town.ash, seq)
    await two_minutes_later(town, clock)
    mo, fern = await holding.hires(Role.SUPERVISOR, Role.LEAD)
    card = await care.looks(mo)
    assert [one.line.text for one in card.reports if one.line] == ["You are all so stupid"]
    await holding.grants(fern, await holding.asks(mo, Deed.END, Why.DONE, "case:1"), "case:1")
    await two_minutes_later(town, clock)
    card = await care.looks(mo)
    assert [one.line.text for one in card.reports if one.line] == [""]
