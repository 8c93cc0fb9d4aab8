"""The PIN of this device: set, locked, unlocked."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.responses import Response
from starlette.routing import Match

from holdfast.kit.cookies import clear_session, go_to, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.forms import Filled, filled
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import render
from holdfast.kit.words import N_
from holdfast.members.actions.locking import (
    close_page,
    come_back,
    drop_pin,
    lock,
    lock_soon,
    set_pin,
    unlock,
)
from holdfast.members.pages.private.shown import HERE, private_page
from holdfast.members.queries import can_come_back
from holdfast.rights.api import CurrentActor, CurrentMember
from holdfast.rights.rules import Member
from holdfast.staff.pages.doors import OURS

router = APIRouter()
INSIDE = "/rooms"
OTHER_PIN = N_("That isn’t the PIN of this device.")
SIGNED_OUT = "/sign-in?after=tries"


@router.post(f"{HERE}/pin")
async def post_pin(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """A PIN for this device; its session has another token from now on."""
    form = await filled(request)
    try:
        async with house.workshop.work() as work:
            token = await set_pin(
                work, member, root=house.root, pin=form["pin"], again=form["again"]
            )
    except Malformed as refused:
        return await private_page(request, house, member, refused, wrong_pin=True)
    return set_session(go_to(f"{HERE}?saved=pin#saved"), request, token)


@router.post(f"{HERE}/pin/drop")
async def post_drop(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """No PIN any longer, for who knows it."""
    form = await filled(request)
    async with house.workshop.work() as work:
        tried = await drop_pin(work, member, root=house.root, pin=form["drop-pin"])
    if tried.token:
        return set_session(go_to(f"{HERE}?saved=pin-off#saved"), request, tried.token)
    if not tried.left:
        return clear_session(go_to(SIGNED_OUT), request)
    wrong = NotFound(OTHER_PIN)
    return await private_page(request, house, member, wrong, wrong_pin=True, left=tried.left)


@router.post("/lock")
async def post_lock(house: InHouse, actor: CurrentActor) -> Response:
    """Cover everything now. Where there is no PIN, nothing is locked."""
    if not isinstance(actor, Member):
        return go_to("/")
    async with house.workshop.work() as work:
        locked = await lock(work, actor)
    return go_to("/unlock" if locked else HERE)


@router.post("/here")
async def post_here(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """A page says whether somebody looks at it. It waits for no answer, and there is none."""
    said = {"back": come_back, "hidden": lock_soon, "closed": close_page}
    told = said.get((await filled(request))["is"])
    if told is not None and isinstance(actor, Member):
        async with house.workshop.work() as work:
            await told(work, actor)
    return Response(status_code=204)


@router.get("/unlock")
async def get_unlock(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Your PIN, please. The page says nothing else."""
    if not (isinstance(actor, Member) and actor.looks.has_pin):
        return go_to("/")
    return await unlock_page(request, house, actor, back=request.query_params.get("back", ""))


@router.post("/unlock")
async def post_unlock(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Open it, in a session with another token; after five wrong tries it is over."""
    if not (isinstance(actor, Member) and actor.looks.has_pin):
        return go_to("/")
    form: Filled = await filled(request)
    try:
        async with house.workshop.work() as work:
            tried = await unlock(work, actor, root=house.root, pin=form["pin"])
    except HoldfastError as refused:
        return await unlock_page(request, house, actor, back=form["back"], refused=refused)
    if tried.token:
        return set_session(go_to(after(request, form["back"])), request, tried.token)
    if not tried.left:
        return clear_session(go_to(SIGNED_OUT), request)
    return await unlock_page(request, house, actor, back=form["back"], left=tried.left)


async def unlock_page(
    request: Request,
    house: House,
    member: Member,
    *,
    back: str,
    left: int = 0,
    refused: HoldfastError | None = None,
) -> Response:
    """Locked; and whether who forgot the PIN can come back without it."""
    async with house.workshop.reading() as work:
        has_way_back = await can_come_back(work, member.id)
    return render(
        request,
        "members/unlock.html",
        refused.status if refused else 422 if left else 200,
        back=after(request, back),
        left=left,
        has_way_back=has_way_back,
        refused=refused.words if refused else "",
    )


def after(request: Request, back: str) -> str:
    """Where to go on when it is open: a page of ours that can be read again.

    A form that was refused stays at an address that only takes forms; nobody is sent there.
    """
    path = urlsplit(back).path
    asked = {"type": "http", "method": "GET", "path": path, "headers": []}
    doors = (route.matches(asked)[0] for route in request.app.router.routes)
    is_page = OURS.fullmatch(back) and path != "/unlock" and Match.FULL in doors
    return back if is_page else INSIDE
