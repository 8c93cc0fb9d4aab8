"""What was chosen, why a circle may suit, and when it meets: in the reader's words and time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from babel.dates import get_day_names

from holdfast.circles.rules.choices import (
    AGES,
    CULTURES,
    FAITHS,
    MANNERS,
    PACES,
    SHARED,
    STAGES,
    THEMES,
)
from holdfast.circles.rules.times import DAYS, PARTS, next_change
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.pages import babel_locale, clock_of, in_time, zone_of
from holdfast.kit.words import N_, say
from holdfast.members.pages.wording import days_for

ALL = {
    "theme": N_("You chose %(what)s; so did everyone here"),
    "stage": N_("%(what)s: so it is for everyone here"),
    "culture": N_("%(what)s: you share it with everyone here"),
    "pace": N_("%(what)s: as you like it, and everyone here"),
    "manner": N_("%(what)s: like everyone here"),
    "language": N_("You talk in %(what)s, all of you"),
    "times": N_("You can all come at the same times"),
}
MOST = {
    "theme": N_("You chose %(what)s; so did most of them"),
    "stage": N_("%(what)s: so it is for most of them"),
    "culture": N_("%(what)s: you share it with most of them"),
    "pace": N_("%(what)s: as you like it, and most of them"),
    "manner": N_("%(what)s: like most of them"),
}
SEAT = {
    "theme": N_("You chose %(what)s; it comes up here often"),
    "stage": N_("%(what)s: so it is for most people here"),
    "culture": N_("%(what)s: you share it with people here"),
    "pace": N_("%(what)s, as you chose"),
    "manner": N_("%(what)s: like most people here"),
    "language": N_("It talks in %(what)s, as you do"),
    "times": N_("It meets at times that you chose"),
}
WORDS: dict[str, dict[str, str]] = {
    "theme": dict(THEMES),
    "stage": dict(STAGES),
    "culture": dict(CULTURES),
    "pace": dict(PACES),
    "manner": dict(MANNERS),
}
GROUPS = {
    "theme": THEMES,
    "stage": STAGES,
    "shared": SHARED,
    "faith": FAITHS,
    "age": AGES,
    "pace": PACES,
    "manner": MANNERS,
    "part": PARTS,
    "day": DAYS,
}


def offered(locale: str) -> dict[str, list[tuple[str, str]]]:
    """Every choice of the page: its code and its words."""
    return {
        name: [(code, say(locale, words)) for code, words in group.items()]
        for name, group in GROUPS.items()
    }


def why(codes: Iterable[str], locale: str, *, seat: bool) -> list[str]:
    """Reasons, as they were kept, in sentences."""
    return [line for code in codes if (line := _why(code, locale, seat=seat))]


def _why(code: str, locale: str, *, seat: bool) -> str:
    what, _, rest = code.partition(":")
    value, _, whose = rest.partition(":")
    sentences = SEAT if seat else ALL if whose == "all" else MOST
    if what not in sentences:
        return ""
    return say(locale, sentences[what], what=_named(what, value, locale))


def _named(what: str, value: str, locale: str) -> str:
    if what == "language":
        return LANGUAGES.get(value, value)
    words = WORDS.get(what, {}).get(value)
    return say(locale, words) if words else value


def chosen_in_words(row: Any, locale: str) -> list[str]:
    """What a wish says, as badges."""
    codes = (
        ("theme", row.themes.split()),
        ("stage", [row.stage] if row.stage else []),
        ("culture", row.cultures.split()),
        ("pace", [row.pace] if row.pace else []),
        ("manner", [row.manner] if row.manner else []),
        ("language", row.languages.split()),
    )
    times = [say(locale, {**PARTS, **DAYS}[one]) for one in row.times.split()]
    return [_named(what, one, locale) for what, some in codes for one in some] + times


def place_of(zone: str) -> str:
    """A time zone as the place it is called after."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def change_in(zone: str, now: datetime, looks: Looks) -> str:
    """The day on which clocks change there, where it is soon."""
    day = next_change(zone, now)
    return days_for(looks)(day) if day else ""


def meets(at: datetime | None, now: datetime, looks: Looks) -> dict[str, str]:
    """When a circle meets next, on the reader's own clock."""
    if at is None:
        return {"when": "", "soon": ""}
    locale, zone = babel_locale(looks), zone_of(looks.zone)
    day = get_day_names("wide", locale=locale)[at.astimezone(zone).weekday()]
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {
        "when": say(looks.locale, N_("%(day)s, %(time)s"), day=day, time=clock_of(at, looks)),
        "soon": in_time("day", days, looks) if days > 0 else "",
    }


def wait_in_words(hours: float | None, locale: str) -> dict[str, Any]:
    """How long it may take: days and hours, or that we cannot say."""
    del locale
    if hours is None:
        return {"known": False, "days": 0, "hours": 0}
    return {"known": True, "days": round(hours / 24) if hours >= 36 else 0, "hours": round(hours)}


def listed(words: Sequence[str]) -> str:
    return ", ".join(words)
