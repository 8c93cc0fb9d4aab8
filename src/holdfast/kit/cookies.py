"""Cookies that end with the browser, and going on to another page."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from holdfast.kit.house import house_of

SECURE_NAME, PLAIN_NAME = "__Host-holdfast", "holdfast"
SEE_OTHER = 303

Answer = TypeVar("Answer", bound=Response)


def go_to(address: str) -> RedirectResponse:
    """On to a page that can be loaded again without sending anything twice."""
    return RedirectResponse(address, SEE_OTHER)


def set_session(response: Answer, request: Request, token: str) -> Answer:
    """Sign this browser in until it is closed: no Max-Age, out of reach of scripts."""
    return set_cookie(response, request, session_name(request), token)


def clear_session(response: Answer, request: Request) -> Answer:
    """Forget who was in."""
    name, secure = session_name(request), is_secure(request)
    response.delete_cookie(name, secure=secure, httponly=True, samesite="strict")
    return response


def set_cookie(response: Answer, request: Request, name: str, value: str) -> Answer:
    """A cookie that ends with the browser and that no other site can send."""
    secure = is_secure(request)
    response.set_cookie(name, value, secure=secure, httponly=True, samesite="strict")
    return response


def session_name(request: Request) -> str:
    return SECURE_NAME if is_secure(request) else PLAIN_NAME


def is_secure(request: Request) -> bool:
    """Whether people come here over https, as the settings say; a proxy may stand between."""
    return bool(house_of(request).settings.is_https)
