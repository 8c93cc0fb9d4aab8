"""What people from here do about words that are frozen holds after thawing, and shows nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from crisis.voice import speak
from holdfast.members.rules.freezing import KeptFromRoom
from holdfast.members.tables import FreezeRow
from holdfast.messages.actions import release_post
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.queries.held import held_in_seat
from holdfast.rooms.rules.states import RoomState
from members.freezing import froze, thawed
from moderation.measuring import RUDE, Hand, short
from town import Person, Town, mostly_on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_hidden_while_it_is_frozen_stays_hidden_after_thawing(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    await froze(hand.town)
    await hand.takes(maren, "hide", seq=seq)
    await thawed(hand.town)
    assert short(await hand.room()) == [("", "moderator")]


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_on_hold_and_is_let_go_while_its_author_is_frozen_is_never_shown(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    row = await hand.takes(maren, "hide", seq=seq)
    await froze(hand.town)
    told: list[object] = []
    ledger = hand.house.ledger
    ledger._tell, tell = told.extend, ledger._tell
    await hand.lifts(maren, row.id)
    await hand.house.reactions.look()
    ledger._tell = tell
    assert told == []
    assert short(await hand.room()) == [("", "author")]
    await thawed(hand.town)
    assert short(await hand.room()) == [(RUDE, None)]


@mostly_on_sqlite
async def test_words_that_lie_apart_for_nobody_any_more_come_back(hand: Hand) -> None:
    await hand.says(hand.town.ash, RUDE)
    await froze(hand.town)
    async with hand.house.workshop.work() as work:
        await work.db.execute(delete(FreezeRow))
    await hand.house.reactions.look()
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@mostly_on_sqlite
async def test_what_waits_to_be_read_is_let_into_the_room_after_thawing_and_not_before(
    hand: Hand, maren: Person
) -> None:
    town, ledger = hand.town, hand.house.ledger
    seat = await town.seat(town.ash)
    ledger.states[seat.room_id] = (RoomState.HELD, None)
    assert isinstance(await speak(town, town.ash, RUDE), Kept)
    async with hand.house.workshop.reading() as work:
        [held] = await held_in_seat(work, town.reader(town.ash), seat.id)
    await froze(town)
    with pytest.raises(KeptFromRoom):
        await release_post(ledger, maren.actor, message_id=held.id)
    assert await hand.room() == []
    await thawed(town)
    await release_post(ledger, maren.actor, message_id=held.id)
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@mostly_on_sqlite
async def test_what_is_on_hold_while_it_is_frozen_comes_back_when_both_are_over(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    await froze(hand.town)
    row = await hand.takes(maren, "hide", seq=seq)
    await thawed(hand.town)
    assert short(await hand.room()) == [("", "moderator")]
    await hand.lifts(maren, row.id)
    assert short(await hand.room()) == [(RUDE, None)]
