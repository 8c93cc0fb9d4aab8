"""Who is there for each role, as far as a steward must know: what waits where there are too few."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from fastapi import Request
from msgspec import Struct
from starlette.responses import Response

from holdfast.desk.pages.steward_doors import Steward, steward_page
from holdfast.desk.pages.weeks import hours_of
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import looks_of
from holdfast.kit.words import say
from holdfast.kit.work import Work
from holdfast.rights.rules import STAFF_ROLES, Permission, Role, may
from holdfast.settings import Switch
from holdfast.staff.pages.wording import moments_for
from holdfast.staff.queries import on_shift, shifts_between
from holdfast.staff.queries.people import (
    duties_nobody_can_come_for,
    everybody_here,
    open_invitations,
)
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.rules.roles import DUTIES

router = APIRouter(prefix="/desk/steward/staff", include_in_schema=False)
A_DAY = timedelta(hours=24)
TWO_NEEDED = (Role.MODERATOR, Role.CRISIS_MODERATOR, Role.STEWARD)
DECIDE = (Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD)  # remove somebody, close a room
LEAST = 2


class Roster(Struct, frozen=True):
    """How many there are who can come, by what they can do."""

    people: int
    here: int  # on shift now
    waiting: int  # invitations
    few: list[Role]  # roles in which fewer than two can come
    deciders: int  # who could agree to a removal, or to closing a room at once
    missing: list[Role]
    able: dict[Role, int]  # who have a way in, by role

    @property
    def two_can_decide(self) -> bool:
        return self.deciders >= LEAST


async def roster_of(work: Work) -> Roster:
    """Who could come if they were asked: who has a way in."""
    people = await everybody_here(work)
    able = [row.role for row in people if (await ways_of(work, row.id)).count]
    count = Counter(able)
    return Roster(
        people=len(people),
        here=len(await on_shift(work, work.clock.now())),
        waiting=len(await open_invitations(work)),
        few=[role for role in TWO_NEEDED if count[role] < LEAST],
        deciders=sum(count[role] for role in DECIDE),
        missing=await duties_nobody_can_come_for(work),
        able={role: count[role] for role in STAFF_ROLES},
    )


@router.get("")
async def get_staff(request: Request, house: InHouse, staff: Steward) -> Response:
    """How many can come for each role, who is on shift, and who comes within a day."""
    if not may(staff, Permission.STAFF_INVITE):
        raise NotFound
    looks, now = looks_of(request), house.workshop.clock.now()
    async with house.workshop.reading() as work:
        roster = await roster_of(work)
        here = await on_shift(work, now)
        coming = await shifts_between(work, now, now + A_DAY)
    return steward_page(
        request,
        staff,
        "staff",
        roster=roster,
        duties=DUTIES,
        two_needed=TWO_NEEDED,
        here=here,
        covered=house.settings.coverage is Switch.ON,
        coming=[one for one in coming if one.starts_at > now],
        hours=lambda shift: hours_of(shift.starts_at, shift.ends_at, looks),
        moment=moments_for(looks),
    )


async def missing_duties(house: House, locale: str) -> list[str]:
    """What nobody could sign in to do, in words."""
    async with house.workshop.reading() as work:
        return [say(locale, DUTIES[role].name) for role in await duties_nobody_can_come_for(work)]
