"""A second look: once, by somebody else, within three days, and with an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from crisis.voice import HIGH
from holdfast.audit.queries import recent
from holdfast.crisis.queries import open_escalations
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.ids import StaffId
from holdfast.moderation.actions.asking import ask_for_second_look
from holdfast.moderation.events import AppealAnswered, MeasureEnded, MeasureOverturned, MeasureTaken
from holdfast.moderation.jobs import look_at_measures
from holdfast.moderation.queries.appeals import overturned_of
from holdfast.moderation.rules.measures import Ending
from holdfast.notices.queries import open_pages
from holdfast.rights.rules import Role, Staff
from moderation.measuring import RUDE, Hand
from town import Person, StillClock, Town, mostly_on_sqlite, on_sqlite


@pytest.fixture
def hand(town: Town) -> Hand:
    return Hand(town)


@pytest.fixture
async def maren(hand: Hand) -> Person:
    return await hand.hires()


@pytest.fixture
async def noor(hand: Hand) -> Person:
    return await hand.hires(name="Noor")


@pytest.mark.full
async def test_an_upheld_appeal_ends_a_hush_and_a_refused_one_says_why(
    hand: Hand, maren: Person, noor: Person
) -> None:
    town = hand.town
    mine = await hand.takes_here(maren, "hush", town.ash)
    theirs = await hand.takes_here(maren, "hush", town.birch)
    first = await hand.appeals(town.ash, mine.id, "I was quoting a song.")
    second = await hand.appeals(town.birch, theirs.id, "I was angry.")
    await hand.judges(noor, first.id, upheld=True)
    await hand.judges(noor, second.id, upheld=False, answer="It was about a person here.")
    seat = await town.seat(town.birch)
    assert list(hand.house.ledger.hushes) == [seat.id]
    await hand.says(town.ash, "Thank you")
    [told] = await hand.told(town.birch)
    assert told.appeal is not None
    assert (told.appeal.state, told.appeal.answer) == ("refused", "It was about a person here.")
    assert not told.may_appeal, "each measure is appealed once"


@pytest.mark.full
@mostly_on_sqlite
async def test_nobody_judges_an_appeal_against_a_measure_of_their_own(
    hand: Hand, maren: Person, noor: Person
) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    appeal = await hand.appeals(hand.town.ash, row.id, "Please look again")
    with pytest.raises(HoldfastError) as refused:
        await hand.judges(maren, appeal.id, upheld=True)
    assert refused.value.code == "own_measure"
    assert len(hand.house.ledger.hushes) == 1
    await hand.judges(noor, appeal.id, upheld=True)
    assert hand.house.ledger.hushes == {}


@pytest.mark.full
@on_sqlite
async def test_nor_does_whoever_agreed_to_it_as_the_second_person(hand: Hand) -> None:
    sol, fern = [await hand.hires(Role.SUPERVISOR, name) for name in ("Sol", "Fern")]
    row = await hand.takes_here(sol, "remove", hand.town.ash)
    await hand.agrees(fern, row.id)
    appeal = await hand.appeals(hand.town.ash, row.id, "I did not do that")
    for person in (sol, fern):
        with pytest.raises(HoldfastError) as refused:
            await hand.judges(person, appeal.id, upheld=True)
        assert refused.value.code == "own_measure"
    third = await hand.hires(Role.MODERATOR, "Noor")
    await hand.judges(third, appeal.id, upheld=True)
    assert hand.house.ledger.pauses == {}
    await hand.says(hand.town.ash, "I am back")


@pytest.mark.full
@on_sqlite
async def test_an_appeal_is_answered_once(hand: Hand, maren: Person, noor: Person) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    appeal = await hand.appeals(hand.town.ash, row.id, "Please look again")
    await hand.judges(noor, appeal.id, upheld=False, answer="It stays.")
    with pytest.raises(HoldfastError) as refused:
        await hand.judges(noor, appeal.id, upheld=True)
    assert refused.value.code == "already_done"


@pytest.mark.full
@on_sqlite
async def test_a_refusal_without_an_answer_is_refused(
    hand: Hand, maren: Person, noor: Person
) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    appeal = await hand.appeals(hand.town.ash, row.id, "Please look again")
    with pytest.raises(HoldfastError) as refused:
        await hand.judges(noor, appeal.id, upheld=False, answer="  ")
    assert refused.value.code == "no_answer"
    assert [one.id for one in await hand.waiting_appeals(noor)] == [appeal.id]


async def _again(hand: Hand, number: int, clock: StillClock) -> None:
    del clock
    await hand.appeals(hand.town.ash, number, "First")


async def _late(hand: Hand, number: int, clock: StillClock) -> None:
    del hand, number
    clock.pass_time(days=31)


async def _nothing(hand: Hand, number: int, clock: StillClock) -> None:
    del hand, number, clock


Prepared = Callable[[Hand, int, StillClock], Awaitable[None]]
REFUSED: dict[str, tuple[Prepared, str]] = {
    "appealed_already": (_again, "Second"),
    "too_late": (_late, "After a month"),
    "nothing_said": (_nothing, "x" * 2_001),
}


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("code", REFUSED)
async def test_an_appeal_out_of_order_is_refused(
    hand: Hand, maren: Person, clock: StillClock, code: str
) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    prepare, words = REFUSED[code]
    await prepare(hand, row.id, clock)
    with pytest.raises(HoldfastError) as refused:
        await hand.appeals(hand.town.ash, row.id, words)
    assert refused.value.code == code


@on_sqlite
async def test_a_measure_is_appealed_by_whom_it_is_about_and_by_nobody_else(
    hand: Hand, maren: Person
) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    with pytest.raises(NotFound):
        await hand.appeals(hand.town.birch, row.id, "For Ash")
    await hand.appeals(hand.town.ash, row.id, "For me")


@pytest.mark.full
@mostly_on_sqlite
async def test_an_appeal_is_due_in_three_days_and_somebody_is_called_before(
    hand: Hand, maren: Person, noor: Person, clock: StillClock
) -> None:
    row = await hand.takes_here(maren, "pause", hand.town.ash)
    appeal = await hand.appeals(hand.town.ash, row.id, "Please look again")
    assert appeal.due_at == hand.now + timedelta(hours=72)
    clock.pass_time(hours=59)
    await look_at_measures(hand.house.workshop)
    assert await about(hand) == []
    clock.pass_time(hours=2)
    for _ in range(2):  # once
        await look_at_measures(hand.house.workshop)
        assert await about(hand) == [f"appeal:{appeal.id}"]
    clock.pass_time(hours=12)
    [one] = await hand.waiting_appeals(noor)
    assert one.late
    await hand.judges(noor, appeal.id, upheld=True)
    assert await about(hand) == []


def staff_id(person: Person) -> StaffId:
    assert isinstance(person.actor, Staff)
    return person.actor.id


async def about(hand: Hand) -> list[str]:
    async with hand.house.workshop.reading() as work:
        return [page.about for page in await open_pages(work)]


@pytest.mark.full
@on_sqlite
async def test_whoever_judges_sees_no_name_and_whoever_took_it_learns_from_it(
    hand: Hand, maren: Person, noor: Person
) -> None:
    seq = await hand.says(hand.town.ash, RUDE)
    row = await hand.takes_here(maren, "hide", hand.town.ash, seq=seq, reason="Too sharp")
    appeal = await hand.appeals(hand.town.ash, row.id, "I meant the buses.")
    [seen] = await hand.waiting_appeals(noor)
    assert (seen.said, seen.reason, seen.mine) == (RUDE, "Too sharp", False)
    assert "Maren" not in str(seen)
    await hand.judges(noor, appeal.id, upheld=True, answer="It was about buses.")
    async with hand.house.workshop.reading() as work:
        reader = hand.town.reader(maren)
        [note] = await overturned_of(work, reader, staff_id(maren))
        assert await overturned_of(work, reader, staff_id(noor)) == []
    assert (note.reason, note.answer) == ("Too sharp", "It was about buses.")


@pytest.mark.full
@on_sqlite
async def test_an_appeal_that_may_be_a_goodbye_is_kept_and_somebody_comes(
    hand: Hand, maren: Person
) -> None:
    row = await hand.takes_here(maren, "pause", hand.town.ash)
    kept, heard = await ask_for_second_look(
        hand.house.ledger, hand.town.ash.member, measure_id=row.id, text=HIGH
    )
    await hand.house.reactions.settled()
    async with hand.house.workshop.reading() as work:
        [one] = await open_escalations(work)
    assert heard
    assert kept.id is not None
    assert one.side_space is not None


@pytest.mark.full
@on_sqlite
async def test_what_happens_is_told_to_the_member_and_to_whoever_took_it(
    hand: Hand, maren: Person, noor: Person
) -> None:
    heard: list[Any] = []
    hand.house.workshop.hearers.append(heard.append)
    ash = hand.town.ash.member.id
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    appeal = await hand.appeals(hand.town.ash, row.id, "Please look again")
    await hand.judges(noor, appeal.id, upheld=True)
    kinds = (MeasureTaken, MeasureEnded, AppealAnswered, MeasureOverturned)
    told = [event for event in heard if isinstance(event, kinds)]
    assert [type(event) for event in told] == [
        MeasureTaken,
        MeasureEnded,
        MeasureOverturned,
        AppealAnswered,
    ]
    assert {event.member_id for event in told if hasattr(event, "member_id")} == {ash}
    assert [event.how for event in told if isinstance(event, MeasureEnded)] == [Ending.OVERTURNED]
    learns = [event.staff_id for event in told if isinstance(event, MeasureOverturned)]
    assert learns == [staff_id(maren)]


@pytest.mark.full
@on_sqlite
async def test_by_program_staff_list_and_judge_and_refusals_stand_in_the_record(
    hand: Hand, maren: Person, noor: Person, client: httpx.AsyncClient
) -> None:
    row = await hand.takes_here(maren, "hush", hand.town.ash)
    mine = f"/api/v1/me/measures/{row.id}/appeal"
    made = await client.post(mine, json={"words": "Look again"}, headers=hand.town.ash.bearer)
    assert made.status_code == 201
    number = made.json()["appeal"]
    listed = await client.get("/api/v1/appeals", headers=noor.bearer)
    assert [(one["id"], one["words"]) for one in listed.json()["items"]] == [(number, "Look again")]
    judge = f"/api/v1/appeals/{number}/judge"
    own = await client.post(judge, json={"upheld": True}, headers=maren.bearer)
    assert (own.status_code, own.json()["code"]) == (403, "own_measure")
    silent = await client.post(judge, json={"upheld": False}, headers=noor.bearer)
    assert (silent.status_code, silent.json()["code"]) == (422, "no_answer")
    done = await client.post(judge, json={"upheld": True}, headers=noor.bearer)
    assert (done.status_code, done.json()["state"]) == (200, "upheld")
    again = await client.post(judge, json={"upheld": True}, headers=noor.bearer)
    assert (again.status_code, again.json()["code"]) == (409, "already_done")
    async with hand.house.workshop.reading() as work:
        noted = [one.why for one in await recent(work, what="act:refused")]
    assert {"own_measure", "no_answer", "already_done"} <= set(noted)
