"""Who comes, who may not, and that nobody's going away leaves somebody alone."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import update

from crisis.test_hands import Hands, pages
from crisis.voice import GOODBYE, HIGH, speak
from holdfast.app.watching import DETECTOR, Watch
from holdfast.crisis.queries import escalation_card
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import EscalationId
from holdfast.messages.actions import erase_with_words, release_post, withdraw_post
from holdfast.messages.events import MessagePosted
from holdfast.messages.ledger.entries import Accepted
from holdfast.messages.queries.held import held_in_seat
from holdfast.notices.actions import page_people
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Role, Staff, System
from holdfast.rooms.queries.sides import my_side_space, people_in
from holdfast.rooms.rules import RoomState
from holdfast.staff.tables import StaffRow
from town import StillClock, Town, mostly_on_sqlite

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


@pytest.mark.full
@mostly_on_sqlite
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


@pytest.mark.full
@mostly_on_sqlite
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


@pytest.mark.full
async def test_taking_back_held_words_twice_is_once(hands: Hands) -> None:
    town = hands.town
    await hands.raised()
    seat = await town.seat(town.ash)
    await withdraw_post(town.house.ledger, seat, of="nonce-0000-0001")
    async with town.house.workshop.reading() as work:
        assert await held_in_seat(work, town.reader(town.ash), seat.id) == []
    await withdraw_post(town.house.ledger, seat, of="nonce-0000-0001")


@pytest.mark.full
@mostly_on_sqlite
async def test_a_released_answer_says_what_it_answers(hands: Hands) -> None:
    town = hands.town
    first = await town.say(town.birch, "Does anyone know a quiet place?")
    seat = await town.seat(town.ash)
    town.house.ledger.states[seat.room_id] = (RoomState.HELD, None)
    await speak(town, town.ash, "The park, early.", reply_to=first.seq)
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    async with town.house.workshop.reading() as work:
        [held] = await held_in_seat(work, town.reader(town.ash), seat.id)
    told: list[MessagePosted] = []
    town.house.ledger._tell, tell = told.extend, town.house.ledger._tell
    done = await release_post(town.house.ledger, maren.actor, message_id=held.id)
    town.house.ledger._tell = tell
    assert isinstance(done, Accepted)
    [posted] = told
    assert posted.quote is not None
    with pytest.raises(HoldfastError):
        await release_post(town.house.ledger, maren.actor, message_id=held.id)


@pytest.mark.full
@mostly_on_sqlite
async def test_leaving_after_an_old_check_in_takes_nobody_from_who_is_there_now(
    hands: Hands,
) -> None:
    await hands.raised()
    side = await closed(hands)
    await speak(hands.town, hands.town.ash, GOODBYE, nonce="again-0000001")
    await hands.town.house.reactions.settled()
    nia = await hands.appoint(Role.CRISIS_MODERATOR, "Nia")
    pat = await hands.appoint(Role.CRISIS_MODERATOR, "Pat")
    assert (await hands.ask(nia, "join", 2)).json()["side_space"] == side
    await hands.ask(pat, "leave", 1)
    talk = AT_SIDE.format(side)
    assert (await hands.client.get(talk, headers=nia.bearer)).status_code == 200


@pytest.mark.full
@mostly_on_sqlite
async def test_raised_by_hand_to_immediate_her_next_words_wait_for_a_person(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.raised(HIGH)
    await hands.ask(sam, "raise", to="immediate", why="learned_more")
    await hands.town.house.reactions.settled()
    assert hands.town.ash.member.id in hands.town.house.ledger.cared_for


@pytest.mark.full
@mostly_on_sqlite
async def test_a_moderator_who_raises_what_they_hold_no_longer_holds_it(hands: Hands) -> None:
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.raised(WATCH)
    assert (await hands.ask(maren, "join")).status_code == 200
    await hands.ask(maren, "raise", to="high", why="learned_more")
    assert await pages(hands) == ["escalation:1"]
    assert (await hands.ask(sam, "take")).status_code == 200


@pytest.mark.full
async def test_the_second_person_is_called_no_more_once_there_or_all_is_over(
    hands: Hands, clock: StillClock
) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await hands.appoint(Role.LEAD, "Fern")
    await hands.raised()
    await hands.ask(sam, "join")
    clock.pass_time(minutes=6)
    await hands.town.house.reactions.look()
    assert "escalation:1:second" in await pages(hands)
    await hands.ask(fern, "join")
    assert await pages(hands) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_a_check_in_is_no_door_to_what_began_since(hands: Hands, clock: StillClock) -> None:
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    await hands.raised(WATCH)
    await hands.ask(maren, "join")
    done = await hands.ask(maren, "close", how="replied", check_in_hours=24)
    assert done.json()["stage"] == "closed"
    clock.pass_time(hours=24)
    await hands.town.house.reactions.look()
    await speak(hands.town, hands.town.ash, GOODBYE, nonce="again-0000001")
    await hands.town.house.reactions.settled()
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    assert (await hands.ask(maren, "join", 1)).status_code == 409


@pytest.mark.full
@mostly_on_sqlite
async def test_nobody_is_named_as_being_there_who_was_removed(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    assert isinstance(sam.actor, Staff)
    await hands.raised()
    await hands.ask(sam, "join")
    async with hands.town.house.workshop.reading() as work:
        side = await my_side_space(work, hands.town.ash.member.id)
        assert side is not None
        assert await people_in(work, side.room_id) == ["Sam"]
    async with hands.town.house.workshop.work() as work:
        gone = update(StaffRow).where(StaffRow.id == sam.actor.id)
        await work.db.execute(gone.values(removed_at=work.clock.now()))
        assert await people_in(work, side.room_id) == []


@mostly_on_sqlite
async def test_a_call_about_the_rules_ends_when_they_read_again_after_a_restart(
    hands: Hands,
) -> None:
    house = hands.town.house
    async with house.workshop.work() as work:
        await page_people(work, System(), about=DETECTOR, urgency=Urgency.DETECTOR)
    assert await pages(hands) == [DETECTOR]
    await Watch(house).look_at_rooms()
    assert await pages(hands) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_passed_on_somebody_is_called(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    await hands.raised()
    await hands.ask(sam, "join")
    assert await pages(hands) == []
    await hands.ask(sam, "pass-on")
    assert await pages(hands) == ["escalation:1"]


@pytest.mark.full
@mostly_on_sqlite
async def test_who_comes_while_nobody_holds_it_holds_it_and_the_phones_are_still(
    hands: Hands, clock: StillClock
) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await hands.appoint(Role.LEAD, "Fern")
    await hands.raised(HIGH)
    await hands.ask(sam, "take")
    clock.pass_time(minutes=11)
    await hands.town.house.reactions.look()
    assert await pages(hands) == ["escalation:1"]
    assert (await hands.ask(fern, "join")).json()["taken_by"] == "Fern"
    assert await pages(hands) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_lowered_words_said_in_danger_stay_with_who_may_go_to_it(hands: Hands) -> None:
    sam = await hands.appoint(Role.CRISIS_MODERATOR, "Sam")
    fern = await hands.appoint(Role.LEAD, "Fern")
    maren = await hands.appoint(Role.MODERATOR, "Maren")
    await hands.raised()
    await hands.ask(sam, "join")
    asked = await hands.ask(sam, "lower", to="watch", why="talked")
    await hands.ask(fern, "grant", approval=asked.json()["waits_for_second"])
    for who, may_read in ((fern, True), (maren, False)):
        async with hands.town.house.workshop.reading() as work:
            card = await escalation_card(work, hands.town.reader(who), EscalationId(1))
        assert [sign.line is not None for sign in card.signs] == [may_read]
        hands.client.cookies.set("holdfast", who.token)
        shown = await hands.client.get("/desk/escalations/1?show=0")
        assert ("everything ready" in shown.text) is may_read
