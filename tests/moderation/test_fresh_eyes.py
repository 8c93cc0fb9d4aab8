"""What a second reader of all this looked for: who is forgotten, who is let in, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from crisis.voice import GOODBYE, speak
from holdfast.kit.errors import NotFound
from holdfast.messages.actions import edit_message, erase_with_words
from holdfast.moderation.rules.cases import CaseState, Ground, Outcome, OwnCase
from holdfast.moderation.rules.measures import MeasureState
from holdfast.moderation.tables import CaseRow, MeasureRow
from holdfast.rights.rules import Role
from holdfast.rooms.actions import take_seat
from moderation.measuring import RUDE, Hand, short
from rooms.sitting import on_shift, sits
from town import EVENING, NIGHT, Person, StillClock, Town, arrive, on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


@pytest.fixture
async def lead(hand: Hand) -> Person:
    return await hand.hires(Role.LEAD, "Noor")


@pytest.mark.full
@on_sqlite
async def test_a_message_on_hold_keeps_its_case_open_when_the_report_is_taken_back(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    made = await hand.reports(hand.town.birch, seq)
    await hand.takes(maren, "hold", seq=seq)
    assert short(await hand.room()) == [("", "moderator")]
    await hand.undoes(hand.town.birch, made)
    assert (await hand.case()).state is CaseState.OPEN, "somebody must still decide"
    await hand.decides(maren, Outcome.NO_MEASURE, ground=Ground.UNSURE)
    await hand.house.reactions.settled()
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@on_sqlite
async def test_a_hold_of_a_decided_case_ends_also_after_a_stop_in_between(
    hand: Hand, maren: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    await hand.takes(maren, "hold", seq=seq)
    async with hand.house.workshop.work() as work:  # decided, and the house stops right after
        done = update(CaseRow).values(
            state=CaseState.DECIDED, outcome=Outcome.NO_MEASURE, decided_at=work.clock.now()
        )
        await work.db.execute(done)
    await hand.house.reactions.look()
    await hand.house.reactions.settled()
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@on_sqlite
async def test_what_is_on_hold_is_kept_until_somebody_decides(
    hand: Hand, maren: Person, clock: StillClock
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.reports(hand.town.birch, seq)
    await hand.takes(maren, "hold", seq=seq)
    clock.pass_time(days=31)
    await hand.house.reactions.look()
    await hand.decides(maren, Outcome.NO_MEASURE, ground=Ground.UNSURE)
    await hand.house.reactions.settled()
    assert short(await hand.room()) == [(RUDE, None)]


@pytest.mark.full
@on_sqlite
async def test_a_measure_that_cannot_be_carried_out_keeps_nobody_from_being_looked_after(
    hand: Hand, maren: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks over a measure, the promises to people in danger are kept."""
    seq = await hand.says(hand.town.ash, RUDE)
    await speak(hand.town, hand.town.birch, GOODBYE)
    await hand.house.reactions.settled()
    await hand.takes_here(maren, "hide", hand.town.ash, seq=seq)
    async with hand.house.workshop.work() as work:  # nobody knows any more where its words lie
        await work.db.execute(update(MeasureRow).values(done_at=None, seq=None))
    looked: list[bool] = []

    async def look_after(workshop: object) -> list[object]:
        looked.append(True)
        return []

    monkeypatch.setattr("holdfast.reactions.concerns.look_after", look_after)
    second = await hand.says(hand.town.ash, RUDE)
    await hand.takes_here(maren, "hide", hand.town.ash, seq=second)
    await hand.house.reactions.look()
    assert looked
    assert short(await hand.room())[-1] == ("", "moderator"), "the next one is carried out"


@pytest.mark.full
@on_sqlite
async def test_who_reported_it_judges_no_appeal_about_it(hand: Hand, lead: Person) -> None:
    town = hand.town
    sam = await on_shift(town, Role.CRISIS_MODERATOR, "Sam")
    kim = await hand.hires(Role.SUPERVISOR, "Kim")
    await sits(town, sam)
    await hand.reports(sam, await hand.says(town.ash, RUDE))
    row = await hand.takes(lead, "hush")
    appeal = await hand.appeals(town.ash, row.id, "Please look again")
    with pytest.raises(OwnCase):
        await hand.judges(sam, appeal.id, upheld=False, answer="No")
    await hand.judges(kim, appeal.id, upheld=True)


