"""Claiming a case, reading it, deciding it once; and those who reported hear of it."""

from __future__ import annotations

import pytest

from crisis.voice import HIGH, speak
from holdfast.audit.queries import recent
from holdfast.crisis.queries import open_escalations
from holdfast.kit.errors import NotFound
from holdfast.moderation.actions import open_case
from holdfast.moderation.actions.deciding import NoGround
from holdfast.moderation.queries import open_cases
from holdfast.moderation.rules.cases import AlreadyDone, CaseState, Ground, Outcome
from holdfast.moderation.rules.reports import Door, Step, Told
from holdfast.rights.rules import Role, Staff
from holdfast.screening.concern import Concern
from moderation.reporting import Care
from town import NIGHT, Person, StillClock, Town, newcomers, on_sqlite


@pytest.fixture
def care(town: Town) -> Care:
    return Care(town)


@pytest.fixture
async def maren(care: Care) -> Person:
    return await care.hires()


@pytest.fixture
async def noor(care: Care) -> Person:
    return await care.hires(name="Noor")


async def recorded(care: Care, kind: str) -> list[str]:
    async with care.house.workshop.reading() as work:
        return [row.what for row in reversed(await recent(work)) if row.what.startswith(kind)]


async def queue(care: Care, who: Person) -> list[int]:
    assert isinstance(who.actor, Staff)
    async with care.house.workshop.reading() as work:
        return [case.id for case in await open_cases(work, who.actor)]


@pytest.mark.full
async def test_who_reports_hears_it_was_looked_at_and_what_changed(
    care: Care, town: Town, maren: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    assert [one.step for one in await care.mine(town.ash)] == [Step.RECEIVED]
    await care.claims(maren)
    (mine,) = await care.mine(town.ash)
    assert (mine.step, mine.told) == (Step.LOOKED_AT, None)
    await care.decides(maren, Outcome.MEASURE)
    (mine,) = await care.mine(town.ash)
    assert (mine.step, mine.told) == (Step.CHANGED, Told.ACTED)
    assert mine.answered_at is not None


@pytest.mark.full
@on_sqlite
async def test_reading_a_case_is_looking_at_it_and_stands_in_the_record(
    care: Care, town: Town, maren: Person
) -> None:
    await care.says(town.ash, "Good evening")
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq, words="It is the third time")
    card = await care.looks(maren)
    (told,) = card.reports
    assert (told.words, told.line.text if told.line else "") == (
        "It is the third time",
        "That is just like you",
    )
    assert [line.text for line in card.before] == ["Good evening"]
    assert [one.step for one in await care.mine(town.ash)] == [Step.LOOKED_AT]
    await care.looks(maren)
    assert await recorded(care, "case:read") == ["case:read"]
    assert await recorded(care, "words:read") == ["words:read", "words:read"]


@pytest.mark.full
async def test_nobody_reads_in_a_case_who_reported(care: Care, town: Town, maren: Person) -> None:
    await care.reports(town.ash, await care.says(town.birch), words="It hurt")
    card = await care.looks(maren)
    name = (await town.seat(town.ash)).author.pseudonym
    assert name not in repr(card)
    handle = (await town.seat(town.ash)).author.seat
    assert handle not in repr(card)
    assert (await town.seat(town.birch)).author.pseudonym in repr(card)


@pytest.mark.full
async def test_a_claim_lasts_fifteen_minutes_and_then_lets_another_in(
    care: Care, town: Town, maren: Person, noor: Person, clock: StillClock
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    await care.claims(maren)
    with pytest.raises(AlreadyDone):
        await care.claims(noor)
    clock.pass_time(minutes=14)
    await care.claims(maren)  # she goes on with it
    clock.pass_time(minutes=14)
    with pytest.raises(AlreadyDone):
        await care.claims(noor)
    clock.pass_time(minutes=2)
    taken = await care.claims(noor)
    assert taken.claimed_by == noor.actor.id  # type: ignore[union-attr]
    with pytest.raises(AlreadyDone):
        await care.decides(maren)
    await care.decides(noor)


@pytest.mark.full
@on_sqlite
async def test_where_somebody_may_be_in_danger_a_claim_lasts_ninety_seconds(
    care: Care, town: Town, maren: Person, noor: Person, clock: StillClock
) -> None:
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq, Door.WORRIED)
    await speak(town, town.birch, HIGH)
    await care.house.reactions.settled()
    assert (await care.case()).concern == Concern.HIGH
    await care.claims(maren)
    clock.pass_time(seconds=89)
    with pytest.raises(AlreadyDone):
        await care.claims(noor)
    clock.pass_time(seconds=2)
    await care.claims(noor)


