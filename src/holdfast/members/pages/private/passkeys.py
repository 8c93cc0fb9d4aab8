"""Passkeys of members: made and taken away on their own page, used to come back."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import JSONResponse, Response

from holdfast.kit.cookies import go_to
from holdfast.kit.doors import APIRouter
from holdfast.kit.errors import HoldfastError
from holdfast.kit.forms import RowNumber
from holdfast.kit.house import InHouse
from holdfast.kit.http import locale_of, refusal
from holdfast.kit.ids import MemberPasskeyId
from holdfast.members.actions import sign_out
from holdfast.members.actions.passkeys import (
    MADE,
    PASSKEYS,
    add_passkey,
    ask_to_add,
    asked_to_come_back,
    remove_passkey,
    sign_in_by_passkey,
)
from holdfast.members.pages.private.shown import HERE, neutral_name
from holdfast.rights.api import CurrentActor, CurrentMember
from holdfast.staff.access.slow import at_hand
from holdfast.staff.pages.doors import answered, let_in_at, site_of, told

router = APIRouter()
PASSKEY = f"{HERE}/passkeys"
COMING_BACK = "/sign-in/passkey"


@router.post(f"{PASSKEY}/options")
async def post_options(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """What the browser needs to make a passkey."""

    async def ask() -> object:
        house.limits.take(("member passkey", member.id), MADE)
        async with house.workshop.work() as work:
            name = neutral_name(request)
            return await ask_to_add(work, member, site=site_of(request), name=name)

    return await answered(request, ask)


@router.post(PASSKEY)
async def post_passkey(request: Request, house: InHouse, member: CurrentMember) -> Response:
    """The passkey that the browser made."""

    async def add() -> object:
        given = await told(request)
        async with house.workshop.work() as work:
            await add_passkey(
                work,
                member,
                site=site_of(request),
                credential=given.get("credential") or {},
                name=str(given.get("label") or ""),
            )
        return {"go": f"{HERE}?saved=passkey#saved"}

    return await answered(request, add)


@router.post(f"{PASSKEY}/{{member_passkey}}/remove")
async def post_remove(house: InHouse, member: CurrentMember, member_passkey: RowNumber) -> Response:
    """Take one of my passkeys away."""
    async with house.workshop.work() as work:
        await remove_passkey(work, member, passkey=MemberPasskeyId(member_passkey))
    return go_to(f"{HERE}?saved=removed#saved")


@router.post(f"{COMING_BACK}/options")
async def post_asked(request: Request, house: InHouse) -> Response:
    """What the browser needs to ask for a passkey, whosever it is."""
    await at_hand()
    now = house.workshop.clock.now()
    return JSONResponse(asked_to_come_back(house.root, site=site_of(request), now=now))


@router.post(COMING_BACK)
async def post_coming_back(request: Request, house: InHouse, actor: CurrentActor) -> Response:
    """The passkey's answer. Who was in before in this browser is so no longer."""
    try:
        house.limits.take("passkeys", PASSKEYS)
        given = await told(request)
        async with house.workshop.work() as work:
            token = await sign_in_by_passkey(
                work,
                actor,
                root=house.root,
                site=site_of(request),
                credential=given.get("credential") or {},
            )
            await sign_out(work, actor)
    except HoldfastError as refused:
        return refusal(refused, locale_of(request), request.url.path)
    return let_in_at(request, token, "/rooms")