@pytest.mark.full
@on_sqlite
async def test_who_reported_it_is_not_the_second_person(hand: Hand, lead: Person) -> None:
    town = hand.town
    sam = await on_shift(town, Role.CRISIS_MODERATOR, "Sam")
    kim = await hand.hires(Role.SUPERVISOR, "Kim")
    await sits(town, sam)
    await hand.reports(sam, await hand.says(town.ash, RUDE))
    asked = await hand.takes(lead, "remove")
    await hand.claims(lead)  # and so agreeing would not decide the case
    for act in (hand.agrees, hand.declines):
        with pytest.raises(OwnCase):
            await act(sam, asked.id)
    assert (await hand.agrees(kim, asked.id)).state is MeasureState.IN_FORCE


@on_sqlite
async def test_what_never_began_is_nothing_to_its_member(hand: Hand, lead: Person) -> None:
    town = hand.town
    kim = await hand.hires(Role.SUPERVISOR, "Kim")
    asked = await hand.takes_here(lead, "remove", town.ash)
    with pytest.raises(NotFound):
        await hand.appeals(town.ash, asked.id, "What is this?")
    await hand.declines(kim, asked.id)
    assert await hand.told(town.ash) == []
    with pytest.raises(NotFound):
        await hand.appeals(town.ash, asked.id, "What is this?")


@pytest.mark.full
@on_sqlite
async def test_whoever_is_paused_may_take_a_report_back(hand: Hand, maren: Person) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    made = await hand.reports(hand.town.birch, seq)
    await hand.takes_here(maren, "pause", hand.town.birch)
    await hand.undoes(hand.town.birch, made)
    [mine] = await hand.mine(hand.town.birch)
    assert mine.undone
    assert not mine.hidden


@pytest.mark.full
async def test_nobody_gets_the_number_of_somebody_who_went(hand: Hand, maren: Person) -> None:
    """Else a newcomer would be kept out, or looked after, in the place of that member."""
    house = hand.house
    async with house.workshop.work() as work:
        last = await arrive(work, house, NIGHT)
    await speak(hand.town, last, GOODBYE)
    await house.reactions.settled()
    await hand.takes_here(maren, "pause", last)
    assert last.member.id in house.ledger.cared_for
    assert last.member.id in house.ledger.pauses
    await erase_with_words(house.ledger, last.member)
    await house.reactions.settled()
    assert last.member.id not in house.ledger.cared_for
    assert last.member.id not in house.ledger.pauses
    async with house.workshop.work() as work:
        new = await arrive(work, house, NIGHT)
    assert new.member.id > last.member.id
    assert await hand.says(new, "Hello, I am new")


@pytest.mark.full
async def test_what_is_reported_again_is_kept_as_it_was_then(hand: Hand, maren: Person) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    await hand.undoes(hand.town.birch, await hand.reports(hand.town.birch, seq))
    await hand.reports(hand.town.birch, seq)
    seat = await hand.town.seat(hand.town.ash)
    await edit_message(
        hand.house.ledger, seat, seq=seq, nonce="edit-0000001", text="All kind now", note=None
    )
    (newest,) = (await hand.looks(maren, (await hand.cases())[-1])).reports
    assert newest.as_reported == RUDE


@pytest.mark.full
@on_sqlite
async def test_danger_in_one_room_hurries_no_case_of_another_name(
    hand: Hand, maren: Person
) -> None:
    """Otherwise whoever holds a case would see by the clock that two names are one person."""
    town, house = hand.town, hand.house
    async with house.workshop.work() as work:
        await take_seat(work, town.ash.member, slug=EVENING)
    here = await hand.says(town.ash, RUDE)
    await hand.reports(town.birch, here)
    there = (await town.say(town.ash, RUDE, EVENING)).seq
    assert there is not None
    await hand.reports(town.cedar, there, slug=EVENING)
    for case_id in (1, 2):
        await hand.claims(maren, case_id)
    versions = [(await hand.case(case_id)).version for case_id in (1, 2)]
    await speak(town, town.ash, GOODBYE)
    await house.reactions.settled()
    first, second = [await hand.case(case_id) for case_id in (1, 2)]
    assert first.claim_until is not None
    assert second.claim_until is not None
    assert second.claim_until - first.claim_until > timedelta(minutes=10)
    assert second.version == versions[1]
