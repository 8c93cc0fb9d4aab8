"""Showing once more that it is oneself, before something that weighs much."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotKept, TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.rights.rules import Staff
from holdfast.staff.access.people import NotKnown
from holdfast.staff.actions.signing_in import (
    ONE_NAME,
    ask_again,
    show_again_by_code,
    show_again_by_passkey,
)
from holdfast.staff.pages.doors import (
    CurrentStaff,
    answered,
    named_address,
    site_of,
    told,
    way_back,
)
from holdfast.staff.queries.ways import ways_of

router = APIRouter(prefix="/staff/again")
LIMIT = "staff again"


@router.get("")
async def get_again(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Is it still you?"""
    return await again_page(request, house, staff, EMPTY)


@router.post("")
async def post_again(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """A code from the code app, or a recovery code; each is good once."""
    form = await filled(request)
    try:
        house.limits.take((LIMIT, staff.id), ONE_NAME)
        async with house.workshop.work() as work:
            await show_again_by_code(work, staff, root=house.root, code=form["code"])
    except (NotKnown, TooFast, NotKept) as refused:
        return await again_page(request, house, staff, form, refused)
    return go_to(way_back(form["back"]))


async def again_page(
    request: Request,
    house: House,
    staff: Staff,
    form: Filled,
    refused: HoldfastError | None = None,
) -> Response:
    async with house.workshop.reading() as work:
        ways = await ways_of(work, staff.id)
    return render(
        request,
        "staff/again.html",
        refused.status if refused else 200,
        staff=staff,
        ways=ways,
        refused=refused.words if refused else "",
        back=way_back(form["back"] or request.query_params.get("back", "")),
        named=named_address(request),
        sso=bool(house.settings.oidc_issuer) and ways.sso,
    )


@router.post("/passkey/options")
async def post_options(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """What the browser needs to ask for one of my passkeys."""

    async def ask() -> object:
        async with house.workshop.work() as work:
            return await ask_again(work, staff, site=site_of(request))

    return await answered(request, ask)


@router.post("/passkey")
async def post_passkey(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """The passkey's answer."""

    async def show() -> object:
        house.limits.take((LIMIT, staff.id), ONE_NAME)
        given = await told(request)
        credential = given.get("credential") or {}
        async with house.workshop.work() as work:
            await show_again_by_passkey(work, staff, site=site_of(request), credential=credential)
        return {"go": way_back(str(given.get("back") or ""))}

    return await answered(request, show)
