"""Members are told that words of theirs were opened; later only where two people say so."""

from __future__ import annotations

import pytest

from holdfast.kit.errors import Conflict, NotFound
from holdfast.listening.glass.actions import (
    agree_to_delay,
    answer_objection,
    ask_to_delay,
    object_to_opening,
)
from holdfast.listening.glass.jobs import look_after_glass
from holdfast.listening.glass.queries import openings_by_month, tellings_of
from holdfast.listening.glass.rules import NobodyElse, OtherHalfNeeded, TooLate, WhyUntold
from holdfast.listening.glass.tables import GlassTellingRow
from holdfast.messages.actions.going import erase_with_words
from holdfast.notices.queries import notices_of
from holdfast.notices.rules.telling import Kind
from holdfast.rights.rules import Role
from holdfast.staff.tables import SsoRow
from listening.glass.breaking import Glass, staff_of
from town import Person, StillClock, on_sqlite


@pytest.fixture
async def glass(glass: Glass) -> Glass:
    """Sam and Fern opened what Ash said to Birch."""
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    await glass.page(request, await glass.open(request))
    return glass


async def told(glass: Glass, who: Person) -> list[GlassTellingRow]:
    async with glass.town.house.workshop.reading() as work:
        return [telling for telling, _ in await tellings_of(work, who.member.id)]


async def notices(glass: Glass, who: Person) -> list[Kind]:
    async with glass.town.house.workshop.reading() as work:
        return [one.kind for one in await notices_of(work, who.member, None, 9)]


@pytest.mark.full
async def test_both_members_are_told_seventy_two_hours_after(
    glass: Glass, clock: StillClock
) -> None:
    clock.pass_time(hours=71, minutes=59)
    await look_after_glass(glass.town.house.workshop)
    assert await told(glass, glass.town.ash) == []
    clock.pass_time(minutes=1)
    assert await look_after_glass(glass.town.house.workshop) == 1
    for who in (glass.town.ash, glass.town.birch):
        assert len(await told(glass, who)) == 1
        assert Kind.OPENED in await notices(glass, who)
    assert await told(glass, glass.town.cedar) == []
    assert await look_after_glass(glass.town.house.workshop) == 0


@pytest.mark.full
@on_sqlite
async def test_what_was_never_opened_is_told_to_nobody(glass: Glass, clock: StillClock) -> None:
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    clock.pass_time(hours=80)
    assert await look_after_glass(glass.town.house.workshop) == 1
    assert len(await told(glass, glass.town.ash)) == 1
    assert (await glass.row(request)).tell_at is None


@pytest.mark.full
@on_sqlite
async def test_what_is_over_keeps_no_half_of_anybody(glass: Glass, clock: StillClock) -> None:
    assert await glass.shares() == 1
    clock.pass_time(minutes=29)
    await look_after_glass(glass.town.house.workshop)
    assert await glass.shares() == 1
    clock.pass_time(minutes=1)
    await look_after_glass(glass.town.house.workshop)
    assert await glass.shares() == 0


async def delay(glass: Glass, who: Person) -> None:
    async with glass.town.house.workshop.work() as work:
        staff = glass.fresh(who)
        await ask_to_delay(work, staff, request_id=1, why=WhyUntold.DANGER)


async def agree(glass: Glass, who: Person) -> None:
    async with glass.town.house.workshop.work() as work:
        await agree_to_delay(work, glass.fresh(who), request_id=1)


@pytest.mark.full
async def test_two_people_of_two_kinds_put_it_off_for_thirty_days(
    glass: Glass, clock: StillClock
) -> None:
    robin = await glass.appoint(Role.SUPERVISOR, "Robin", keyed=False)
    await delay(glass, glass.sam)
    with pytest.raises(NobodyElse):
        await agree(glass, glass.sam)
    with pytest.raises(OtherHalfNeeded):
        await agree(glass, robin)
    await agree(glass, glass.fern)
    clock.pass_time(days=29, hours=23)
    await look_after_glass(glass.town.house.workshop)
    assert await told(glass, glass.town.ash) == []
    clock.pass_time(hours=1)
    await look_after_glass(glass.town.house.workshop)
    assert len(await told(glass, glass.town.ash)) == 1
    with pytest.raises(TooLate):
        await delay(glass, glass.sam)


