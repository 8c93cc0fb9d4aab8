"""Days and languages, as the reader says them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from babel.dates import format_date

from holdfast.kit.looks import LANGUAGES, PSEUDO, Looks
from holdfast.kit.numerals import in_digits
from holdfast.kit.pages import babel_locale, zone_of
from holdfast.kit.words import say


def days_for(looks: Looks) -> Callable[[date], str]:
    """How this reader's language writes a day; the day of a moment is the one on their clock."""

    def day(when: date) -> str:
        local = when.astimezone(zone_of(looks.zone)) if isinstance(when, datetime) else when
        locale = babel_locale(looks)
        return in_digits(format_date(local, "long", locale=locale), locale)

    return day


def in_words_of(language: str) -> Callable[[str], str]:
    """Our words in one language, whoever reads them now."""
    return partial(say, language)


def names_of(languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """Languages by what their own speakers call them."""
    names = {**LANGUAGES, PSEUDO: "Pseudo"}
    return [(language, names[language]) for language in languages]
