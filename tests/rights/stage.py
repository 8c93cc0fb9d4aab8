"""Who is there for one door: a member, and somebody of the staff for each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from holdfast.rights.matrix import STAFF_ROLES, Permission, Role
from holdfast.rights.rules import may
from holdfast.staff.actions.shifts import check_in
from town import NIGHT, Person, Town, appoint, newcomers


@dataclass(frozen=True)
class Stage:
    """Who is there for one door: a member of their own, and one of the staff for each role."""

    town: Town
    member: Person
    staff: dict[Role, Person]

    def person(self, name: str) -> Person:
        return self.member if name == Role.MEMBER else self.staff[Role(name)]


async def hired(town: Town) -> dict[Role, Person]:
    """Somebody new in every staff role."""
    async with town.house.workshop.work() as work:
        return {role: await appoint(work, role) for role in STAFF_ROLES}


async def begin_shifts(stage: Stage) -> None:
    """Everybody of the staff who can be on shift is."""
    async with stage.town.house.workshop.work() as work:
        until = work.clock.now() + timedelta(hours=4)
        for person in stage.staff.values():
            if may(person.actor, Permission.SHIFT_CHECK_IN):
                await check_in(work, person.actor, until=until)


async def set_stage(town: Town, staff: dict[Role, Person]) -> Stage:
    """A new member with a seat in the night room, and these people."""
    (member,) = await newcomers(town.house, 1, NIGHT)
    return Stage(town, member, staff)
