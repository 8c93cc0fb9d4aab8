"""Staff of a room's test: somebody hired, on shift, and in a seat."""

from __future__ import annotations

from datetime import timedelta

from holdfast.rights.rules import Role
from holdfast.rooms.actions import sit_down
from holdfast.staff.actions.shifts import check_in
from town import NIGHT, Person, Town, appoint


async def hired(town: Town, role: Role = Role.MODERATOR, name: str = "Dahlia") -> Person:
    """Somebody of the staff, not on shift."""
    async with town.house.workshop.work() as work:
        return await appoint(work, role, name=name)


async def begins(town: Town, person: Person, hours: float = 4) -> None:
    """Their shift begins now."""
    async with town.house.workshop.work() as work:
        until = work.clock.now() + timedelta(hours=hours)
        await check_in(work, person.actor, until=until)


async def on_shift(town: Town, role: Role = Role.MODERATOR, name: str = "Dahlia") -> Person:
    """Somebody of the staff who is on shift now."""
    person = await hired(town, role, name)
    await begins(town, person)
    return person


async def sits(town: Town, person: Person, slug: str = NIGHT) -> None:
    """They sit down in a room."""
    async with town.house.workshop.work() as work:
        await sit_down(work, person.actor, slug=slug)
