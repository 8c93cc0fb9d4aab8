"""What templates call to speak: gettext's four names, for one language, safe to put into HTML.

Unlike Jinja's own, these escape the words (a room's name goes through `_` too), put numbers in the
reader's digits, and let words about danger say that they are still in English.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from holdfast.kit.looks import PSEUDO
from holdfast.kit.words import SAFETY, InContext, catalogue, found, told

IN_ENGLISH = Markup('<bdi lang="en" dir="ltr">{}</bdi>')


def speech(locale: str) -> dict[str, Callable[..., Markup]]:
    """Gettext's names as globals for the templates of one language."""

    def gettext(message: str, **facts: object) -> Markup:
        return say_marked(locale, message, **facts)

    def ngettext(singular: str, plural: str, num: int, **facts: object) -> Markup:
        text = catalogue(locale).ngettext(singular, plural, num)
        return _filled(locale, text, {"num": num, **facts})

    def pgettext(context: str, message: str, **facts: object) -> Markup:
        return say_marked(locale, InContext(context, message), **facts)

    def npgettext(context: str, singular: str, plural: str, num: int, **facts: object) -> Markup:
        text = catalogue(locale).npgettext(context, singular, plural, num)
        return _filled(locale, text, {"num": num, **facts})

    return {
        "gettext": gettext,
        "ngettext": ngettext,
        "pgettext": pgettext,
        "npgettext": npgettext,
    }


def say_marked(locale: str, words: str, **facts: object) -> Markup:
    """Words marked in Python, for a page: danger's words say that they are still in English."""
    text = _filled(locale, found(locale, words), facts)
    return IN_ENGLISH.format(text) if is_in_english(locale, words) else text


def is_in_english(locale: str, words: str) -> bool:
    """Whether these are words about danger that this language does not have yet."""
    if locale in {"en", PSEUDO} or not isinstance(words, InContext) or words.context != SAFETY:
        return False
    return found(locale, words) == words


def _filled(locale: str, text: str, facts: dict[str, Any]) -> Markup:
    safe = escape(text)
    return safe % told(locale, facts) if facts else safe
