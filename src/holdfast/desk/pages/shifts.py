"""The rota: who is here, who comes, where nobody does; coming, going and planning."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Request
from starlette.responses import Response

from holdfast.desk.pages.bar import bar_for, frame_for
from holdfast.desk.pages.gaps import AHEAD, gaps_shown
from holdfast.desk.pages.weeks import Week, hours_of, moment_after, week_of
from holdfast.kit.clock import Clock
from holdfast.kit.cookies import go_to, set_cookie
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import ShiftId, StaffId
from holdfast.kit.looks import Looks
from holdfast.kit.pages import ZONE_COOKIE, looks_of, render
from holdfast.kit.words import N_, say
from holdfast.kit.work import Work
from holdfast.members.actions import time_zones
from holdfast.rights.rules import Permission, Role, Staff, may
from holdfast.rooms.queries import rota_gaps
from holdfast.settings import Switch
from holdfast.staff.actions.shifts import (
    ShiftPlan,
    call_off_shift,
    check_in,
    check_out,
    plan_shift,
)
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.pages.wording import moments_for
from holdfast.staff.queries import on_shift, shift_of, shifts_between
from holdfast.staff.queries.people import everybody_here
from holdfast.staff.rules.roles import DUTIES
from holdfast.staff.rules.shifts import EARLY, SERVES

router = APIRouter(prefix="/desk/shifts", include_in_schema=False)
Monday = Annotated[str, Query(max_length=10)]
SAVED = ("planned", "off", "here", "gone", "zone")
NOBODY_CHOSEN = N_("Please choose who.")
NO_ROLE = N_("Please choose a role from the list.")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
NO_LANGUAGE = N_("Write languages by their codes, such as en or pt-BR.")
OWN_ROLE = N_("their own role")
HERE = "/desk/shifts"


@router.get("")
async def get_shifts(
    request: Request, house: InHouse, staff: CurrentStaff, week: Monday = ""
) -> Response:
    """The rota of one week."""
    saved = request.query_params.get("saved", "")
    return await rota_page(request, house, staff, week, saved=saved if saved in SAVED else "")


async def rota_page(
    request: Request,
    house: House,
    staff: Staff,
    week: str = "",
    *,
    form: Filled = EMPTY,
    refused: HoldfastError | None = None,
    saved: str = "",
) -> Response:
    if not may(staff, Permission.SHIFT_SEE):
        raise NotFound
    looks, now = looks_of(request), house.workshop.clock.now()
    shown = week_of(week, now, looks)
    async with house.workshop.reading() as work:
        rota = await _rota(work, staff, shown, now)
        people = await everybody_here(work)
    return render(
        request,
        "desk/shifts.html",
        200 if refused is None else refused.status,
        week=shown,
        days=shown.days(rota.pop("shifts"), looks),
        gaps=gaps_shown(rota.pop("gaps"), people, rota.pop("ahead"), looks, now),
        people=[(str(row.id), row.name) for row in people if row.role in SERVES],
        roles=[("", say(looks.locale, OWN_ROLE)), *_roles(looks)],
        duties=DUTIES,
        covered=house.settings.coverage is Switch.ON,
        hours=lambda shift: hours_of(shift.starts_at, shift.ends_at, looks),
        moment=moments_for(looks),
        zones=[(name, name.replace("_", " ")) for name in time_zones()],
        form=form,
        refused=refused,
        saved=saved,
        now=now,
        **_reader(staff),
        **rota,
    )


def _reader(staff: Staff) -> dict[str, Any]:
    """Who looks at the page, and what they may do on it."""
    return {
        **bar_for(staff),
        "my_id": staff.id,
        "is_planner": may(staff, Permission.SHIFT_PLAN),
        "comes": may(staff, Permission.SHIFT_CHECK_IN),
        "frame": frame_for(staff),
    }


def _roles(looks: Looks) -> list[tuple[str, str]]:
    return [(role.value, say(looks.locale, DUTIES[role].name)) for role in SERVES]


async def _rota(work: Work, staff: Staff, week: Week, now: datetime) -> dict[str, Any]:
    """What the page shows of the rota: the week, who is here, my own shift, the gaps."""
    mine = await shift_of(work, staff.id, now)
    soon = await shifts_between(work, now, now + EARLY)
    waiting = [
        one for one in soon if one.staff_id == staff.id and not one.checked_in_at and mine is None
    ]
    return {
        "shifts": await shifts_between(work, week.starts_at, week.ends_at),
        "ahead": await shifts_between(work, now, now + AHEAD),
        "here": await on_shift(work, now),
        "mine": mine,
        "waiting": waiting[0] if waiting else None,
        "gaps": await rota_gaps(work),
    }


@router.post("")
async def post_shift(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Plan a shift. What was filled in comes back when it cannot be."""
    form = await filled(request)
    try:
        plan = _planned(form, looks_of(request))
        async with house.workshop.work() as work:
            await plan_shift(work, staff, plan=plan)
    except HoldfastError as refused:
        return await rota_page(request, house, staff, form["day"], form=form, refused=refused)
    return go_to(f"{HERE}?week={form['day']}&saved=planned")