@pytest.mark.full
async def test_a_claim_is_cut_short_when_its_person_comes_into_danger(
    care: Care, town: Town, maren: Person, noor: Person, clock: StillClock
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    await care.claims(maren)
    await speak(town, town.birch, HIGH)
    await care.house.reactions.settled()
    clock.pass_time(seconds=89)
    with pytest.raises(AlreadyDone):
        await care.claims(noor)
    clock.pass_time(seconds=2)
    await care.claims(noor)


@pytest.mark.full
@on_sqlite
async def test_letting_go_lets_the_next_person_in(
    care: Care, town: Town, maren: Person, noor: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    await care.claims(maren)
    with pytest.raises(AlreadyDone):
        await care.releases(noor)
    released = await care.releases(maren)
    assert (released.state, released.claimed_by) == (CaseState.OPEN, None)
    with pytest.raises(AlreadyDone):
        await care.releases(maren)
    await care.claims(noor)


async def test_two_moderators_cannot_decide_on_one_version(
    care: Care, town: Town, maren: Person, noor: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    version = (await care.case()).version
    decided = await care.decides(maren, Outcome.NO_MEASURE, version=version, ground=Ground.SETTLED)
    assert (decided.state, decided.claimed_by) == (CaseState.DECIDED, None)
    with pytest.raises(AlreadyDone):
        await care.decides(noor, Outcome.MEASURE, version=version)
    with pytest.raises(AlreadyDone):
        await care.decides(noor, Outcome.MEASURE)
    with pytest.raises(AlreadyDone):
        await care.claims(noor)
    case = await care.case()
    assert (case.outcome, case.ground) == (Outcome.NO_MEASURE, Ground.SETTLED)
    assert [one.told for one in await care.mine(town.ash)] == [Told.LEFT_SETTLED]
    assert await recorded(care, "case:") == ["case:reported", "case:decided"]


@pytest.mark.full
@on_sqlite
async def test_what_joins_meanwhile_is_read_before_it_is_decided(
    care: Care, town: Town, maren: Person
) -> None:
    (third,) = await newcomers(care.house, 1, NIGHT)
    seq = await care.says(town.birch)
    await care.reports(town.ash, seq)
    version = (await care.claims(maren)).version
    await care.reports(third, seq)
    with pytest.raises(AlreadyDone):
        await care.decides(maren, version=version)
    await care.decides(maren)
    for person in (town.ash, third):
        assert [one.told for one in await care.mine(person)] == [Told.ACTED]


@pytest.mark.full
@on_sqlite
async def test_after_a_decision_the_next_report_opens_a_new_case(
    care: Care, town: Town, maren: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    await care.decides(maren)
    await care.reports(town.ash, await care.says(town.birch, "Again"))
    assert await care.cases() == [1, 2]
    card = await care.looks(maren, 2)
    assert [one.id for one in card.earlier] == [1]
    assert await queue(care, maren) == [2]


@pytest.mark.full
@on_sqlite
async def test_doing_nothing_needs_a_reason(care: Care, town: Town, maren: Person) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    with pytest.raises(NoGround):
        await care.decides(maren, Outcome.NO_MEASURE)
    assert (await care.case()).state is CaseState.OPEN
    await care.decides(maren, Outcome.NO_MEASURE, ground=Ground.WITHIN)


@pytest.mark.full
async def test_a_case_may_be_passed_to_those_who_go_to_people_in_danger(
    care: Care, town: Town, maren: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch), Door.WORRIED)
    await care.decides(maren, Outcome.PASSED_TO_CRISIS)
    async with care.house.workshop.reading() as work:
        (one,) = await open_escalations(work)
    assert (one.member_id, one.concern) == (town.birch.member.id, Concern.HIGH)
    assert one.side_space
    assert [mine.told for mine in await care.mine(town.ash)] == [Told.WITH_SOMEONE]


@pytest.mark.full
@on_sqlite
async def test_who_has_no_business_with_cases_finds_none(
    care: Care, town: Town, maren: Person
) -> None:
    await care.reports(town.ash, await care.says(town.birch))
    auditor = await care.hires(Role.AUDITOR, "Ines")
    for person in (town.ash, town.birch, town.elm, auditor, town.guest):
        for act in (care.claims, care.looks, care.releases, care.decides):
            with pytest.raises(NotFound):
                await act(person)
    for role in (Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD):
        someone = await care.hires(role, role.value)
        await care.claims(someone)
        await care.releases(someone)
    with pytest.raises(NotFound):
        await care.claims(maren, 99)


@pytest.mark.full
@on_sqlite
async def test_a_moderator_who_saw_it_themselves_opens_the_case_to_act_on(
    care: Care, town: Town, maren: Person
) -> None:
    seat = await town.seat(town.birch)
    async with care.house.workshop.work() as work:
        opened = await open_case(work, maren.actor, room_id=seat.room_id, seat_id=seat.id)
        again = await open_case(work, maren.actor, room_id=seat.room_id, seat_id=seat.id)
        room = await open_case(work, maren.actor, room_id=seat.room_id, seat_id=None)
    assert (opened.id, again.id, room.id) == (1, 1, 2)
    made = await care.reports(town.ash, await care.says(town.birch))
    assert await care.cases() == [1, 2]
    await care.undoes(town.ash, made)
    assert (await care.case()).state is CaseState.OPEN  # she saw it herself
    await care.decides(maren)
    with pytest.raises(NotFound):
        async with care.house.workshop.work() as work:
            await open_case(work, town.elm.actor, room_id=seat.room_id, seat_id=seat.id)


@pytest.mark.full
@on_sqlite
async def test_the_queue_is_by_concern_and_then_by_who_waits_longest(
    care: Care, town: Town, maren: Person, clock: StillClock
) -> None:
    one, two = await newcomers(care.house, 2, NIGHT)
    await care.reports(town.ash, await care.says(town.birch))
    clock.pass_time(minutes=1)
    await care.reports(town.ash, await care.says(one))
    clock.pass_time(minutes=1)
    await care.reports(town.ash, await care.says(two), Door.WORRIED)
    assert await queue(care, maren) == [3, 1, 2]
