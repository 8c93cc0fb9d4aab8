"""A page climbs until somebody answers: to who is on shift, to the next, to everyone, again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.house import House
from holdfast.kit.ids import PageId
from holdfast.notices.actions import acknowledge_page, order_chain
from holdfast.notices.queries import contacts_of, open_pages, troubles_since
from holdfast.notices.rules import Outcome, Urgency, Way
from holdfast.rights.rules import Role
from notices.calling import Calling
from notices.telephones import GONE, REACHED, UNREACHED
from town import StillClock, arrive, mostly_on_sqlite

SAM, FERN, KIT, ELM = "https://a/sam", "https://a/fern", "https://a/kit", "https://a/elm"


@pytest.fixture
def calling(house: House, clock: StillClock) -> Calling:
    return Calling(house, clock)


@pytest.mark.full
@mostly_on_sqlite
async def test_immediate_calls_who_is_on_shift_then_the_next_then_everyone(
    calling: Calling,
) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    await calling.someone(Role.SUPERVISOR, KIT)
    await calling.someone(Role.STEWARD, ELM)
    await calling.someone(Role.MODERATOR, "https://a/dahlia")
    await calling.comes(sam)
    page = await calling.pages()
    assert await calling.heard() == [SAM]
    assert await calling.heard(seconds=29) == []
    assert await calling.heard(seconds=1) == [KIT]
    assert await calling.heard(seconds=30) == [ELM, FERN, KIT, SAM]
    assert await calling.heard(seconds=59) == []
    assert await calling.heard(seconds=1) == [ELM, FERN, KIT, SAM]
    assert await calling.heard(minutes=10) == [ELM, FERN, KIT, SAM]
    assert {row.outcome for row in await calling.tries(page)} == {Outcome.REACHED}


@pytest.mark.full
@mostly_on_sqlite
async def test_high_takes_two_minutes_and_then_six(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    await calling.comes(sam)
    await calling.pages(Urgency.HIGH)
    assert await calling.heard() == [SAM]
    assert await calling.heard(seconds=119) == []
    assert await calling.heard(seconds=1) == [FERN]
    assert await calling.heard(minutes=3, seconds=59) == []
    assert await calling.heard(seconds=1) == [FERN, SAM]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_clock_that_is_set_back_makes_nobody_wait(calling: Calling) -> None:
    """The next rung was due half a minute later by a clock that was an hour ahead."""
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    await calling.comes(sam)
    await calling.pages()
    assert await calling.heard() == [SAM]
    assert await calling.heard(hours=-1) == [FERN]
    assert await calling.heard(seconds=29) == []
    assert await calling.heard(seconds=1) == [FERN, SAM]


async def test_whoever_takes_it_ends_the_calls(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.comes(sam)
    page = await calling.pages()
    assert await calling.heard() == [SAM]
    await calling.answers(sam)
    assert await calling.heard(minutes=5) == []
    kept = await calling.page(page)
    assert (kept.acknowledged_by, kept.next_at) == (sam.id, None)
    async with calling.house.workshop.reading() as work:
        assert list(await open_pages(work)) == []


@pytest.mark.full
async def test_saying_that_one_is_on_it_holds_the_calls_until_it_is_taken_or_two_minutes_pass(
    calling: Calling,
) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    await calling.comes(sam)
    page = await calling.pages(until_taken=True)
    assert await calling.heard() == [SAM]
    async with calling.house.workshop.work() as work:
        await acknowledge_page(work, sam, page_id=page)
    assert await calling.heard(minutes=1, seconds=59) == []
    assert (await calling.page(page)).acknowledged_by == sam.id
    assert await calling.heard(seconds=1) == [FERN, SAM]
    assert await calling.heard(seconds=60) == [FERN, SAM]
    await calling.answers(sam)
    assert await calling.heard(minutes=5) == []


@mostly_on_sqlite
async def test_with_nobody_on_shift_the_chain_is_called_at_once(calling: Calling) -> None:
    await calling.someone(Role.LEAD, FERN)
    await calling.pages()
    assert await calling.heard() == [FERN]


@pytest.mark.full
@mostly_on_sqlite
async def test_a_phone_that_is_off_makes_nobody_wait(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.someone(Role.LEAD, FERN)
    await calling.comes(sam)
    calling.paper.answers[SAM] = UNREACHED
    page = await calling.pages()
    assert await calling.heard() == [FERN, SAM]
    lost = [row for row in await calling.tries(page) if row.outcome is Outcome.UNREACHED]
    assert [(row.staff_id, row.code) for row in lost] == [(sam.id, "timeout")]
    async with calling.house.workshop.reading() as work:
        shown = await troubles_since(work, calling.clock.now() - timedelta(minutes=1))
    assert [row.id for row in shown] == [row.id for row in lost]
    calling.paper.answers[SAM] = REACHED
    assert await calling.heard(seconds=5) == [SAM]
    assert await calling.heard(seconds=15) == []
    assert [row.tries for row in await calling.tries(page) if row.staff_id == sam.id] == [2]


@pytest.mark.full
@mostly_on_sqlite
async def test_with_every_phone_off_everyone_is_called_again_each_minute(
    calling: Calling,
) -> None:
    await calling.someone(Role.LEAD, FERN)
    await calling.someone(Role.STEWARD, ELM)
    calling.paper.answers |= {FERN: UNREACHED, ELM: UNREACHED}
    page = await calling.pages()
    assert set(await calling.heard()) == {FERN, ELM}
    await calling.heard(seconds=20)
    await calling.heard(seconds=39)
    calling.paper.answers.clear()
    assert set(await calling.heard(seconds=1)) == {FERN, ELM}
    assert (await calling.page(page)).acknowledged_at is None


@pytest.mark.full
@mostly_on_sqlite
async def test_a_device_that_is_no_more_is_not_called_again(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.comes(sam)
    async with calling.house.workshop.work() as work:
        await calling.adds(work, sam, "https://a/book")
    calling.paper.answers[SAM] = GONE
    await calling.pages()
    assert await calling.heard() == ["https://a/book", SAM]
    assert await calling.heard(seconds=60) == ["https://a/book"]
    async with calling.house.workshop.reading() as work:
        assert len(await contacts_of(work, [sam.id])) == 1


@pytest.mark.full
@mostly_on_sqlite
async def test_whoever_cannot_be_called_is_noted_and_passed_over(calling: Calling) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR)
    await calling.someone(Role.LEAD, FERN)
    await calling.comes(sam)
    page = await calling.pages()
    assert await calling.heard() == [FERN]
    without = [row.staff_id for row in await calling.tries(page) if row.code == "no_way"]
    assert without == [sam.id]


@pytest.mark.full
async def test_saying_it_twice_pages_once_and_something_worse_begins_anew(
    calling: Calling,
) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    await calling.comes(sam)
    first = await calling.pages(Urgency.HIGH)
    assert await calling.heard() == [SAM]
    assert await calling.pages(Urgency.HIGH) == first
    assert await calling.heard() == []
    assert await calling.pages(Urgency.IMMEDIATE) == first
    assert await calling.heard() == [SAM]
    assert await calling.pages(Urgency.HIGH) == first
    assert (await calling.page(first)).urgency is Urgency.IMMEDIATE
    await calling.answers(sam)
    assert await calling.pages(Urgency.HIGH) != first
    assert await calling.heard() == [SAM]


@pytest.mark.full
@mostly_on_sqlite
async def test_the_chain_is_called_in_the_order_a_steward_set(calling: Calling) -> None:
    elm = await calling.someone(Role.STEWARD)
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    kit = await calling.someone(Role.CRISIS_MODERATOR, KIT)
    async with calling.house.workshop.work() as work:
        await order_chain(work, elm, people=[kit.id, sam.id, kit.id])
        with pytest.raises(NotPermitted):
            await order_chain(work, sam, people=[sam.id])
    await calling.pages()
    assert await calling.heard() == [KIT]


@mostly_on_sqlite
async def test_a_gap_is_told_once_to_those_who_plan(calling: Calling) -> None:
    elm = await calling.someone(Role.STEWARD, ELM)
    await calling.someone(Role.CRISIS_MODERATOR, SAM)
    page = await calling.pages(Urgency.GAP, "gap:en:0:72")
    assert await calling.heard() == [ELM]
    assert await calling.pages(Urgency.GAP, "gap:en:0:72") == page
    assert await calling.heard(hours=1) == []
    await calling.answers(elm, "gap:en:0:72")
    assert await calling.pages(Urgency.GAP, "gap:en:0:72") == page
    assert await calling.heard() == []


@pytest.mark.full
@mostly_on_sqlite
async def test_numbers_of_a_rung_go_to_the_gateway_in_one_request(calling: Calling) -> None:
    for number in ("+353 86 123 4567", "+353 86 765 4321"):
        await calling.comes(await calling.someone(Role.CRISIS_MODERATOR, number=number))
    calling.paper.gateway_answer = REACHED
    page = await calling.pages()
    await calling.heard()
    ((numbers, urgency),) = calling.paper.texts
    assert set(numbers) == {"+353861234567", "+353867654321"}
    assert urgency == "immediate"
    assert {row.way for row in await calling.tries(page)} == {Way.TEXT}


@mostly_on_sqlite
async def test_where_nobody_can_be_called_the_gateway_of_the_house_is(calling: Calling) -> None:
    calling.paper.gateway_answer = REACHED
    await calling.pages()
    await calling.heard()
    assert calling.paper.texts == [((), "immediate")]
    await calling.heard(seconds=60)
    assert len(calling.paper.texts) == 2


@mostly_on_sqlite
async def test_a_page_is_answered_by_hand_by_those_it_calls_and_no_member(
    calling: Calling,
) -> None:
    sam = await calling.someone(Role.CRISIS_MODERATOR, SAM)
    auditor = await calling.someone(Role.AUDITOR)
    page = await calling.pages()
    async with calling.house.workshop.work() as work:
        ash = await arrive(work, calling.house)
        for nobody in (ash.actor, auditor):
            with pytest.raises(NotPermitted):
                await acknowledge_page(work, nobody, page_id=page)
        with pytest.raises(NotFound):
            await acknowledge_page(work, sam, page_id=PageId(page + 1))
        await acknowledge_page(work, sam, page_id=page)
    assert (await calling.page(page)).acknowledged_by == sam.id
