"""What a machine notices joins a case; it holds, hides and decides nothing."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions import edit_message, post_message
from holdfast.messages.ledger.entries import Kept
from holdfast.messages.rules import drafted
from holdfast.messages.rules.fates import ContactDetail
from holdfast.moderation.rules.cases import CaseKind, CaseState, FlagKind
from moderation.reporting import Care
from town import Person, StillClock, Town, on_sqlite

NUMBER = "Call me on 07700 900123"
HURTFUL = "You should kill yourself"


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


async def tries(care: Care, who: Person, text: str, *, nonce: str = "", **more: Any) -> object:
    """Somebody tries to say this: what became of it, after everything that follows."""
    draft = drafted(nonce or secrets.token_urlsafe(12), text, **more)
    try:
        done: object = await post_message(care.house.ledger, await care.town.seat(who), draft)
    except HoldfastError as refusal:
        done = refusal
    await care.house.reactions.settled()
    return done


@pytest.mark.full
async def test_a_second_try_to_pass_on_a_number_opens_a_case_and_stops_nothing(
    care: Care, town: Town
) -> None:
    """Grooming begins with a way to be reached. Once may be a slip, and is told kindly."""
    assert isinstance(await tries(care, town.birch, NUMBER), ContactDetail)
    assert await care.cases() == []
    assert isinstance(await tries(care, town.birch, f"Really, {NUMBER.lower()}"), ContactDetail)
    case = await care.case()
    assert (case.kind, case.state, case.flags) == (CaseKind.CONTACT, CaseState.OPEN, 1)
    assert case.seat_id == (await town.seat(town.birch)).id
    assert await care.says(town.birch, "Sorry, then let's talk here")
    await tries(care, town.birch, NUMBER)
    assert (await care.case()).version == case.version  # what goes on and on is said once


@pytest.mark.full
@on_sqlite
async def test_asking_for_the_same_to_be_read_is_no_second_try(care: Care, town: Town) -> None:
    assert isinstance(
        await tries(care, town.birch, NUMBER, nonce="one-and-the-same"), ContactDetail
    )
    kept = await tries(care, town.birch, NUMBER, nonce="one-and-the-same", as_is=True)
    assert isinstance(kept, Kept)
    assert await care.cases() == []
    assert isinstance(await tries(care, town.birch, NUMBER, as_is=True), Kept)
    maren = await care.hires()
    (flag,) = (await care.looks(maren)).flags
    assert flag.what is FlagKind.CONTACT_AGAIN
    assert flag.line is not None
    assert flag.line.text == NUMBER


@on_sqlite
async def test_what_was_tried_yesterday_is_forgotten(
    care: Care, town: Town, clock: StillClock
) -> None:
    await tries(care, town.birch, NUMBER)
    clock.pass_time(hours=25)
    await tries(care, town.birch, NUMBER)
    assert await care.cases() == []
    clock.pass_time(hours=1)
    await tries(care, town.birch, NUMBER)
    assert await care.cases() == [1]


@on_sqlite
async def test_a_number_slipped_in_by_a_change_counts(care: Care, town: Town) -> None:
    seq = await care.says(town.birch, "Good evening")
    await tries(care, town.birch, NUMBER)
    with pytest.raises(ContactDetail):
        await edit_message(
            care.house.ledger,
            await town.seat(town.birch),
            seq=seq,
            nonce="slip-it-in",
            text=NUMBER,
            note=None,
        )
    await care.house.reactions.settled()
    assert (await care.case()).kind is CaseKind.CONTACT


@pytest.mark.full
@on_sqlite
async def test_words_held_for_conduct_a_second_time_are_a_flag(care: Care, town: Town) -> None:
    assert isinstance(await tries(care, town.birch, HURTFUL), Kept)
    assert await care.cases() == []
    assert isinstance(await tries(care, town.birch, HURTFUL + " tonight"), Kept)
    maren = await care.hires()
    card = await care.looks(maren)
    assert [flag.what for flag in card.flags] == [FlagKind.HELD_AGAIN]
    assert card.summary.kind is CaseKind.CONDUCT


@on_sqlite
async def test_two_people_who_slip_once_are_no_case(care: Care, town: Town) -> None:
    await tries(care, town.birch, NUMBER)
    await tries(care, town.ash, NUMBER)
    assert await care.cases() == []
