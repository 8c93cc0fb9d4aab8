"""Who is on the staff: seen by those who plan and watch, changed by stewards."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import EMPTY, Filled, RowNumber, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import InvitationId, StaffId
from holdfast.kit.looks import LANGUAGES
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_
from holdfast.rights.rules import Permission, Role, Staff, may
from holdfast.staff.access.people import inviting_staff, staff_to_change
from holdfast.staff.actions.invitations import (
    NameTaken,
    invite_staff,
    renew_way_in,
    take_back_invitation,
)
from holdfast.staff.actions.people import LastSteward, change_role, remove_staff
from holdfast.staff.pages.begin import NO_LANGUAGE, NO_NAME, spoken_in
from holdfast.staff.pages.doors import CurrentStaff, address_of
from holdfast.staff.pages.wording import LANGUAGES_THERE_ARE, ROLES, moments_for
from holdfast.staff.queries.people import everybody_here, open_invitations
from holdfast.staff.queries.ways import ways_of
from holdfast.staff.rules.names import is_name, tidied
from holdfast.staff.rules.roles import DUTIES

router = APIRouter(prefix="/staff/people")
SAVED = ("role", "removed", "ended")
NOT_SURE = N_("Please tick the box, so that nobody is removed by mistake.")
NO_ROLE = N_("Please choose a role.")


@router.get("")
async def get_people(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Everybody on the staff, by name and role."""
    if not may(staff, Permission.STAFF_SEE):
        raise NotFound
    saved = request.query_params.get("saved", "")
    return await people_page(request, house, staff, saved=saved if saved in SAVED else "")


async def people_page(
    request: Request, house: House, staff: Staff, *, saved: str = "", link: str = "", name: str = ""
) -> Response:
    is_steward = may(staff, Permission.STAFF_INVITE)
    async with house.workshop.reading() as work:
        people = [(row, await ways_of(work, row.id)) for row in await everybody_here(work)]
        invitations = await open_invitations(work) if is_steward else []
    return render(
        request,
        "staff/people.html",
        people=people,
        invitations=invitations,
        duties=DUTIES,
        speak=LANGUAGES,
        is_steward=is_steward,
        me=staff,
        link=link,
        name=name,
        moment=moments_for(looks_of(request)),
        saved=saved,
    )


@router.get("/invite")
async def get_invite(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Whom, in which role, in which languages? Raises `FreshSignInNeeded`."""
    async with house.workshop.reading() as work:
        inviting_staff(work, staff)
    return invite_page(request, EMPTY)


@router.post("/invite")
async def post_invite(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """The link, shown once: whoever has it can join."""
    form = await filled(request)
    languages, roles = spoken_in(form), [value for value, _ in ROLES]
    if not is_name(tidied(form["name"])):
        form.miss("name", NO_NAME)
    if form["role"] not in roles:
        form.miss("role", NO_ROLE)
    if not languages:
        form.miss("languages", NO_LANGUAGE)
    if form.missing:
        return invite_page(request, form)
    role, name = Role(form["role"]), form["name"]
    try:
        async with house.workshop.work() as work:
            key = await invite_staff(work, staff, role=role, name=name, languages=languages)
    except (NameTaken, Malformed) as refused:
        form.miss("name", refused.words)
        return invite_page(request, form)
    return await people_page(request, house, staff, link=link_to(request, key), name=tidied(name))


def link_to(request: Request, key: str) -> str:
    return f"{address_of(request)}/staff/join/{key}"


def invite_page(request: Request, form: Filled) -> Response:
    return render(
        request,
        "staff/invite.html",
        422 if form.missing else 200,
        form=form,
        roles=ROLES,
        duties=DUTIES,
        languages=LANGUAGES_THERE_ARE,
    )


@router.post("/invitations/{invitation}/end")
async def post_take_back(house: InHouse, staff: CurrentStaff, invitation: RowNumber) -> Response:
    """An invitation that is worth nothing from now on."""
    async with house.workshop.work() as work:
        await take_back_invitation(work, staff, invitation=InvitationId(invitation))
    return go_to("/staff/people?saved=ended#saved")


@router.get("/{person}")
async def get_person(
    request: Request, house: InHouse, staff: CurrentStaff, person: RowNumber
) -> Response:
    """One person, for a steward: role, way in, removal. Raises `FreshSignInNeeded`."""
    return await person_page(request, house, staff, StaffId(person))


async def person_page(
    request: Request,
    house: House,
    staff: Staff,
    person: StaffId,
    refused: HoldfastError | None = None,
) -> Response:
    async with house.workshop.reading() as work:
        row = await staff_to_change(work, staff, person, Permission.STAFF_INVITE)
    return render(
        request,
        "staff/person.html",
        refused.status if refused else 200,
        row=row,
        roles=ROLES,
        duty=DUTIES[row.role],
        is_me=row.id == staff.id,
        refused=refused.words if refused else "",
    )


@router.post("/{person}/role")
async def post_role(
    request: Request, house: InHouse, staff: CurrentStaff, person: RowNumber
) -> Response:
    """Another role; they sign in anew."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            role = Role(form["role"]) if form["role"] in dict(ROLES) else Role.MEMBER
            await change_role(work, staff, staff_id=StaffId(person), role=role)
    except (LastSteward, Malformed) as refused:
        return await person_page(request, house, staff, StaffId(person), refused)
    return go_to("/staff/people?saved=role#saved")


@router.post("/{person}/way-in")
async def post_way_in(
    request: Request, house: InHouse, staff: CurrentStaff, person: RowNumber
) -> Response:
    """A link for somebody who lost theirs, shown once."""
    async with house.workshop.work() as work:
        key = await renew_way_in(work, staff, staff_id=StaffId(person))
        row = await staff_to_change(work, staff, StaffId(person), Permission.STAFF_INVITE)
    return await people_page(request, house, staff, link=link_to(request, key), name=row.name)


@router.post("/{person}/remove")
async def post_remove(
    request: Request, house: InHouse, staff: CurrentStaff, person: RowNumber
) -> Response:
    """No longer on the staff, at once."""
    if (await filled(request))["sure"] != "yes":
        return await person_page(request, house, staff, StaffId(person), Malformed(NOT_SURE))
    try:
        async with house.workshop.work() as work:
            await remove_staff(work, staff, staff_id=StaffId(person))
    except LastSteward as refused:
        return await person_page(request, house, staff, StaffId(person), refused)
    return go_to("/staff/people?saved=removed#saved")
