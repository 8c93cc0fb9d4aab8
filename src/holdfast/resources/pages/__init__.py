"""The help page: no sign-in, no script, no session and no database stand before it."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import Response

from holdfast.kit.house import House, InHouse
from holdfast.kit.pages import draw, looks_of
from holdfast.resources.pages.wording import (
    country_name,
    facts,
    safety_is_in_english,
    safety_words,
    shared_facts,
)
from holdfast.resources.queries import (
    checks_file,
    checks_in,
    countries,
    help_in,
    mark_of,
    places,
)
from holdfast.resources.rules.checks import Checks
from holdfast.resources.rules.helplines import WORLD
from holdfast.resources.rules.showing import Sheet

MOST_KEPT = 512


@asynccontextmanager
async def helplines_ready(_: object) -> AsyncIterator[None]:
    """A broken helpline file stops the server when it starts, not somebody at night."""
    places()
    yield


router = APIRouter(lifespan=helplines_ready, include_in_schema=False)


@router.api_route("/help", methods=["GET", "HEAD"])
async def help_now(request: Request, house: InHouse) -> Response:
    """Who can be reached right now, in the country that the reader chose."""
    return _answer(request, house, young=False)


@router.api_route("/help/young", methods=["GET", "HEAD"])
async def help_for_young(request: Request, house: InHouse) -> Response:
    """The same for children and young people: their own lines come first."""
    return _answer(request, house, young=True)


class _Kept(Struct, frozen=True):
    """A page as it is sent. It holds nothing of anybody, so it may be compressed."""

    body: bytes
    squeezed: bytes
    etag: str


class _Pages:
    """Pages drawn once a day for each look and country, and kept in memory."""

    def __init__(self) -> None:
        self._day = date.min
        self._kept: dict[tuple[object, ...], _Kept] = {}

    def page(
        self, request: Request, today: date, country: str, file: Path, *, young: bool
    ) -> _Kept:
        """The page for this reader, drawn if it is the first of its kind today."""
        if today != self._day or len(self._kept) >= MOST_KEPT:
            self._day, self._kept = today, {}
        looks = looks_of(request)
        told = file, mark_of(file), *request.app.state.banners
        key = (replace(looks, zone=""), country, young, *told)
        if key not in self._kept:
            context = _context(looks.locale, country, today, checks_in(file), young=young)
            self._kept[key] = _keep(draw(request, "resources/help.html", **context))
        return self._kept[key]


_pages = _Pages()


def _answer(request: Request, house: House, *, young: bool) -> Response:
    today, file = house.workshop.clock.now().date(), checks_file(house.settings.data)
    chosen = request.query_params.get("country", "").upper()
    country = chosen if chosen in countries() else WORLD
    kept = _pages.page(request, today, country, file, young=young)
    headers = {
        "etag": kept.etag,
        "cache-control": "no-cache",
        "vary": "accept-encoding, accept-language, cookie",
    }
    if request.headers.get("if-none-match") == kept.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(kept.squeezed, headers=headers, media_type="text/html")
    return Response(kept.body, headers=headers, media_type="text/html")


def _keep(page: str) -> _Kept:
    body = page.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    return _Kept(body, gzip.compress(body, mtime=0), etag)


def _context(
    locale: str, country: str, today: date, checks: Checks, *, young: bool
) -> dict[str, Any]:
    names = sorted(((code, country_name(locale, code)) for code in countries()), key=_by_name)
    somewhere = country != WORLD
    drawn = partial(_sheet, today=today, checks=checks, young=young)
    every = () if somewhere else tuple((c, n, drawn(c)) for c, n in names)
    return {
        "sheet": drawn(country),
        "place": country_name(locale, country) if somewhere else "",
        "chosen": country,
        "countries": names,
        "sheets": every,
        "world": WORLD,
        "young": young,
        "action": "/help/young" if young else "/help",
        "in_english": safety_is_in_english(locale),
        "pgettext": safety_words(locale),
        "facts": partial(facts, locale),
        "shared_facts": partial(shared_facts, locale),
    }


def _by_name(country: tuple[str, str]) -> str:
    return country[1].casefold()


def _sheet(country: str, *, today: date, checks: Checks, young: bool) -> Sheet:
    sheet = help_in(country, today, checks=checks)
    if not young:
        return sheet
    return replace(sheet, lines=tuple(sorted(sheet.lines, key=lambda s: s.line.kind != "young")))
