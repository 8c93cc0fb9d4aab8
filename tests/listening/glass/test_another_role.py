"""A key of break-glass is of the half of the role in which it was made, and of no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from holdfast.listening.glass.rules import NoKey
from holdfast.rights.rules import Role
from holdfast.staff.tables import StaffRow
from listening.glass.breaking import Glass, glass_in, staff_of
from town import Person, Town, on_sqlite, unlimited


async def now_as(glass: Glass, person: Person, role: Role) -> Person:
    """The same person in another role."""
    staff = staff_of(person)
    async with glass.town.house.workshop.work() as work:
        its = update(StaffRow).where(StaffRow.id == staff.id).values(role=role)
        await work.db.execute(its)
    return replace(person, actor=replace(staff, role=role))


@pytest.mark.full
@on_sqlite
@unlimited
async def test_who_is_of_the_other_half_now_has_no_half_to_give(town: Town) -> None:
    glass = await glass_in(town)
    other = await glass.appoint(Role.SUPERVISOR, "Alder")
    await glass.talk.say(town.ash)
    request = await glass.ask()
    moved = await now_as(glass, other, Role.LEAD)
    words = glass.words[staff_of(other).id]
    with pytest.raises(NoKey):
        await glass.agree(moved, request, words=words)
    await glass.agree(glass.fern, request)


@on_sqlite
@unlimited
async def test_who_asked_and_is_of_the_other_half_now_opens_nothing(town: Town) -> None:
    glass = await glass_in(town)
    await glass.talk.say(town.ash)
    request = await glass.ask()
    await glass.agree(glass.fern, request)
    moved = await now_as(glass, glass.sam, Role.LEAD)
    with pytest.raises(NoKey):
        await glass.open(request, moved)
    assert (await glass.row(request)).opened_at is None
    again = await now_as(glass, glass.sam, Role.CRISIS_MODERATOR)
    assert (await glass.open(request, again)).keys
