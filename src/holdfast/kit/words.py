"""Marking words for translation, and finding the translation."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

CATALOGUES = Path(__file__).parent.parent / "locale"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark words here that are translated later, at the edge, for whoever reads them."""
    return message


@cache
def catalogue(locale: str) -> NullTranslations:
    """The translations for one language; English stands in for what it lacks."""
    return Translations.load(CATALOGUES, [locale.replace("-", "_")], domain="holdfast")


def say(locale: str, words: str, **facts: object) -> str:
    """The words in the reader's language, with the facts put in."""
    text = catalogue(locale).gettext(words)
    return text % facts if facts else text
