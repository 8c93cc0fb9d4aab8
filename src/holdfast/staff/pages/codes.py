"""My own password, code app and recovery codes."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import TooFast
from holdfast.kit.forms import EMPTY, Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.rights.rules import Staff
from holdfast.staff.access import fresh_staff
from holdfast.staff.access.passwords import hashed_password
from holdfast.staff.actions.ways import (
    WrongCode,
    change_password,
    my_next_app_secret,
    new_codes,
)
from holdfast.staff.pages.doors import CurrentStaff
from holdfast.staff.pages.join import SETTING_UP
from holdfast.staff.pages.setup import app_shown, look_through
from holdfast.staff.queries.ways import ways_of

router = APIRouter(prefix="/staff")


@router.get("/password")
async def get_password(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """A password and a code app, the first ones or others. Raises `FreshSignInNeeded`."""
    return await password_page(request, house, staff, EMPTY)


@router.post("/password")
async def post_password(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """From now on these. With the first ones come recovery codes, shown once."""
    form = await filled(request)
    look_through(form, (staff.name, staff.role))
    if form.missing:
        return await password_page(request, house, staff, form)
    try:
        house.limits.take("staff setting up", SETTING_UP)
        hashed = await hashed_password(form["password"])
        async with house.workshop.work() as work:
            await change_password(work, staff, root=house.root, hashed=hashed, code=form["code"])
            has_codes = (await ways_of(work, staff.id)).codes > 0
            codes = [] if has_codes else await new_codes(work, staff, root=house.root)
    except (WrongCode, TooFast) as refused:
        form.miss("code", refused.words)
        return await password_page(request, house, staff, form)
    return codes_page(request, staff, codes) if codes else go_to("/staff?saved=password#saved")


async def password_page(request: Request, house: House, staff: Staff, form: Filled) -> Response:
    async with house.workshop.reading() as work:
        fresh_staff(work, staff)
        secret = await my_next_app_secret(work, staff, root=house.root)
    return render(
        request,
        "staff/password.html",
        422 if form.missing else 200,
        to="/staff/password",
        back="/staff",
        name=staff.name,
        form=form,
        **app_shown(secret, staff.name),
    )


@router.post("/codes")
async def post_codes(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Other recovery codes, shown once and therefore behind no address."""
    async with house.workshop.work() as work:
        codes = await new_codes(work, staff, root=house.root)
    return codes_page(request, staff, codes)


def codes_page(request: Request, staff: Staff, codes: list[str]) -> Response:
    return render(request, "staff/codes.html", codes=codes, name=staff.name)
