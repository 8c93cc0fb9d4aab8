"""Joining by invitation: what the role is, and then a way in."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import Conflict, HoldfastError, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.http import locale_of, refusal
from holdfast.kit.limits import Pace
from holdfast.kit.looks import LANGUAGES
from holdfast.kit.pages import looks_of, render
from holdfast.rights.api import CurrentActor
from holdfast.staff.access.passwords import hashed_password
from holdfast.staff.access.people import invitation_behind
from holdfast.staff.actions.invitations import (
    ask_to_join_by_passkey,
    join_by_passkey,
    join_by_password,
)
from holdfast.staff.actions.ways import WrongCode, app_secret
from holdfast.staff.pages.doors import answered, let_in_at, named_address, site_of, told
from holdfast.staff.pages.setup import app_shown, look_through
from holdfast.staff.pages.wording import moments_for
from holdfast.staff.rules.roles import DUTIES
from holdfast.staff.tables import InvitationRow

router = APIRouter(prefix="/staff/join/{key}")
SETTING_UP = Pace(every=2, burst=20)  # each weighs as much as a sign-in


@router.get("")
async def get_join(request: Request, house: InHouse, key: str) -> Response:
    """What I am asked to be here, what that means, and how I want to sign in."""
    row = await _invitation(house, key)
    return render(
        request,
        "staff/join.html",
        key=key,
        row=row,
        duty=DUTIES[row.role],
        speaks=[LANGUAGES[one] for one in row.languages],
        moment=moments_for(looks_of(request)),
        named=named_address(request),
        sso=bool(house.settings.oidc_issuer),
    )


async def _invitation(house: House, key: str) -> InvitationRow:
    async with house.workshop.reading() as work:
        return await invitation_behind(work, key)


@router.get("/password")
async def get_password(request: Request, house: InHouse, key: str) -> Response:
    """A password and a code app."""
    return password_page(request, house, key, await _invitation(house, key), EMPTY)


@router.post("/password")
async def post_password(
    request: Request, house: InHouse, actor: CurrentActor, key: str
) -> Response:
    """In, with recovery codes that are shown once."""
    row, form = await _invitation(house, key), await filled(request)
    look_through(form, (row.name, row.role))
    if form.missing:
        return password_page(request, house, key, row, form)
    try:
        house.limits.take("staff setting up", SETTING_UP)
        hashed = await hashed_password(form["password"])
        async with house.workshop.work() as work:
            joined = await join_by_password(
                work, actor, key=key, root=house.root, hashed=hashed, code=form["code"]
            )
    except (WrongCode, Conflict, TooFast) as refused:
        form.miss("code", refused.words)
        return password_page(request, house, key, row, form)
    page = render(request, "staff/codes.html", codes=joined.codes, name=row.name)
    return set_session(page, request, joined.token)


def password_page(
    request: Request, house: House, key: str, row: InvitationRow, form: Filled
) -> Response:
    return render(
        request,
        "staff/password.html",
        422 if form.missing else 200,
        to=f"/staff/join/{key}/password",
        back=f"/staff/join/{key}",
        name=row.name,
        form=form,
        **app_shown(app_secret(house.root, key), row.name),
    )


@router.post("/passkey/options")
async def post_options(request: Request, house: InHouse, actor: CurrentActor, key: str) -> Response:
    """What the browser needs to make a passkey."""

    async def ask() -> object:
        async with house.workshop.work() as work:
            return await ask_to_join_by_passkey(work, actor, key=key, site=site_of(request))

    return await answered(request, ask)


@router.post("/passkey")
async def post_passkey(request: Request, house: InHouse, actor: CurrentActor, key: str) -> Response:
    """The passkey that the browser made: in."""
    try:
        given = await told(request)
        async with house.workshop.work() as work:
            joined = await join_by_passkey(
                work,
                actor,
                key=key,
                site=site_of(request),
                credential=given.get("credential") or {},
                label=str(given.get("label") or ""),
            )
    except HoldfastError as refused:
        return refusal(refused, locale_of(request), request.url.path)
    return let_in_at(request, joined.token, "/staff?saved=joined#saved")
