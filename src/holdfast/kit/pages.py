"""Pages: templates, their words, their static files, and what is shown when one refuses."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_datetime_format,
)
from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from holdfast.kit.compiled import CompiledEnvironment
from holdfast.kit.cookies import clear_cookie, cookie, set_cookie
from holdfast.kit.disguises import DISGUISES
from holdfast.kit.errors import HoldfastError
from holdfast.kit.looks import LANGUAGES, PSEUDO, Looks, best_language
from holdfast.kit.numerals import in_digits, written
from holdfast.kit.speech import say_marked, speech
from holdfast.kit.static import sent
from holdfast.kit.words import awaits_review

PACKAGE = Path(__file__).parent.parent
STATIC = PACKAGE / "static"
LANGUAGE_COOKIE = "holdfast-language"
ZONE_COOKIE = "holdfast-zone"
DISGUISE_COOKIE = "pages"
Unit = Literal["minute", "hour", "day"]
SECONDS: dict[Unit, int] = {"minute": 60, "hour": 3_600, "day": 86_400}


@cache
def environment(locale: str) -> Environment:
    """The templates of every slice, speaking one language."""
    env = CompiledEnvironment(
        loader=FileSystemLoader(sorted(PACKAGE.glob("*/templates"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # what was drawn once is not looked for on the disk again
        extensions=["jinja2.ext.i18n"],
    )
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.said = {**speech(locale), "icon": icon, "static": static}
    env.globals.update(env.said, languages=LANGUAGES)
    env.filters["num"] = partial(written, locale=locale)
    return env


@cache
def icon(name: str, cls: str = "") -> Markup:
    """A picture from the sprite; always beside a word or inside something with a name."""
    markup = '<svg class="i {}" aria-hidden="true"><use href="/static/icons/icons.svg#{}"/></svg>'
    return Markup(markup).format(cls, name)  # noqa: S704 - a constant


@cache
def static(path: str) -> str:
    """The address of a static file, which changes when the file does."""
    digest = hashlib.sha256(sent(STATIC / path)).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def looks_of(request: Request) -> Looks:
    """The reader's choices; a guest's language by cookie or browser, and nothing else."""
    looks = request.scope.get("state", {}).get("looks")
    if isinstance(looks, Looks):
        return looks
    settings = request.app.state.house.settings
    offered = offered_languages(request)
    chosen = cookie(request, LANGUAGE_COOKIE)
    if chosen not in offered:
        accepted = request.headers.get("accept-language", "")
        chosen = best_language(accepted, offered, settings.language)
    zone = cookie(request, ZONE_COOKIE)
    return Looks(
        locale=chosen,
        zone=zone if zone and zone in all_zones() else "UTC",
        disguise=cookie(request, DISGUISE_COOKIE),
    )


def offered_languages(request: Request) -> tuple[str, ...]:
    """The languages this place speaks."""
    pseudo = (PSEUDO,) if request.app.state.house.settings.pseudo_locale == "on" else ()
    return (*LANGUAGES, *pseudo)


def page_globals(looks: Looks, banners: list[str], leave_to: str) -> dict[str, Any]:
    """What `kit/base.html` expects of every page."""
    return {
        "locale": looks.locale,
        "dir": looks.dir,
        "theme": looks.theme,
        "text_size": looks.text_size,
        "letters": looks.letters,
        "zone": looks.zone,
        "awaits_review": awaits_review(looks.locale),
        "banners": [say_marked(looks.locale, words) for words in banners],
        "leave_to": leave_to,
        "disguise": DISGUISES.get(looks.disguise),
        "has_pin": looks.has_pin,
        "shared_device": looks.shared,
    }


def draw(request: Request, template: str, /, **context: Any) -> str:
    """A template as HTML for the reader behind this request."""
    looks, state = looks_of(request), request.app.state
    shared = page_globals(looks, state.banners, state.house.settings.neutral_site)
    known = state.house.community
    shared["own_words"] = partial(own_words, known, looks.locale)
    shared["community_name"] = "" if known is None else known.name
    return environment(looks.locale).get_template(template).render(**shared, **context)


def own_words(community: Any, locale: str, name: str) -> Any:
    """What the community itself says in one place: `words` and their `language`, or nothing."""
    return None if community is None else community.own(name, locale)


def render(request: Request, template: str, code: int = 200, /, **context: Any) -> HTMLResponse:
    """A page."""
    return remembering(request, HTMLResponse(draw(request, template, **context), code))


def remembering(request: Request, page: HTMLResponse) -> HTMLResponse:
    """The browser remembers what the pages call themselves, for those that know nobody."""
    looks = request.scope.get("state", {}).get("looks")
    if not isinstance(looks, Looks) or looks.disguise == cookie(request, DISGUISE_COOKIE):
        return page
    page.headers["help-changed"] = "yes"  # what the service worker kept has the other name
    if looks.disguise:
        return set_cookie(page, request, DISGUISE_COOKIE, looks.disguise)
    return clear_cookie(page, request, DISGUISE_COOKIE)


def refuse(request: Request, error: HoldfastError, **context: Any) -> HTMLResponse:
    """The page of a refusal: what happened, in words, and the way to people who can help."""
    words = say_marked(looks_of(request).locale, error.words, **error.facts)
    shown = {"status": error.status, "words": words, **context}
    return render(request, "kit/error.html", error.status, **shown)


def clock_of(moment: datetime, looks: Looks) -> str:
    """A time of day as the reader's clock and language write it."""
    return _clock(moment.replace(second=0, microsecond=0), looks.zone, babel_locale(looks))


@lru_cache(maxsize=8_192)
def _clock(minute: datetime, zone: str, locale: str) -> str:
    return in_digits(format_time(minute, "short", tzinfo=zone_of(zone), locale=locale), locale)


def day_of(moment: datetime, looks: Looks) -> str:
    """A date as the reader's language says it."""
    return _day(moment.astimezone(zone_of(looks.zone)).date(), babel_locale(looks))


@lru_cache(maxsize=1_024)
def _day(day: date, locale: str) -> str:
    return in_digits(format_date(day, "full", locale=locale), locale)


def when_of(moment: datetime, now: datetime, looks: Looks) -> str:
    """A time of day, after its day where that is not today."""
    zone, clock = zone_of(looks.zone), clock_of(moment, looks)
    day = moment.astimezone(zone).date()
    if day == now.astimezone(zone).date():
        return clock
    locale = babel_locale(looks)
    both = str(get_datetime_format("short", locale=locale))
    return both.replace("{1}", _short_day(day, locale)).replace("{0}", clock)


@lru_cache(maxsize=1_024)
def _short_day(day: date, locale: str) -> str:
    return in_digits(format_skeleton("MMMd", day, locale=locale), locale)


@lru_cache(maxsize=1_024)
def in_time(unit: Unit, count: int, looks: Looks) -> str:
    """So many minutes, hours or days from now, as the reader's language says it."""
    locale, seconds = babel_locale(looks), count * SECONDS[unit]
    words = format_timedelta(
        timedelta(seconds=seconds), unit, threshold=seconds, add_direction=True, locale=locale
    )
    return in_digits(words, locale)


@cache
def all_zones() -> frozenset[str]:
    """The names of the time zones this machine knows."""
    return frozenset(available_timezones())


@cache
def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def babel_locale(looks: Looks) -> str:
    return "en_GB" if looks.locale in {"en", PSEUDO} else looks.locale
