"""Who comes, who may not, and that nobody's going away leaves somebody alone."""

from __future__ import annotations

import httpx
import pytest

from crisis.test_hands import Hands, pages
from crisis.voice import GOODBYE, HIGH, speak
from holdfast.kit.errors import HoldfastError
from holdfast.messages.actions import erase_with_words, release_post, withdraw_post
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.queries.held import held_of_member
from holdfast.rights.rules import Role
from holdfast.rooms.rules import RoomState
from town import StillClock, Town

WATCH = "I feel so hopeless lately, nothing matters any more."
AT_SIDE = "/api/v1/rooms/{}/messages"


@pytest.fixture
def hands(town: Town, client: httpx.AsyncClient) -> Hands:
    return Hands(town, client)


async def closed(hands: Hands, number: int = 1) -> str:
    """An escalation from the goodbye to its end; says its side space."""
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await hands.appoint(Role.LEAD, "Fern")
    side = str((await hands.ask(sam, "join", number)).json()["side_space"])
    asked = await hands.ask(sam, "close", number, how="safe", check_in_hours=24)
    done = await hands.ask(fern, "grant", number, approval=asked.json()["waits_for_second"])
    assert done.json()["stage"] == "closed"
    return side


@pytest.mark.parametrize("words", [HIGH, GOODBYE])
async def test_taken_and_then_nothing_calls_again(
    hands: Hands, clock: StillClock, words: str
) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.raised(words)
    await hands.ask(sam, "take")
    assert await pages(hands) == []
    clock.pass_time(minutes=11)
    await hands.town.house.reactions.look()
    assert "escalation:1" in await pages(hands)


async def test_nobody_is_called_to_check_in_on_who_was_erased(
    hands: Hands, clock: StillClock
) -> None:
    await hands.raised()
    await closed(hands)
    await erase_with_words(hands.town.house.ledger, hands.town.ash.member)
    await hands.town.house.reactions.settled()
    clock.pass_time(hours=25)
    await hands.town.house.reactions.look()
    assert await pages(hands) == []


async def test_taking_back_held_words_twice_is_once(hands: Hands) -> None:
    town = hands.town
    await hands.raised()
    seat = await town.seat(town.ash)
    await withdraw_post(town.house.ledger, seat, of="nonce-0000-0001")
    async with town.house.workshop.reading() as work:
        assert await held_of_member(work, town.reader(town.ash), town.ash.member.id) == []
    await withdraw_post(town.house.ledger, seat, of="nonce-0000-0001")


async def test_a_released_answer_says_what_it_answers(hands: Hands) -> None:
    town = hands.town
    first = await town.say(town.birch, "Does anyone know a quiet place?")
    seat = await town.seat(town.ash)
    town.house.ledger.states[seat.room_id] = (RoomState.HELD, None)
    await speak(town, town.ash, "The park, early.", reply_to=first.seq)
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    async with town.house.workshop.reading() as work:
        [held] = await held_of_member(work, town.reader(town.ash), town.ash.member.id)
    told: list[MessagePosted] = []
    town.house.ledger._tell, tell = told.extend, town.house.ledger._tell
    done = await release_post(town.house.ledger, maren.actor, message_id=held.id)
    town.house.ledger._tell = tell
    assert isinstance(done, Accepted)
    [posted] = told
    assert posted.quote is not None
    with pytest.raises(HoldfastError):
        await release_post(town.house.ledger, maren.actor, message_id=held.id)
