"""Leave now, and signing out."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import clear_session, go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.house import InHouse
from holdfast.kit.pages import render
from holdfast.members.actions import sign_out
from holdfast.rights.api import CurrentActor

router = APIRouter()
FORGET = '"cache", "cookies", "storage"'
A_FORM = "application/x-www-form-urlencoded"


@router.post("/leave")
async def post_leave(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """End the session and have the browser forget this place.

    A script's beacon waits for no page. A form goes on to the neutral site by way of a blank page
    of ours, because `form-action 'self'` binds where a form may be led on to as well.
    """
    async with house.workshop.work() as work:
        await sign_out(work, actor)
    is_form = request.headers.get("content-type", "").startswith(A_FORM)
    response = go_to("/left") if is_form else Response(status_code=204)
    response.headers["clear-site-data"] = FORGET
    return clear_session(response, request)


@router.get("/left")
async def get_left(request: Request) -> Response:
    """A blank page on the way to the neutral site."""
    return render(request, "kit/left.html")


@router.post("/sign-out")
async def post_sign_out(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """End this session; the seven words still let their member back in."""
    async with house.workshop.work() as work:
        await sign_out(work, actor)
    return clear_session(go_to("/"), request)


@router.get("/gone")
async def get_gone(request: Request) -> Response:
    """For someone who took back what being here rests on."""
    return render(request, "members/gone.html", how="withdrawn")


@router.get("/gone/erased")
async def get_erased(request: Request) -> Response:
    """For someone who erased everything."""
    return render(request, "members/gone.html", how="erased")


@router.get("/gone/signed-out")
async def get_signed_out(request: Request) -> Response:
    """For someone who signed out on every device."""
    return render(request, "members/gone.html", how="signed-out")
