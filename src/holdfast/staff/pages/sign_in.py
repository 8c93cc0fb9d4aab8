"""Signing in as staff: a passkey first, else a name, a password and a code."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import JSONResponse, Response

from holdfast.kit.cookies import go_to, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotKept, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.http import locale_of, refusal
from holdfast.kit.pages import render
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Staff
from holdfast.staff.access.passwords import weighed_password
from holdfast.staff.access.people import NotKnown, known_passkey
from holdfast.staff.access.slow import at_hand
from holdfast.staff.actions.credentials import credential_of
from holdfast.staff.actions.signing_in import (
    EVERYBODY,
    NOTED,
    ONE_NAME,
    asked_to_sign_in,
    note_refused_sign_in,
    sign_in_by_passkey,
    sign_in_by_password,
)
from holdfast.staff.pages.doors import (
    let_in_at,
    named_address,
    site_of,
    told,
    way_back,
)
from holdfast.staff.rules.names import name_key
from holdfast.staff.tables import StaffWay

router = APIRouter(prefix="/staff/sign-in")
LIMIT = "staff sign-in"


@router.get("")
async def get_sign_in(request: Request, actor: CurrentActor) -> Response:
    """Who are you? For staff; members are shown their own door."""
    if isinstance(actor, Staff):
        return go_to(way_back(request.query_params.get("back", "")))
    return sign_in_page(request, EMPTY)


@router.post("")
async def post_sign_in(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Name, password and code, weighed together: nobody learns which of them was wrong."""
    form = await filled(request)
    try:
        token = await _by_password(house, actor, form)
    except (NotKnown, TooFast, NotKept) as refused:
        return sign_in_page(request, form, refused)
    return set_session(go_to(way_back(form["back"])), request, token)


async def _by_password(house: House, actor: CurrentActor, form: Filled) -> str:
    house.limits.take(LIMIT, EVERYBODY)
    house.limits.take((LIMIT, name_key(form["name"])), ONE_NAME)
    weighed = await weighed_password(house.workshop, form["name"], form["password"])
    try:
        async with house.workshop.work() as work:
            return await sign_in_by_password(
                work, actor, root=house.root, weighed=weighed, code=form["code"]
            )
    except NotKnown:
        await _note(house, actor, StaffWay.PASSWORD)
        raise


async def _note(house: House, actor: CurrentActor, way: StaffWay) -> None:
    """A refused sign-in is written down, but not a flood of them."""
    if house.limits.wait("staff refused", NOTED) == 0:
        async with house.workshop.work() as work:
            await note_refused_sign_in(work, actor, way=way)


def sign_in_page(request: Request, form: Filled, refused: HoldfastError | None = None) -> Response:
    return render(
        request,
        "staff/sign-in.html",
        refused.status if refused else 200,
        form=form,
        refused=refused.words if refused else "",
        back=way_back(form["back"] or request.query_params.get("back", "")),
        was_sent="back" in request.query_params,
        named=named_address(request),
        sso=bool(request.app.state.house.settings.oidc_issuer),
    )


@router.post("/passkey/options")
async def post_options(request: Request, house: InHouse) -> Response:
    """What the browser needs to ask for a passkey."""
    await at_hand()
    now = house.workshop.clock.now()
    return JSONResponse(asked_to_sign_in(house.root, site=site_of(request), now=now))


@router.post("/passkey")
async def post_passkey(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """The passkey's answer. One that nobody has never gets as far as the pen."""
    try:
        given = await told(request)
        credential = given.get("credential") or {}
        async with house.workshop.reading() as work:
            await known_passkey(work, credential_of(credential))
        async with house.workshop.work() as work:
            token = await sign_in_by_passkey(
                work, actor, root=house.root, site=site_of(request), credential=credential
            )
    except NotKnown as refused:
        await _note(house, actor, StaffWay.PASSKEY)
        return refusal(refused, locale_of(request), request.url.path)
    except HoldfastError as refused:
        return refusal(refused, locale_of(request), request.url.path)
    return let_in_at(request, token, way_back(str(given.get("back") or "")))
