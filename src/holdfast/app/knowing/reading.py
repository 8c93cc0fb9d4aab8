"""The page to read at home: what is for people, by room and day, and the rest for programs."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from babel.dates import format_date, get_timezone_name
from fastapi import Request
from markupsafe import Markup
from msgspec import Struct, field

from holdfast.app.knowing.labels import LABELS, PARTS, TABLES
from holdfast.app.knowing.meanings import MEANINGS
from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.numerals import in_digits
from holdfast.kit.pages import babel_locale, clock_of, day_of, draw, zone_of
from holdfast.kit.words import say
from holdfast.rooms.queries import name_of

IS_TIME = re.compile(r"(at|on|week|until|since|day|from)$")
STAMP = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:[\d.]+Z)?")
STYLE = Path(__file__).parent.parent / "templates" / "knowing" / "mine.css"
WORDS = frozenset({"text", "note", "suggestion"})  # shown by room and day, and row by row
NOT_SAID = dict.fromkeys(("text", "note", "reply_to", "wants", "why", "suggestion"))
ROOMS = frozenset({"room", "side_room", "slug"})
# For programs and for counting; people find them folded away:
TECHNICAL = frozenset(
    {"nonce", "seq", "seat", "avatar", "kept_avatar", "read_up_to", "reply_to", "version", "rule"}
)


class Eyes(Struct, frozen=True):
    """Who reads the page: their hours, their language, and the rooms they know by name."""

    looks: Looks
    now: datetime
    names: dict[str, str] = field(default_factory=dict)  # of rooms, by their slugs

    def zone(self) -> str:
        """The time zone by its name, and by the one that machines have for it."""
        key = self.looks.zone
        if "/" not in key or key.startswith("Etc/"):
            return key
        return f"{get_timezone_name(zone_of(key), locale=babel_locale(self.looks))} ({key})"

    def made(self) -> tuple[str, str]:
        """The day and the time of day at which they got it."""
        return day_of(self.now, self.looks), clock_of(self.now, self.looks)

    def room(self, slug: str) -> str:
        """A room by the name it has for this reader."""
        return name_of(self.names[slug], self.looks.locale) if slug in self.names else slug

    def value(self, key: str, value: Any) -> Any:
        """A value as somebody reads it: a time in their hours, a room by its name."""
        if not isinstance(value, str):
            return value
        if key in ROOMS:
            return self.room(value)
        if key == "language":
            return LANGUAGES.get(value, value)
        meaning = MEANINGS.get(key, {}).get(value)
        if meaning is not None:
            return say(self.looks.locale, meaning)
        if not IS_TIME.search(key) or not STAMP.fullmatch(value):
            return value
        return self._moment(value)

    def _moment(self, value: str) -> str:
        locale = babel_locale(self.looks)
        if "T" not in value:
            return in_digits(format_date(date.fromisoformat(value), "long", locale=locale), locale)
        moment = datetime.fromisoformat(value)
        day = format_date(moment.astimezone(zone_of(self.looks.zone)), "long", locale=locale)
        return f"{in_digits(day, locale)}, {clock_of(moment, self.looks)}"


def drawn(request: Request, eyes: Eyes, everything: dict[str, Any]) -> str:
    """The page of everything kept about somebody, for their eyes."""
    return draw(
        request,
        "knowing/mine.html",
        kept=everything,
        people=for_people(everything),
        rest=for_programs(everything),
        eyes=eyes,
        made=eyes.made(),
        style=_style()[0],
        style_hash=_style()[1],
        parts=PARTS,
        tables=TABLES,
        labels=LABELS,
        by_day=partial(by_day, eyes=eyes),
        columns_of=columns_of,
        without_words=without_words,
    )


@cache
def _style() -> tuple[Markup, str]:
    """The style that lies in the page, and the hash by which a browser lets only it in."""
    style = STYLE.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Markup(style), digest  # noqa: S704 - our own file


def by_day(said: Sequence[dict[str, Any]], eyes: Eyes) -> list[tuple[str, list[dict[str, Any]]]]:
    """What somebody said, under its days; each with its time of day."""

    def day(one: dict[str, Any]) -> str:
        return day_of(datetime.fromisoformat(one["at"]), eyes.looks)

    ordered = sorted(said, key=lambda one: str(one["at"]))
    return [(name, [_said(one, eyes) for one in some]) for name, some in groupby(ordered, day)]


def _said(one: dict[str, Any], eyes: Eyes) -> dict[str, Any]:
    times = {key: eyes.value(key, one.get(key)) for key in ("edited_at", "expires_at")}
    return {
        **NOT_SAID,
        **one,
        **times,
        "clock": clock_of(datetime.fromisoformat(one["at"]), eyes.looks),
    }


def for_people(value: Any) -> Any:
    """The same without what only programs ask for."""
    if isinstance(value, dict):
        return {key: for_people(one) for key, one in value.items() if key not in TECHNICAL}
    return [for_people(one) for one in value] if isinstance(value, list) else value


def for_programs(value: Any) -> Any:
    """Only what programs ask for, where it lies; nothing where there is none."""
    if isinstance(value, list):
        return [one for one in map(for_programs, value) if one]
    if not isinstance(value, dict):
        return None
    parts = {
        key: one if key in TECHNICAL else for_programs(one)
        for key, one in value.items()
        if one is not None
    }
    return {key: one for key, one in parts.items() if one not in (None, [], {})}


def without_words(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a room with all that is in them but the words."""
    return [{key: one for key, one in row.items() if key not in WORDS} for row in rows]


def columns_of(rows: Iterable[Any]) -> list[str] | None:
    """The columns of rows that make a table; nothing where they are no flat rows."""
    found: dict[str, None] = {}
    for row in rows:
        if not isinstance(row, dict) or any(isinstance(one, list | dict) for one in row.values()):
            return None
        found |= {key: None for key, one in row.items() if one is not None}
    return list(found)
