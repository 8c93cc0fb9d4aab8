"""Measures about words: out of the room, back with an appeal, noted, and offered anew."""

from __future__ import annotations

import pytest

from crisis.voice import GOODBYE, speak
from holdfast.kit.errors import NotFound
from holdfast.messages.actions import edit_message, remove_message
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.queries import messages_found
from holdfast.messages.queries.mine import everything_about
from holdfast.moderation.actions.anew import NothingOffered, say_anew
from holdfast.moderation.actions.measures import take_measure_here
from holdfast.moderation.rules.cases import CaseState, Ground, Outcome
from holdfast.moderation.rules.measures import AlreadyStopped, Ending, MeasureState
from holdfast.rights.rules import Role
from moderation.measuring import RUDE, Hand, short
from town import Person, Town, on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


@pytest.mark.full
async def test_hidden_words_are_out_of_the_room_and_come_back_when_an_appeal_is_upheld(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    row = await hand.takes(maren, "hide", seq=seq)
    assert short(await hand.room()) == [("", "moderator")]
    [mine] = await hand.told(hand.town.ash)
    assert (mine.said, mine.rule, mine.in_force) == (RUDE, "kind", True)
    appeal = await hand.appeals(hand.town.ash, row.id, "I meant the buses.")
    noor = await hand.hires(name="Noor")
    await hand.judges(noor, appeal.id, upheld=True, answer="You are right. We are sorry.")
    [said] = await hand.room()
    assert (said.text, said.removed) == (RUDE, None)
    [mine] = await hand.told(hand.town.ash)
    assert mine.ended_how is Ending.OVERTURNED
    assert mine.appeal is not None
    assert mine.appeal.answer == "You are right. We are sorry."


@pytest.mark.full
@on_sqlite
async def test_hidden_words_are_found_quoted_and_exported_by_nobody_else(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.says(hand.town.birch, "What do you mean?", reply_to=seq)
    seat = await hand.town.seat(hand.town.birch)
    reader = hand.town.reader(hand.town.birch)
    async with hand.house.workshop.reading() as work:
        assert len(await messages_found(work, reader, seat.room_id, "slow")) == 1
    await hand.takes_here(maren, "hide", hand.town.ash, seq=seq)
    async with hand.house.workshop.reading() as work:
        assert await messages_found(work, reader, seat.room_id, "slow") == []
        everything = await everything_about(work, reader, hand.town.birch.member)
    answer = (await hand.room())[1]
    assert answer.quote is not None
    assert RUDE not in answer.quote.excerpt
    assert RUDE not in str(everything)


@pytest.mark.full
@on_sqlite
async def test_its_author_can_neither_change_nor_take_back_what_is_hidden(
    hand: Hand, maren: Person
) -> None:
    first, second = [await hand.says(hand.town.ash, RUDE) for _ in range(2)]
    ledger, seat = hand.house.ledger, await hand.town.seat(hand.town.ash)
    await edit_message(ledger, seat, seq=second, nonce="edit-0000001", text="Hello", note=None)
    await hand.takes_here(maren, "hide", hand.town.ash, seq=first)
    with pytest.raises(NotFound):
        await edit_message(ledger, seat, seq=first, nonce="edit-0000002", text="Hi", note=None)
    with pytest.raises(NotFound):
        await remove_message(ledger, seat, seq=first, nonce="remove-000001")


@pytest.mark.full
@on_sqlite
async def test_a_message_on_hold_is_out_of_sight_until_its_case_is_decided(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    await hand.takes(maren, "hold", seq=seq)
    assert short(await hand.room()) == [("", "moderator")]
    assert (await hand.case()).state is CaseState.OPEN
    await hand.decides(maren, Outcome.NO_MEASURE, ground=Ground.WITHIN)
    await hand.house.reactions.settled()
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@on_sqlite
async def test_what_was_on_hold_and_is_hidden_stays_out_of_sight(hand: Hand, maren: Person) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    hold = await hand.takes(maren, "hold", seq=seq)
    hide = await hand.takes(maren, "hide", seq=seq)
    assert short(await hand.room()) == [("", "moderator")]
    assert (await hand.row(hold.id)).ended_how is Ending.DECIDED
    await hand.lifts(maren, hide.id)
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@on_sqlite
async def test_a_content_note_stands_above_the_words_until_it_is_lifted(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, "My mother died in March.")
    row = await hand.takes_here(
        maren, "content_note", hand.town.ash, seq=seq, words="About a death"
    )
    [said] = await hand.room()
    assert (said.text, said.note) == ("My mother died in March.", "About a death")
    await hand.lifts(maren, row.id)
    assert [said.note for said in await hand.room()] == [None]


@on_sqlite
async def test_a_second_measure_of_one_kind_on_one_message_is_refused(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.takes_here(maren, "hide", hand.town.ash, seq=seq)
    with pytest.raises(AlreadyStopped):
        await hand.takes_here(maren, "hide", hand.town.ash, seq=seq)


@pytest.mark.full
@on_sqlite
async def test_only_the_words_of_whom_the_case_is_about_are_hidden(
    hand: Hand, maren: Person
) -> None:
    mine = await hand.says(hand.town.ash, RUDE)
    other = await hand.says(hand.town.birch, "I see it another way")
    with pytest.raises(NotFound):
        await hand.takes_here(maren, "hide", hand.town.ash, seq=other)
    await hand.takes_here(maren, "hide", hand.town.ash, seq=mine)
    assert short(await hand.room()) == [("", "moderator"), ("I see it another way", None)]


@pytest.mark.full
async def test_words_offered_anew_return_with_one_tap_as_a_new_message(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(
        maren, "hide", hand.town.ash, seq=seq, rewrite="I wish it went faster"
    )
    [mine] = await hand.told(hand.town.ash)
    assert (mine.rewrite, mine.may_say_anew) == ("I wish it went faster", True)
    house, ash = hand.house, hand.town.ash.member
    for _ in range(2):  # a form that is sent twice says it once
        await say_anew(house.ledger, ash, house.floor, measure_id=row.id)
    await house.reactions.settled()
    assert short(await hand.room()) == [("", "moderator"), ("I wish it went faster", None)]
    assert (await hand.row(row.id)).ended_how is Ending.SAID_ANEW


@pytest.mark.full
@on_sqlite
async def test_words_said_anew_that_went_to_somebody_in_a_side_space_leave_the_offer_as_it_was(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq, rewrite="I feel alone")
    await speak(hand.town, hand.town.ash, GOODBYE)
    await hand.house.reactions.settled()
    house, ash = hand.house, hand.town.ash.member
    kept = await say_anew(house.ledger, ash, house.floor, measure_id=row.id)
    assert isinstance(kept, Kept)
    [mine] = await hand.told(hand.town.ash)
    assert (mine.in_force, mine.may_say_anew) == (True, True)


@pytest.mark.full
@on_sqlite
async def test_what_was_hidden_comes_back_at_once_also_where_it_was_said_anew_meanwhile(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq, rewrite="A bit faster?")
    house, ash = hand.house, hand.town.ash.member
    await say_anew(house.ledger, ash, house.floor, measure_id=row.id)
    appeal = await hand.appeals(hand.town.ash, row.id, "I meant the buses.")
    await hand.judges(await hand.hires(name="Noor"), appeal.id, upheld=True)
    assert short(await hand.room()) == [(RUDE, None), ("A bit faster?", None)]


@pytest.mark.full
@on_sqlite
async def test_nothing_is_said_anew_that_was_not_offered_to_me(hand: Hand, maren: Person) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq)
    house = hand.house
    with pytest.raises(NotFound):
        await say_anew(house.ledger, hand.town.birch.member, house.floor, measure_id=row.id)
    with pytest.raises(NothingOffered):
        await say_anew(house.ledger, hand.town.ash.member, house.floor, measure_id=row.id)


@pytest.mark.full
@on_sqlite
async def test_what_was_taken_back_meanwhile_is_not_hidden_and_nothing_holds(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    ledger, seat = hand.house.ledger, await hand.town.seat(hand.town.ash)
    wait = hand.house.reactions.measures._carrying
    async with wait:  # the measure is on disk, and not yet carried out
        async with hand.house.workshop.work() as work:
            row = await take_measure_here(
                work,
                maren.actor,
                ledger.keyring,
                room_id=seat.room_id,
                seat_id=seat.id,
                wish=hand.wish("hide", seq=seq),
            )
        await remove_message(ledger, seat, seq=seq, nonce="remove-000001")
    await hand.house.reactions.settled()
    assert short(await hand.room()) == [("", "author")]
    kept = await hand.row(row.id)
    assert (kept.state, kept.ended_how) == (MeasureState.ENDED, Ending.GONE)


@pytest.mark.full
@on_sqlite
async def test_a_lead_reads_the_reason_and_the_member_does_not(hand: Hand) -> None:
    fern = await hand.hires(Role.LEAD, "Fern")
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(fern, "hide", hand.town.ash, seq=seq, reason="Third time today")
    [one] = await hand.measures(fern, row.case_id)
    assert (one.reason, one.by_name) == ("Third time today", "Fern")
    [mine] = await hand.told(hand.town.ash)
    assert "Third time today" not in str(mine)
    assert "Fern" not in str(mine)
