"""To the organisation's own sign-in and back.

The answer comes by a link from another site, with which a browser sends none of our cookies. So the
first page it meets only leads on to the second, and that one is asked for by ourselves.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.cookies import clear_cookie, cookie, go_to, set_cookie, set_session
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError, NotFound
from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import refuse, render
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Actor, Staff
from holdfast.staff.access.oidc import Asked, Provider, SsoPerson
from holdfast.staff.access.people import NotKnown, invitation_behind
from holdfast.staff.actions.challenges import TooLate
from holdfast.staff.actions.invitations import join_by_sso
from holdfast.staff.actions.signing_in import EVERYBODY, note_refused_sign_in
from holdfast.staff.actions.sso import (
    ask_by_sso,
    show_again_by_sso,
    sign_in_by_sso,
    take_sso_answer,
)
from holdfast.staff.pages.doors import CurrentStaff, address_of, way_back
from holdfast.staff.tables import StaffWay

router = APIRouter(prefix="/staff")
COOKIE = "holdfast-sso"  # what binds an answer to the browser that asked
SIGN_IN, AGAIN, JOIN = "sign-in", "again", "join"
CANCELLED = "access_denied"  # RFC 6749, 4.1.2.1


@router.get("/sso")
async def get_sso(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """Away to sign in. A link, because forms may not lead to other sites."""
    back = way_back(request.query_params.get("back", ""))
    return await _away(request, house, actor, SIGN_IN, back)


@router.get("/again/sso")
async def get_again(request: Request, house: InHouse, staff: CurrentStaff) -> Response:
    """Away to show once more that it is me."""
    back = way_back(request.query_params.get("back", ""))
    return await _away(request, house, staff, AGAIN, back)


@router.get("/join/{key}/sso")
async def get_join(request: Request, house: InHouse, actor: CurrentActor, key: str) -> Response:
    """Away to sign in for the first time, by an invitation that lives."""
    async with house.workshop.reading() as work:
        await invitation_behind(work, key)
    return await _away(request, house, actor, JOIN, key)


async def _away(request: Request, house: House, actor: Actor, wish: str, where: str) -> Response:
    if not house.settings.oidc_issuer:
        raise NotFound
    house.limits.take("staff sso", EVERYBODY)
    back = f"{address_of(request)}/staff/sso/back"
    async with house.workshop.work() as work:
        asked, state = await ask_by_sso(work, actor, back=back, again=wish == AGAIN)
    try:
        address = await Provider(house.settings).address(asked, state=state)
    except HoldfastError as refused:
        return refuse(request, refused, back=_door(wish, where))
    return set_cookie(go_to(address), request, COOKIE, "|".join((state, wish, where)))


@router.get("/sso/back")
async def get_back(request: Request) -> Response:
    """Back from there: one step on, to a page that our cookies reach."""
    given = request.query_params
    told = {name: given.get(name, "") for name in ("code", "state")}
    if given.get("error") == CANCELLED:
        told["error"] = CANCELLED
    return render(request, "staff/back.html", go=f"/staff/sso/finish?{urlencode(told)}")


@router.get("/sso/finish")
async def get_finish(
    request: Request, house: InHouse, actor: CurrentActor, code: str = "", state: str = ""
) -> Response:
    """Who came back: in, in once more, or not known here. Who cancelled it is where they began."""
    bound, wish, where = [*cookie(request, COOKIE).split("|", 2), "", ""][:3]
    try:
        if not state or bound != state:
            raise TooLate
        if request.query_params.get("error") == CANCELLED:
            return clear_cookie(go_to(_door(wish, where)), request, COOKIE)
        async with house.workshop.work() as work:
            asked = await take_sso_answer(work, actor, state=state)
        person = await _person(house, asked, code)
        return await _finished(request, house, actor, person, (wish, where))
    except HoldfastError as refused:
        if isinstance(refused, NotKnown):
            async with house.workshop.work() as work:
                await note_refused_sign_in(work, actor, way=StaffWay.SSO)
        return refuse(request, refused, back=_door(wish, where))


def _door(wish: str, where: str) -> str:
    """Where it began, and where another way in stands."""
    if wish == JOIN:
        return f"/staff/join/{quote(where, safe='')}"
    door = AGAIN if wish == AGAIN else SIGN_IN
    return f"/staff/{door}?{urlencode({'back': way_back(where)})}"


async def _person(house: House, asked: Asked, code: str) -> SsoPerson:
    return await Provider(house.settings).person(asked, code=code, now=house.workshop.clock.now())


async def _finished(
    request: Request, house: House, actor: Actor, person: SsoPerson, wish: tuple[str, str]
) -> Response:
    kind, where = wish
    if kind == AGAIN and isinstance(actor, Staff):
        async with house.workshop.work() as work:
            await show_again_by_sso(work, actor, person=person)
        response, token = go_to(way_back(where)), ""
    elif kind == JOIN:
        async with house.workshop.work() as work:
            token = (await join_by_sso(work, actor, key=where, person=person)).token
        response = go_to("/staff?saved=joined#saved")
    else:
        async with house.workshop.work() as work:
            token = await sign_in_by_sso(work, actor, person=person)
        response = go_to(way_back(where))
    clear_cookie(response, request, COOKIE)
    return set_session(response, request, token) if token else response
