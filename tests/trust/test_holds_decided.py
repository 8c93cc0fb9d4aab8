"""Two people decide about what is held, and one of them looks after safeguarding."""

from __future__ import annotations

import pytest

from holdfast.erasing.holds.queries import hold_of
from holdfast.erasing.holds.rules import (
    NOTHING_HELD,
    Deed,
    HoldState,
    NobodyElse,
    NoLead,
    NotNow,
    RanOut,
    Why,
)
from holdfast.kit.errors import Malformed, NotFound
from holdfast.moderation.actions.holds import (
    ask_about_hold,
    take_back_about_hold,
)
from holdfast.rights.rules import Role, Staff
from holdfast.staff.access import FreshSignInNeeded
from town import StillClock, Town
from trust.holding import ESCALATION, Holding


@pytest.fixture
def holding(town: Town, clock: StillClock) -> Holding:
    return Holding(town, clock)


@pytest.mark.full
async def test_two_people_set_it_on_until_thirty_days_after_its_work_has_closed(
    holding: Holding,
) -> None:
    message = await holding.begins()
    await holding.erases(message)
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    await holding.sets_on(sam, fern)
    holding.clock.pass_time(days=100)
    assert await holding.looks() == 0
    await holding.closes()
    assert await holding.looks() == 0
    holding.clock.pass_time(days=30, seconds=-1)
    assert await holding.looks() == 0
    holding.clock.pass_time(seconds=1)
    assert await holding.looks() == 1
    assert await holding.held(message) == NOTHING_HELD
    assert await holding.record() == [
        "hold:began",
        "hold:asked_to_set",
        "hold:set",
        "hold:work_closed",
        "hold:ended",
    ]


@pytest.mark.full
async def test_a_set_hold_lasts_a_year_at_most_unless_it_is_set_again(holding: Holding) -> None:
    message = await holding.begins()
    await holding.erases(message)
    sam, fern = await holding.hires(Role.SUPERVISOR, Role.LEAD)
    await holding.sets_on(sam, fern)
    holding.clock.pass_time(days=364)
    await holding.sets_on(fern, sam)
    holding.clock.pass_time(days=364)
    assert await holding.looks() == 0
    holding.clock.pass_time(days=1)
    assert await holding.looks() == 1


async def test_nobody_grants_what_they_asked_for_and_one_of_the_two_is_the_lead(
    holding: Holding,
) -> None:
    await holding.erases(await holding.begins())
    sam, kim, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)
    asked = await holding.asks(sam, Deed.SET, Why.DANGER)
    with pytest.raises(NobodyElse):
        await holding.grants(sam, asked)
    with pytest.raises(NoLead):
        await holding.grants(kim, asked)
    await holding.grants(fern, asked)
    async with holding.house.workshop.reading() as work:
        row = await hold_of(work, ESCALATION)
    assert row is not None
    assert (row.state, row.why) == (HoldState.SET, Why.DANGER)
    assert isinstance(sam.actor, Staff)
    assert isinstance(fern.actor, Staff)
    assert (row.set_by, row.seconded_by) == (sam.actor.id, fern.actor.id)


@pytest.mark.full
async def test_who_may_not_decide_finds_nothing_and_an_old_sign_in_is_not_enough(
    holding: Holding,
) -> None:
    await holding.erases(await holding.begins())
    fern, mo, *others = await holding.hires(
        Role.LEAD, Role.MODERATOR, Role.STEWARD, Role.AUDITOR, Role.PARTNER
    )
    await holding.asks(fern, Deed.SET, Why.DANGER)
    for other in (mo, *others):
        with pytest.raises(NotFound):
            await holding.asks(other, Deed.SET, Why.DANGER)
    for nothing in ("escalation:2", "escalation:x", "case:1", "room:1", ""):
        with pytest.raises(NotFound):
            await holding.asks(fern, Deed.SET, Why.DANGER, nothing)
    async with holding.house.workshop.work() as work:
        with pytest.raises(FreshSignInNeeded):
            await ask_about_hold(work, fern.actor, about=ESCALATION, what=Deed.SET, why=Why.DANGER)


@pytest.mark.full
async def test_what_was_asked_runs_out_after_a_day_and_may_be_taken_back(
    holding: Holding,
) -> None:
    await holding.erases(await holding.begins())
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    asked = await holding.asks(sam, Deed.SET, Why.DANGER)
    assert await holding.asks(sam, Deed.SET, Why.DANGER) == asked
    holding.clock.pass_time(hours=24)
    with pytest.raises(RanOut):
        await holding.grants(fern, asked)
    again = await holding.asks(sam, Deed.SET, Why.DANGER)
    async with holding.house.workshop.work() as work:
        with pytest.raises(NotNow):
            await take_back_about_hold(work, holding.fresh(fern), about=ESCALATION, deed=again)
        await take_back_about_hold(work, holding.fresh(sam), about=ESCALATION, deed=again)
    with pytest.raises(RanOut):
        await holding.grants(fern, again)
    with pytest.raises(Malformed):
        await holding.asks(sam, Deed.SET, Why.SAFE_TO_TELL)


@pytest.mark.full
async def test_two_people_end_it_early(holding: Holding) -> None:
    message = await holding.begins()
    await holding.erases(message)
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    asked = await holding.asks(fern, Deed.END, Why.DONE)
    assert (await holding.held(message)).messages == {message}
    await holding.grants(sam, asked)
    assert await holding.held(message) == NOTHING_HELD
    with pytest.raises(NotNow):
        await holding.asks(fern, Deed.SET, Why.DANGER)


@pytest.mark.full
async def test_the_member_is_told_unless_two_people_said_before_that_telling_endangers(
    holding: Holding,
) -> None:
    message = await holding.begins()
    sam, fern = await holding.hires(Role.CRISIS_MODERATOR, Role.LEAD)
    asked = await holding.asks(sam, Deed.HUSH, Why.TELLING_ENDANGERS)
    assert len((await holding.erases(message)).told) == 1, "one person alone keeps nothing secret"
    await holding.grants(fern, asked)
    hushed = await holding.held(message)
    assert set(hushed.messages) == {message}
    assert hushed.told == ()
    await holding.grants(sam, await holding.asks(fern, Deed.TELL, Why.SAFE_TO_TELL))
    assert len((await holding.held(message)).told) == 1
