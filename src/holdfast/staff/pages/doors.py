"""Who is at a staff page, where their browser is, and where they go on to."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

import orjson
from fastapi import Depends, Request
from starlette.responses import JSONResponse, Response

from holdfast.kit.cookies import set_session
from holdfast.kit.errors import HoldfastError, Malformed, NotFound
from holdfast.kit.house import house_of
from holdfast.kit.http import locale_of, refusal
from holdfast.rights.api import CurrentActor
from holdfast.rights.rules import Member, Staff
from holdfast.staff.access.people import StaffSignInNeeded
from holdfast.staff.actions.credentials import Site

INSIDE = "/staff"
OURS = re.compile(r"/(?!/)[A-Za-z0-9/_.~?&=%+-]*")


async def current_staff(actor: CurrentActor) -> Staff:
    """The staff person behind this request. Raises `StaffSignInNeeded`, `NotFound` for a member."""
    if isinstance(actor, Member):
        raise NotFound
    if not isinstance(actor, Staff):
        raise StaffSignInNeeded
    return actor


CurrentStaff = Annotated[Staff, Depends(current_staff)]


def site_of(request: Request) -> Site:
    """The place by the name that this browser uses for it, if it is one of ours."""
    origins = sorted(house_of(request).settings.origins)
    host = request.headers.get("host", "")
    here = next((one for one in origins if urlsplit(one).netloc == host), origins[0])
    return Site(urlsplit(here).hostname or "", (here,))


def address_of(request: Request) -> str:
    """The origin this browser is at, for links that are shown and sent on."""
    return site_of(request).origins[0]


def named_address(request: Request) -> str:
    """Where passkeys work, if they do not work here: they are bound to a name, not a number."""
    site = site_of(request)
    if not _is_number(site.name):
        return ""
    origins = sorted(house_of(request).settings.origins)
    return next((one for one in origins if not _is_number(urlsplit(one).hostname or "")), "-")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def way_back(given: str) -> str:
    """Where somebody wanted to go, if that is a page of ours."""
    return given if OURS.fullmatch(given) else INSIDE


async def told(request: Request) -> dict[str, Any]:
    """What a script sent. Raises `Malformed`."""
    try:
        body = orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        raise Malformed from None
    if not isinstance(body, dict):
        raise Malformed
    return body


async def answered(request: Request, act: Callable[[], Awaitable[Any]]) -> Response:
    """What a script asked for, as JSON; a refusal too, in words to be shown."""
    try:
        return JSONResponse(await act())
    except HoldfastError as refused:
        return refusal(refused, locale_of(request), request.url.path)


def let_in_at(request: Request, token: str, go: str) -> Response:
    """The answer to a script whose person is in now."""
    return set_session(JSONResponse({"go": go}), request, token)
