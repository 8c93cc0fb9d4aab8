"""Days and languages, as the reader says them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from babel.dates import format_date

from holdfast.kit.looks import LANGUAGES, PSEUDO, Looks
from holdfast.kit.pages import babel_locale
from holdfast.kit.words import say


def days_for(looks: Looks) -> Callable[[date], str]:
    """How this reader's language writes a day."""
    return partial(format_date, format="long", locale=babel_locale(looks))


def in_words_of(language: str) -> Callable[[str], str]:
    """Our words in one language, whoever reads them now."""
    return partial(say, language)


def names_of(languages: tuple[str, ...]) -> list[tuple[str, str]]:
    """Languages by what their own speakers call them."""
    names = {**LANGUAGES, PSEUDO: "Pseudo"}
    return [(language, names[language]) for language in languages]
