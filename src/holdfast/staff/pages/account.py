"""My own staff page: how I sign in, and where I am signed in."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import clear_session, go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import House, InHouse
from holdfast.kit.ids import PasskeyId, SessionId
from holdfast.kit.looks import LANGUAGES
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import N_
from holdfast.rights.rules import Permission, Staff, may
from holdfast.staff.access.people import my_account
from holdfast.staff.actions.passkeys import (
    LastWayIn,
    add_passkey,
    ask_to_add_passkey,
    remove_passkey,
)
from holdfast.staff.actions.sessions import end_staff_session, end_staff_sessions
from holdfast.staff.pages.doors import CurrentStaff, answered, named_address, site_of, told
from holdfast.staff.pages.wording import WAYS, moments_for
from holdfast.staff.queries.ways import passkeys_of, staff_sessions_of, ways_of
from holdfast.staff.rules.roles import DUTIES
from holdfast.staff.rules.sessions import is_fresh

router = APIRouter(prefix="/staff")
PLACES = (
    (Permission.DESK_WATCH, "/desk", N_("The desk")),
    (Permission.SETTINGS_SET, "/desk/steward", N_("Looking after this place")),
    (Permission.SHIFT_SEE, "/desk/shifts", N_("Shifts")),
    (Permission.PAGER_SET, "/staff/pager", N_("My pager")),
    (Permission.AUDIT_READ_OWN, "/desk/record", N_("The record")),
    (Permission.GLASS_AGREE, "/desk/glass", N_("Break-glass")),
    (Permission.STAFF_SEE, "/staff/people", N_("Staff")),
)
SAVED = ("joined", "passkey", "removed", "password", "sessions", "role")


@router.get("")
async def get_account(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Everything about my own account."""
    return await account_page(request, house, staff)


@router.post("/here")
async def post_here(staff: CurrentStaff) -> Response:
    """Somebody is still at this page. Asking so is use, and noted like any other."""
    del staff
    return Response(status_code=204)


async def account_page(
    request: Request, house: House, staff: Staff, refused: HoldfastError | None = None
) -> Response:
    async with house.workshop.reading() as work:
        me = await my_account(work, staff)
        ways = await ways_of(work, staff.id)
        passkeys = await passkeys_of(work, staff.id)
        sessions = await staff_sessions_of(work, staff.id)
    saved = request.query_params.get("saved", "")
    return render(
        request,
        "staff/account.html",
        refused.status if refused else 200,
        me=me,
        duty=DUTIES[me.role],
        speaks=[LANGUAGES.get(one, one) for one in me.languages],
        ways=ways,
        passkeys=passkeys,
        sessions=sessions,
        came=WAYS,
        this_one=staff.session,
        is_fresh=is_fresh(staff.fresh_at, house.workshop.clock.now()),
        places=[(to, words) for allowed, to, words in PLACES if may(staff, allowed)],
        moment=moments_for(looks_of(request)),
        named=named_address(request),
        saved=saved if saved in SAVED else "",
        refused=refused.words if refused else "",
    )


@router.post("/passkeys/options")
async def post_options(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """What the browser needs to make another passkey."""

    async def ask() -> object:
        async with house.workshop.work() as work:
            return await ask_to_add_passkey(work, staff, site=site_of(request))

    return await answered(request, ask)


@router.post("/passkeys")
async def post_passkey(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """The passkey that the browser made."""

    async def add() -> object:
        given = await told(request)
        async with house.workshop.work() as work:
            await add_passkey(
                work,
                staff,
                site=site_of(request),
                credential=given.get("credential") or {},
                label=str(given.get("label") or ""),
            )
        return {"go": "/staff?saved=passkey#saved"}

    return await answered(request, add)


@router.post("/passkeys/{passkey}/remove")
async def post_remove_passkey(
    request: Request, house: InHouse, staff: CurrentStaff, passkey: RowNumber
) -> Response:
    """Take one of my passkeys away; never the last way in."""
    try:
        async with house.workshop.work() as work:
            await remove_passkey(work, staff, passkey=PasskeyId(passkey))
    except LastWayIn as refused:
        return await account_page(request, house, staff, refused)
    return go_to("/staff?saved=removed#saved")


@router.post("/sessions/{session}/end")
async def post_end(
    request: Request, house: InHouse, staff: CurrentStaff, session: RowNumber
) -> Response:
    """End one of my sessions, on whatever device it is."""
    async with house.workshop.work() as work:
        await end_staff_session(work, staff, session=SessionId(session))
    if session == staff.session:
        return clear_session(go_to("/staff/sign-in"), request)
    return go_to("/staff?saved=sessions#saved")


@router.post("/sessions/end")
async def post_end_all(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Sign out everywhere, here too."""
    async with house.workshop.work() as work:
        await end_staff_sessions(work, staff, staff_id=staff.id)
    return clear_session(go_to("/staff/sign-in"), request)


@router.post("/sign-out")
async def post_sign_out(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Sign out here."""
    async with house.workshop.work() as work:
        await end_staff_session(work, staff)
    return clear_session(go_to("/staff/sign-in"), request)