@pytest.mark.full
@on_sqlite
async def test_one_person_alone_puts_nothing_off(glass: Glass, clock: StillClock) -> None:
    await delay(glass, glass.fern)
    clock.pass_time(hours=72)
    await look_after_glass(glass.town.house.workshop)
    assert len(await told(glass, glass.town.ash)) == 1


@pytest.mark.full
@on_sqlite
async def test_a_member_objects_and_somebody_else_answers(glass: Glass, clock: StillClock) -> None:
    clock.pass_time(hours=72)
    await look_after_glass(glass.town.house.workshop)
    mine = (await told(glass, glass.town.ash))[0]
    noor = await glass.appoint(Role.AUDITOR, "Noor")
    workshop = glass.town.house.workshop
    async with workshop.work() as work:
        with pytest.raises(NotFound):
            await object_to_opening(work, glass.town.birch.member, telling_id=mine.id)
        with pytest.raises(NotFound):
            await answer_objection(work, glass.fresh(noor), telling_id=mine.id, was_right=False)
        await object_to_opening(work, glass.town.ash.member, telling_id=mine.id)
    async with workshop.work() as work:
        with pytest.raises(NobodyElse):
            await answer_objection(
                work, glass.fresh(glass.fern), telling_id=mine.id, was_right=True
            )
        await answer_objection(work, glass.fresh(noor), telling_id=mine.id, was_right=False)
        with pytest.raises(Conflict):
            await answer_objection(work, glass.fresh(noor), telling_id=mine.id, was_right=True)
    assert [one.was_right for one in await told(glass, glass.town.ash)] == [False]
    assert (await notices(glass, glass.town.ash)).count(Kind.OPENED) == 2


@pytest.mark.full
@on_sqlite
async def test_another_account_of_one_of_the_two_answers_no_objection(
    glass: Glass, clock: StillClock
) -> None:
    twin, workshop = await glass.appoint(Role.SUPERVISOR, "Fern B"), glass.town.house.workshop
    async with workshop.work() as work:
        for one in (glass.fern, twin):
            issuer = f"https://{staff_of(one).id}.example"
            work.db.add(SsoRow(staff_id=staff_of(one).id, issuer=issuer, subject="4711"))
    clock.pass_time(hours=72)
    await look_after_glass(workshop)
    (mine,) = await told(glass, glass.town.ash)
    async with workshop.work() as work:
        await object_to_opening(work, glass.town.ash.member, telling_id=mine.id)
    noor = await glass.appoint(Role.SUPERVISOR, "Noor")
    async with workshop.work() as work:
        with pytest.raises(NobodyElse):
            await answer_objection(work, glass.fresh(twin), telling_id=mine.id, was_right=True)
        await answer_objection(work, glass.fresh(noor), telling_id=mine.id, was_right=False)


@on_sqlite
async def test_how_many_were_opened_is_counted_by_the_month(
    glass: Glass, clock: StillClock
) -> None:
    month = clock.now().strftime("%Y-%m")
    await glass.ask()
    async with glass.town.house.workshop.reading() as work:
        assert await openings_by_month(work) == {month: 1}


@pytest.mark.full
async def test_what_a_member_was_told_goes_with_them(glass: Glass, clock: StillClock) -> None:
    clock.pass_time(hours=72)
    await look_after_glass(glass.town.house.workshop)
    assert len(await told(glass, glass.town.ash)) == 1
    await erase_with_words(glass.town.house.ledger, glass.town.ash.member)
    assert await told(glass, glass.town.ash) == []
    assert len(await told(glass, glass.town.birch)) == 1
