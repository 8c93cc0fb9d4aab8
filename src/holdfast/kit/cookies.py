"""Cookies that end with the browser, and going on to another page."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from holdfast.kit.house import house_of

SECURE, NAME = "__Host-", "holdfast"
LEFT = "left"  # a script sets it where Leave now could not reach us
SEE_OTHER = 303

Answer = TypeVar("Answer", bound=Response)


def go_to(address: str) -> RedirectResponse:
    """On to a page that can be loaded again without sending anything twice."""
    return RedirectResponse(address, SEE_OTHER)


def set_session(response: Answer, request: Request, token: str) -> Answer:
    """Sign this browser in until it is closed: no Max-Age, out of reach of scripts."""
    if cookie(request, LEFT):
        clear_cookie(response, request, LEFT)
    return set_cookie(response, request, NAME, token)


def clear_session(response: Answer, request: Request) -> Answer:
    """Forget who was in."""
    if cookie(request, LEFT):
        clear_cookie(response, request, LEFT)
    return clear_cookie(response, request, NAME)


def set_cookie(response: Answer, request: Request, name: str, value: str) -> Answer:
    """A cookie that ends with the browser, and that no other site can send or set."""
    secure = is_secure(request)
    response.set_cookie(
        cookie_name(request, name), value, secure=secure, httponly=True, samesite="strict"
    )
    return response


def clear_cookie(response: Answer, request: Request, name: str) -> Answer:
    """Have this browser forget what we gave it under this name."""
    kept, secure = cookie_name(request, name), is_secure(request)
    response.delete_cookie(kept, secure=secure, httponly=True, samesite="strict")
    return response


def cookie(request: Request, name: str) -> str:
    """What we gave this browser to keep under this name, or nothing."""
    return request.cookies.get(cookie_name(request, name), "")


def cookie_name(request: Request, name: str) -> str:
    """The name as browsers keep it: over https one that only this host can have set."""
    return f"{SECURE}{name}" if is_secure(request) else name


def is_secure(request: Request) -> bool:
    """Whether people come here over https, as the settings say; a proxy may stand between."""
    return bool(house_of(request).settings.is_https)
