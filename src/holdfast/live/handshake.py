"""What a request to upgrade must bring: our origin, a token, the subprotocol."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import TypeGuard

from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from holdfast.kit.consoles import counts_here, of_this_host
from holdfast.rights.rules import Actor, Member, Staff

SUBPROTOCOL = "holdfast.v1"
SECURE_COOKIE, PLAIN_COOKIE = "__Host-holdfast", "holdfast"


def token_in(request: Request, origins_of_ours: Collection[str]) -> tuple[str, Response | None]:
    """The token that came with a request to upgrade, or why it is refused at once."""
    if request.path.partition("?")[0] != "/live":
        return "", refusal_of(HTTPStatus.NOT_FOUND)
    headers = request.headers
    origins, bearer = headers.get_all("Origin"), headers.get_all("Authorization")
    if origins and (len(origins) > 1 or origins[0] not in origins_of_ours):
        return "", refusal_of(HTTPStatus.FORBIDDEN)
    if bearer:
        scheme, _, token = bearer[0].partition(" ")
        token = token.strip() if scheme.lower() == "bearer" else ""
    else:
        https = any(origin.startswith("https://") for origin in origins_of_ours)
        token = cookie_token(headers.get_all("Cookie"), https=https)
        if token and not origins:
            return "", refusal_of(HTTPStatus.FORBIDDEN)
    offered = [
        word.strip()
        for line in headers.get_all("Sec-WebSocket-Protocol")
        for word in line.split(",")
    ]
    if token and SUBPROTOCOL not in offered:
        return "", refusal_of(HTTPStatus.BAD_REQUEST)
    return token, None if token else refusal_of(HTTPStatus.UNAUTHORIZED)


def origins_at(request: Request, origins: Collection[str], desk: str) -> Collection[str]:
    """Our origins; where the desk has one of its own, the one that was asked alone."""
    return of_this_host(origins, request.headers.get("Host", "")) if desk else origins


def comes_in(actor: Actor, request: Request, desk: str) -> TypeGuard[Member | Staff]:
    """Whether somebody comes in: by a session, and not by a cookie of the other origin."""
    if not isinstance(actor, Member | Staff) or "Authorization" in request.headers:
        return isinstance(actor, Member | Staff)
    host = request.headers.get("Host", "")
    return counts_here(is_staff=isinstance(actor, Staff), host=host, desk=desk)


def cookie_token(headers: Sequence[str], *, https: bool) -> str:
    """The session token from a Cookie header, or nothing.

    Over https only the name counts that a browser lets nobody else set: a neighbouring site could
    give somebody a cookie of the plain name, and with it a session of its choice.
    """
    wanted = SECURE_COOKIE if https else PLAIN_COOKIE
    for header in headers:
        for part in header.split(";"):
            name, _, value = part.strip().partition("=")
            if name == wanted:
                return value
    return ""


def refusal_of(status: HTTPStatus) -> Response:
    body = f"{status.phrase}\n".encode()
    headers = Headers(
        {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
    )
    return Response(status.value, status.phrase, headers, body)
