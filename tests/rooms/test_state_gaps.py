"""Gaps in the rota are told to those who plan, once 72, 24 and 2 hours ahead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.kit.house import House
from holdfast.notices.actions import acknowledge
from holdfast.notices.queries import open_pages
from holdfast.notices.rules import Urgency
from holdfast.rights.rules import Role, Staff, System
from holdfast.rooms.jobs import look_for_gaps
from holdfast.staff.actions.shifts import ShiftPlan, plan_shift
from town import StillClock, appoint, mostly_on_sqlite


class Plans:
    """A rota, and what those who plan were told about it."""

    def __init__(self, house: House, clock: StillClock, steward: Staff) -> None:
        self.house, self.clock, self.steward = house, clock, steward
        self.start = clock.now()

    async def plan(self, since: float, until: float) -> None:
        """Crisis moderators from one hour to another, twelve hours each, and each of them comes."""
        while since < until:
            end = min(until, since + 12)
            start, stop = (self.start + timedelta(hours=hour) for hour in (since, end))
            async with self.house.workshop.work() as work:
                sam = (await appoint(work, Role.CRISIS_MODERATOR)).actor
                assert isinstance(sam, Staff)
                shift = await plan_shift(work, self.steward, plan=ShiftPlan(sam.id, start, stop))
                shift.checked_in_at = start  # everyone comes
            since = end

    async def told(self, **later: float) -> list[str]:
        """What is new on the pager after a look, so much later."""
        self.clock.pass_time(**later)
        await look_for_gaps(self.house.workshop)
        async with self.house.workshop.work() as work:
            new = [page.about for page in await open_pages(work) if page.urgency is Urgency.GAP]
            for about in new:
                await acknowledge(work, System(), about=about)
        return sorted(new)

    def named(self, hour: float, horizon: int) -> list[str]:
        """What a gap for English and for crises from this hour on is called."""
        at = int((self.start + timedelta(hours=hour)).timestamp())
        return [f"gap:crisis:{at}:{horizon}", f"gap:en:{at}:{horizon}"]


@pytest.fixture
async def plans(house: House, clock: StillClock) -> Plans:
    async with house.workshop.work() as work:
        steward = (await appoint(work, Role.STEWARD)).actor
    assert isinstance(steward, Staff)
    return Plans(house, clock, steward)


@pytest.mark.full
@mostly_on_sqlite
async def test_a_gap_is_told_once_at_each_horizon(plans: Plans) -> None:
    await plans.plan(0, 80)
    assert await plans.told() == []
    assert await plans.told(hours=7, minutes=59) == []
    assert await plans.told(minutes=1) == plans.named(80, 72)
    assert await plans.told(hours=47, minutes=59) == []
    assert await plans.told(minutes=1) == plans.named(80, 24)
    assert await plans.told(hours=21, minutes=59) == []
    assert await plans.told(minutes=1) == plans.named(80, 2)
    assert await plans.told(hours=5) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_a_gap_that_was_closed_in_time_is_not_told_again(plans: Plans) -> None:
    await plans.plan(0, 80)
    assert await plans.told(hours=8) == plans.named(80, 72)
    await plans.plan(80, 200)
    assert await plans.told(hours=48) == []


@mostly_on_sqlite
async def test_with_nobody_planned_at_all_it_is_told_once_and_not_again(plans: Plans) -> None:
    assert await plans.told() == ["gap:crisis:0:2", "gap:en:0:2"]
    assert await plans.told(hours=1) == []
    assert await plans.told(hours=30) == []


@pytest.mark.full
@mostly_on_sqlite
async def test_what_was_told_is_put_away_once_somebody_is_planned(plans: Plans) -> None:
    await look_for_gaps(plans.house.workshop)
    assert await still_told(plans) == ["gap:crisis:0:2", "gap:en:0:2"]
    await plans.plan(0, 80)
    await look_for_gaps(plans.house.workshop)
    assert await still_told(plans) == []


async def still_told(plans: Plans) -> list[str]:
    async with plans.house.workshop.reading() as work:
        return sorted(page.about for page in await open_pages(work))
