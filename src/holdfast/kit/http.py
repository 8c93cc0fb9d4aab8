"""HTTP, as everything here speaks it: headers, origins, sizes, problems."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.kit.clock import stamp
from holdfast.kit.errors import (
    HoldfastError,
    Malformed,
    NotFound,
    NotPermitted,
    TooLong,
)
from holdfast.kit.unambiguous import Ambiguous, read_json
from holdfast.kit.words import N_, say

LARGEST_BODY = 64 * 1024
SAFE = {"GET", "HEAD", "OPTIONS"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}; "
    "require-trusted-types-for 'script'; trusted-types holdfast"
)
FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media"),
    *("geolocation", "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer"),
    *("microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb"),
    *("window-management", "xr-spatial-tracking"),
)
"""What browsers offer and no page of ours may ask for. What we use is not here: passkeys."""
HSTS = "max-age=31536000; includeSubDomains"
HEADERS = {
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "cache-control": "no-store",
}
PROBLEM = "application/problem+json"


class ForeignOrigin(NotPermitted):
    """A request that another site made in someone's name."""

    code = "foreign_origin"
    words = N_("That came from another site, so we did nothing with it.")


class Guard:
    """Around everything: security headers, no bodies beyond measure, no foreign origins."""

    def __init__(self, app: ASGIApp, origins: frozenset[str], *, https: bool) -> None:
        self._app = app
        self._origins = origins
        self._headers = dict(HEADERS)
        if https:
            self._headers["strict-transport-security"] = HSTS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(MutableHeaders(scope=message), scope)
            await send(message)

        if scope["method"] == "HEAD" and not scope["path"].endswith("/stream"):
            scope = {**scope, "method": "GET"}  # the server leaves the body out by itself
        headers = Headers(scope=scope)
        if scope["method"] not in SAFE and self._is_foreign(headers):
            await refusal(ForeignOrigin(), "en", scope["path"])(scope, receive, send_guarded)
        elif too_large(headers):
            await refusal(too_big(), "en", scope["path"])(scope, receive, send_guarded)
        else:
            measured = Measured(receive)
            body = Understood(measured) if is_json(headers) else measured
            await self._app(scope, body, send_guarded)

    def _dress(self, headers: MutableHeaders, scope: Scope) -> None:
        for name, value in self._headers.items():
            headers.setdefault(name, value)
        framed = scope.get("state", {}).get("may_be_framed")
        ancestors = "'self'" if framed else "'none'"
        headers.setdefault("content-security-policy", POLICY.format(ancestors=ancestors))

    def _is_foreign(self, headers: Headers) -> bool:
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin is not None and origin != "null":
            return origin not in self._origins
        # With `Referrer-Policy: no-referrer` a browser writes `Origin: null` on our own forms.
        if site is not None:
            return site not in {"same-origin", "none"}
        return origin == "null"


class Measured:
    """A body that stops being read when it is too large, however it is declared."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._size = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._size += len(message.get("body", b""))
        if self._size > LARGEST_BODY:
            raise too_big()
        return message


class Understood:
    """A body of JSON that is handed on only where everybody would read the same in it."""

    def __init__(self, receive: Measured) -> None:
        self._receive = receive
        self._parts: list[bytes] = []

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._parts.append(message.get("body", b""))
            if not message.get("more_body"):
                self._look(b"".join(self._parts))
        return message

    def _look(self, body: bytes) -> None:
        try:
            if body:
                read_json(body)
        except Ambiguous as no:
            wrong = {"type": "json_invalid", "loc": ("body",), "msg": "", "input": {}}
            raise RequestValidationError([wrong], body=body.decode("utf-8", "replace")) from no


def is_json(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def dressed(response: Response, *, https: bool) -> Response:
    """An answer from outside the guard, with the headers that the guard would have given it."""
    secure = {"strict-transport-security": HSTS} if https else {}
    for name, value in {**HEADERS, **secure, "content-security-policy": POLICY}.items():
        response.headers.setdefault(name, value.format(ancestors="'none'"))
    return response


def too_large(headers: Headers) -> bool:
    declared = headers.get("content-length", "0")
    return not declared.isdigit() or int(declared) > LARGEST_BODY


def too_big() -> TooLong:
    return TooLong(N_("That was larger than anything we take."), code="too_big")


def locale_of(request: Request) -> str:
    """The reader's language, as the pages found it; English before that."""
    return str(request.scope.get("state", {}).get("locale", "en"))


def problem(error: HoldfastError, locale: str) -> dict[str, Any]:
    """RFC 9457 problem details: a stable code for programs, words for people."""
    details: dict[str, Any] = {
        "type": f"urn:holdfast:problem:{error.code}",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": say(locale, error.words, **error.facts),
    }
    if error.until is not None:
        details["until"] = stamp(error.until)
    if error.wait is not None:
        details["wait"] = error.wait
    if error.help:
        details["help"] = "/help"
    return details


def refusal(error: HoldfastError, locale: str, path: str) -> Response:
    """A refusal as a program reads it; pages have their own (`kit/pages.py`)."""
    del path
    headers = {"retry-after": str(round(error.wait) + 1)} if error.wait else {}
    body = orjson.dumps(problem(error, locale))
    return Response(body, error.status, headers, media_type=PROBLEM)


def as_ours(error: Exception) -> HoldfastError:
    """Any refusal of the framework in our own words."""
    match error:
        case HoldfastError():
            return error
        case RequestValidationError():
            kinds = {str(found["type"]) for found in error.errors()}
            return invalid("unknown_field" if kinds == {"extra_forbidden"} else "malformed")
        case HTTPException(__cause__=(HoldfastError() | RequestValidationError()) as cause):
            return as_ours(cause)  # the framework wraps what broke while it read a body
        case HTTPException(status_code=404):
            return NotFound()
        case HTTPException(status_code=400):
            return Malformed()
        case HTTPException():
            ours = Malformed(code=f"http_{error.status_code}")
            ours.status = error.status_code  # type: ignore[misc]
            return ours
        case _:
            return HoldfastError()


def invalid(code: str) -> HoldfastError:
    words = {
        "unknown_field": N_("There was something in that we don’t know, so we did nothing with it.")
    }
    error = Malformed(words.get(code), code=code)
    error.status = 422  # type: ignore[misc]
    return error
