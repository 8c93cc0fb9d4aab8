"""Planning, coming and going: who is on shift when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.kit.errors import Conflict, Malformed, NotFound, NotPermitted
from holdfast.kit.house import House
from holdfast.kit.ids import ShiftId, StaffId
from holdfast.rights.rules import Role, Staff, System
from holdfast.staff.actions.sessions import sign_out_by_name
from holdfast.staff.actions.shifts import (
    ShiftPlan,
    call_off_shift,
    check_in,
    check_out,
    plan_shift,
)
from holdfast.staff.queries import (
    count_on_shift,
    next_shift_at,
    on_shift,
    planned_since,
    shift_of,
    shifts_between,
)
from holdfast.staff.tables import StaffRow
from town import Person, StillClock, appoint, arrive, mostly_on_sqlite


class Rota:
    """The rota of a small place, and short words for what is done to it."""

    def __init__(self, house: House, clock: StillClock) -> None:
        self.house, self.clock = house, clock

    async def someone(self, role: Role) -> Staff:
        async with self.house.workshop.work() as work:
            person = await appoint(work, role)
        assert isinstance(person.actor, Staff)
        return person.actor

    async def plan(
        self,
        by: Staff,
        who: Staff,
        hours: tuple[float, float],
        role: Role | None = None,
        *speaks: str,
    ) -> ShiftId:
        start, end = (self.clock.now() + timedelta(hours=hour) for hour in hours)
        plan = ShiftPlan(who.id, start, end, role, speaks)
        async with self.house.workshop.work() as work:
            return (await plan_shift(work, by, plan=plan)).id

    async def come(self, who: Staff, hours: float | None = None) -> None:
        until = None if hours is None else self.clock.now() + timedelta(hours=hours)
        async with self.house.workshop.work() as work:
            await check_in(work, who, until=until)

    async def go(self, who: Staff) -> None:
        async with self.house.workshop.work() as work:
            await check_out(work, who)

    async def here(self) -> list[StaffId]:
        now = self.clock.now()
        async with self.house.workshop.reading() as work:
            people = [one.staff_id for one in await on_shift(work, now)]
        assert await count_on_shift(self.house.workshop.glances, now) == len(people)
        return people


@pytest.fixture
def rota(house: House, clock: StillClock) -> Rota:
    return Rota(house, clock)


async def test_a_steward_plans_and_the_person_comes_and_goes(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    await rota.plan(elm, dahlia, (0.25, 4))
    assert await rota.here() == []
    await rota.come(dahlia)
    assert await rota.here() == [dahlia.id]
    await rota.go(dahlia)
    await rota.go(dahlia)
    assert await rota.here() == []


@pytest.mark.full
@mostly_on_sqlite
async def test_one_may_come_from_half_an_hour_before_until_the_end(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    await rota.plan(elm, dahlia, (31 / 60, 2))
    with pytest.raises(Conflict, match="no_shift"):
        await rota.come(dahlia)
    rota.clock.pass_time(minutes=1)
    await rota.come(dahlia)
    await rota.go(dahlia)
    rota.clock.pass_time(minutes=119)
    with pytest.raises(Conflict, match="no_shift"):
        await rota.come(dahlia)


@pytest.mark.full
async def test_coming_back_after_going_early_takes_up_the_same_shift(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    await rota.plan(elm, dahlia, (0, 4))
    await rota.come(dahlia)
    await rota.go(dahlia)
    rota.clock.pass_time(minutes=5)
    await rota.come(dahlia)
    assert await rota.here() == [dahlia.id]
    async with rota.house.workshop.reading() as work:
        now = rota.clock.now()
        assert len(await shifts_between(work, now, now + timedelta(hours=9))) == 1


async def test_a_forgotten_check_out_ends_by_itself(rota: Rota) -> None:
    dahlia = await rota.someone(Role.MODERATOR)
    await rota.come(dahlia, hours=1)
    rota.clock.pass_time(hours=1, minutes=14)
    assert await rota.here() == [dahlia.id]
    rota.clock.pass_time(minutes=1)
    assert await rota.here() == []


async def test_checking_in_twice_is_one_shift_and_past_its_end_the_next_begins(rota: Rota) -> None:
    dahlia = await rota.someone(Role.MODERATOR)
    await rota.come(dahlia, hours=1)
    await rota.come(dahlia, hours=3)
    async with rota.house.workshop.reading() as work:
        first = await shift_of(work, dahlia.id, rota.clock.now())
    rota.clock.pass_time(hours=1, minutes=5)
    await rota.come(dahlia, hours=2)
    async with rota.house.workshop.reading() as work:
        second = await shift_of(work, dahlia.id, rota.clock.now())
        people = await on_shift(work, rota.clock.now())
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert [one.until for one in people] == [rota.clock.now() + timedelta(hours=2)]


@mostly_on_sqlite
async def test_without_a_plan_one_says_until_when(rota: Rota) -> None:
    dahlia = await rota.someone(Role.MODERATOR)
    with pytest.raises(Conflict, match="no_shift"):
        await rota.come(dahlia)
    for hours in (0.1, 12.5, -1):
        with pytest.raises(Malformed, match="no_such_hours"):
            await rota.come(dahlia, hours=hours)
    await rota.come(dahlia, hours=12)
    assert await rota.here() == [dahlia.id]


@mostly_on_sqlite
@pytest.mark.parametrize("role", [Role.STEWARD, Role.PARTNER, Role.AUDITOR])
async def test_only_certified_people_go_on_shift(rota: Rota, role: Role) -> None:
    certified, other = await rota.someone(Role.SUPERVISOR), await rota.someone(role)
    await rota.come(certified, hours=2)
    with pytest.raises(NotPermitted):
        await rota.come(other, hours=2)
    assert await rota.here() == [certified.id]


@mostly_on_sqlite
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEAD, Role.STEWARD])
async def test_those_who_plan_may_and_a_moderator_or_a_member_may_not(
    rota: Rota, role: Role
) -> None:
    planner, dahlia = await rota.someone(role), await rota.someone(Role.MODERATOR)
    await rota.plan(planner, dahlia, (1, 5))
    with pytest.raises(NotPermitted):
        await rota.plan(dahlia, dahlia, (6, 9))
    async with rota.house.workshop.work() as work:
        ash: Person = await arrive(work, rota.house)
        plan = ShiftPlan(dahlia.id, rota.clock.now(), rota.clock.now() + timedelta(hours=1))
        with pytest.raises(NotPermitted):
            await plan_shift(work, ash.actor, plan=plan)


async def test_nobody_is_planned_twice_at_once_or_for_what_they_cannot_serve(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    await rota.plan(elm, dahlia, (1, 5))
    with pytest.raises(Conflict, match="shift_overlaps"):
        await rota.plan(elm, dahlia, (4, 6))
    await rota.plan(elm, dahlia, (5, 6))
    with pytest.raises(Malformed, match="role_not_served"):
        await rota.plan(elm, dahlia, (7, 8), Role.CRISIS_MODERATOR)
    with pytest.raises(Malformed, match="role_not_served"):
        await rota.plan(elm, elm, (7, 8))


@mostly_on_sqlite
async def test_a_person_who_is_not_here_cannot_be_planned(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    await rota.plan(elm, dahlia, (1, 2))
    await remove(rota, dahlia)
    with pytest.raises(NotFound):
        await rota.plan(elm, dahlia, (3, 4))
    with pytest.raises(NotFound):
        await rota.plan(elm, Staff(StaffId(9_999), elm.session, Role.MODERATOR), (3, 4))


async def remove(rota: Rota, who: Staff) -> None:
    async with rota.house.workshop.work() as work:
        (await work.db.get_one(StaffRow, who.id)).removed_at = rota.clock.now()


@pytest.mark.full
@mostly_on_sqlite
async def test_whoever_was_removed_is_not_on_shift_and_cannot_come(rota: Rota) -> None:
    dahlia, sam = await rota.someone(Role.MODERATOR), await rota.someone(Role.MODERATOR)
    await rota.come(dahlia, hours=4)
    await rota.come(sam, hours=4)
    await remove(rota, dahlia)
    assert await rota.here() == [sam.id]
    with pytest.raises(NotPermitted):
        await rota.come(dahlia, hours=4)


async def test_a_shift_called_off_is_over_for_whoever_is_on_it(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    shift = await rota.plan(elm, dahlia, (0, 4))
    await rota.come(dahlia)
    with pytest.raises(NotPermitted):
        async with rota.house.workshop.work() as work:
            await call_off_shift(work, dahlia, shift_id=shift)
    async with rota.house.workshop.work() as work:
        await call_off_shift(work, elm, shift_id=shift)
    assert await rota.here() == []
    with pytest.raises(NotFound):
        async with rota.house.workshop.work() as work:
            await call_off_shift(work, elm, shift_id=shift)


@mostly_on_sqlite
async def test_the_list_says_what_each_serves_and_crisis_comes_first(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    sam = await rota.someone(Role.CRISIS_MODERATOR)
    fern = await rota.someone(Role.LEAD)
    await rota.plan(elm, fern, (0, 2), Role.MODERATOR, "en", "ar")
    for person in (dahlia, fern, sam):
        await rota.come(person, hours=4)
    async with rota.house.workshop.reading() as work:
        people = await on_shift(work, rota.clock.now())
    assert [one.role for one in people] == [
        Role.CRISIS_MODERATOR, Role.MODERATOR, Role.MODERATOR
    ]  # fmt: skip
    assert [one.in_crisis for one in people] == [True, False, False]
    assert people[1].languages == ("en", "ar")
    assert people[1].staff_id == fern.id


@mostly_on_sqlite
async def test_the_next_shift_is_one_to_come_in_the_language_asked_for(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    ana, now = await rota.someone(Role.MODERATOR), rota.clock.now()
    await rota.plan(elm, dahlia, (-1, 1))
    await rota.plan(elm, dahlia, (3, 5))
    await rota.plan(elm, ana, (2, 5), Role.MODERATOR, "es")
    async with rota.house.workshop.reading() as work:
        assert await next_shift_at(work, now, "en") == now + timedelta(hours=3)
        assert await next_shift_at(work, now, "es") == now + timedelta(hours=2)
        assert await next_shift_at(work, now, None) == now + timedelta(hours=2)
        assert await next_shift_at(work, now, "ar") is None


@pytest.mark.full
@mostly_on_sqlite
async def test_who_did_not_come_covers_nothing(rota: Rota) -> None:
    elm, dahlia = await rota.someone(Role.STEWARD), await rota.someone(Role.MODERATOR)
    sam, start = await rota.someone(Role.MODERATOR), rota.clock.now()
    await rota.plan(elm, dahlia, (0, 4))
    await rota.plan(elm, sam, (0, 4))
    await rota.come(sam)
    rota.clock.pass_time(minutes=16)
    async with rota.house.workshop.reading() as work:
        assert len(await planned_since(work, start)) == 1
    rota.clock.pass_time(minutes=44)
    await rota.go(sam)
    async with rota.house.workshop.reading() as work:
        (covered,) = await planned_since(work, start)
    assert covered.ends_at == start + timedelta(hours=1)


async def test_whoever_is_signed_out_at_the_keyboard_is_not_counted_on(rota: Rota) -> None:
    lead = await rota.someone(Role.LEAD)
    async with rota.house.workshop.work() as work:
        maren = (await appoint(work, Role.MODERATOR, name="Maren")).actor
    assert isinstance(maren, Staff)
    await rota.come(lead, hours=2)
    await rota.come(maren, hours=2)
    assert set(await rota.here()) == {lead.id, maren.id}
    for _ in range(2):
        async with rota.house.workshop.work() as work:
            await sign_out_by_name(work, System(), name="Maren")
        assert await rota.here() == [lead.id]
