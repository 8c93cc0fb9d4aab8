"""Two origins for one place: the desk at its own, members at the others (`HOLDFAST_DESK_ORIGIN`).

What runs in a page at one of them can do nothing at the other: each has its own cookie, its pages
are nowhere else, and a request that changes something comes from the very origin it goes to.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from holdfast.kit.errors import NotFound
from holdfast.kit.http import SAFE, ForeignOrigin, refusal

OF_STAFF = ("/desk", "/staff")
OF_MEMBERS = ("/come-in", "/sign-in", "/me", "/keep", "/listening", "/circles")


def is_at(host: str, origin: str) -> bool:
    """Whether a request to this host is one to that origin."""
    return host.lower() == urlsplit(origin).netloc


def of_this_host(origins: Collection[str], host: str) -> Collection[str]:
    """Those of our origins that have this host: a page of another one opens nothing here."""
    return {origin for origin in origins if is_at(host, origin)}


def counts_here(*, is_staff: bool, host: str, desk: str) -> bool:
    """Whether a session that came by cookie is of anybody at this host."""
    return not desk or is_staff == is_at(host, desk)


def below(path: str, places: Collection[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in places)


class Consoles:
    """Around everything; it does something where the desk has an origin of its own."""

    def __init__(self, app: ASGIApp, desk: str) -> None:
        self._app = app
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._desk or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, path = Headers(scope=scope), scope["path"]
        host = headers.get("host", "")
        if below(path, OF_MEMBERS if is_at(host, self._desk) else OF_STAFF):
            await refusal(NotFound(), "en", path)(scope, receive, send)
        elif scope["method"] not in SAFE and self._is_of_another(headers, host):
            await refusal(ForeignOrigin(), "en", path)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _is_of_another(self, headers: Headers, host: str) -> bool:
        origin = headers.get("origin")
        return origin not in {None, "null"} and not is_at(host, origin or "")
