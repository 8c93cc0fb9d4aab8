"""Staff who wear out and are cared for: the desk, with short words for both."""

from __future__ import annotations

from datetime import timedelta

from desk.sitting import Desk
from holdfast.rights.rules import Role, Staff, System
from holdfast.staff.actions.shifts import check_in
from holdfast.wellbeing.actions.caring import note_exposure
from holdfast.wellbeing.queries.caring import Care, care_for, exposure_of
from town import Person

HERE = "/desk/care"


class Caring(Desk):
    """The desk, with short words for what wears people out and what helps."""

    async def comes(self, role: Role, name: str) -> Person:
        """Somebody new, on shift."""
        person = await self.hires(role, name)
        async with self.town.house.workshop.work() as work:
            await check_in(work, person.actor, until=work.clock.now() + timedelta(hours=6))
        return person

    async def reads(self, who: Person, *concerns: int, says_how: bool = False) -> None:
        async with self.town.house.workshop.work() as work:
            for number, concern in enumerate(concerns):
                await note_exposure(
                    work,
                    System(),
                    staff_id=staff(who).id,
                    concern=concern,
                    about=f"escalation:{staff(who).id}{number}",
                    says_how=says_how,
                )

    async def care(self, who: Person) -> Care:
        async with self.town.house.workshop.reading() as work:
            return await care_for(work, staff(who))

    async def share(self, who: Person) -> int:
        async with self.town.house.workshop.reading() as work:
            return await exposure_of(work, staff(who).id)


def staff(person: Person) -> Staff:
    assert isinstance(person.actor, Staff)
    return person.actor
