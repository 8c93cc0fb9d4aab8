"""The page about staying private, as all that is done there comes back to it."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.responses import Response

from holdfast.kit.disguises import DISGUISES, OWN_NAME
from holdfast.kit.errors import HoldfastError, TooFast
from holdfast.kit.house import House
from holdfast.kit.pages import looks_of, render
from holdfast.kit.words import say
from holdfast.members.access import own_session
from holdfast.members.pages.wording import days_for
from holdfast.members.queries import can_come_back, passkeys_of
from holdfast.rights.rules import Member
from holdfast.staff.pages.doors import named_address

HERE = "/me/private"
SAVED = ("disguise", "shared", "pin", "pin-off", "passkey", "removed", "device", "stopped")


async def private_page(
    request: Request,
    house: House,
    member: Member,
    refused: HoldfastError | None = None,
    *,
    wrong_pin: bool = False,
    **more: Any,
) -> Response:
    """Everything about staying private; `refused` says what did not work, a PIN by its field."""
    words = refused.words if refused else ""
    async with house.workshop.reading() as work:
        session = await own_session(work, member.id, member.session)
        passkeys = await passkeys_of(work, member.id)
        has_way_back = await can_come_back(work, member.id)
    saved = request.query_params.get("saved", "")
    response = render(
        request,
        "members/private.html",
        refused.status if refused else 200,
        refused="" if wrong_pin else words,
        wrong_pin=words if wrong_pin else "",
        session=session,
        passkeys=passkeys,
        has_way_back=has_way_back,
        disguises=[("", OWN_NAME), *((key, one.name) for key, one in DISGUISES.items())],
        chosen=member.looks.disguise,
        named=named_address(request),
        day=days_for(looks_of(request)),
        saved=saved if saved in SAVED else "",
        **more,
    )
    return with_wait(response, refused)


def with_wait(response: Response, refused: HoldfastError | None) -> Response:
    """Say to programs as well when it may be tried again."""
    if isinstance(refused, TooFast) and refused.wait:
        response.headers["retry-after"] = str(round(refused.wait) + 1)
    return response


def neutral_name(request: Request) -> str:
    """What a device's list of passkeys says: our name, or the one that the pages go by."""
    looks = looks_of(request)
    disguise = DISGUISES.get(looks.disguise)
    return say(looks.locale, disguise.name) if disguise else OWN_NAME