def _planned(form: Filled, looks: Looks) -> ShiftPlan:
    """The shift a form asks for. An end before the start is on the next day."""
    if not form["staff"].isascii() or not form["staff"].isdigit() or len(form["staff"]) > 15:
        raise Malformed(NOBODY_CHOSEN)
    if form["role"] and form["role"] not in [role.value for role in SERVES]:
        raise Malformed(NO_ROLE)
    starts_at = moment_after(form["day"], form["from"], looks)
    ends_at = moment_after(form["day"], form["until"], looks)
    if ends_at <= starts_at:
        ends_at = moment_after(form["day"], form["until"], looks, days=1)
    languages = tuple(form["languages"].replace(",", " ").split())
    if not all(LANGUAGE.fullmatch(one) for one in languages):
        raise Malformed(NO_LANGUAGE)
    role = Role(form["role"]) if form["role"] else None
    return ShiftPlan(StaffId(int(form["staff"])), starts_at, ends_at, role, languages)


@router.post("/{shift_id}/call-off")
async def post_call_off(house: InHouse, staff: CurrentStaff, shift_id: RowNumber) -> Response:
    """Take a shift off the rota."""
    async with house.workshop.work() as work:
        await call_off_shift(work, staff, shift_id=ShiftId(shift_id))
    return go_to(f"{HERE}?saved=off")


@router.post("/check-in")
async def post_check_in(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """I am here: on the shift planned for me, or until the hour I say."""
    form = await filled(request)
    try:
        until = _until(form["stay"], looks_of(request), house.workshop.clock)
        async with house.workshop.work() as work:
            await check_in(work, staff, until=until)
    except HoldfastError as refused:
        return await rota_page(request, house, staff, form=form, refused=refused)
    return go_to(f"{HERE}?saved=here")


def _until(hour: str, looks: Looks, clock: Clock) -> datetime | None:
    """The next time the clock shows this hour."""
    if not hour:
        return None
    now = clock.now()
    today = week_of("", now, looks).today.isoformat()
    until = moment_after(today, hour, looks)
    return until if until > now else moment_after(today, hour, looks, days=1)


@router.post("/check-out")
async def post_check_out(house: InHouse, staff: CurrentStaff) -> Response:
    """I go."""
    async with house.workshop.work() as work:
        await check_out(work, staff)
    return go_to(f"{HERE}?saved=gone")


@router.post("/zone")
async def post_zone(request: Request, staff: CurrentStaff) -> Response:
    """Show times as the clocks of another place show them, in this browser."""
    if not may(staff, Permission.SHIFT_SEE):
        raise NotFound
    form = await filled(request)
    if form["zone"] not in time_zones():
        raise Malformed
    return set_cookie(go_to(f"{HERE}?saved=zone"), request, ZONE_COOKIE, form["zone"])
