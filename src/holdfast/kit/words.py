"""Marking words for translation, and finding the translation.

English is written in the source and is its own key. A catalogue is a `.po` file that translators
edit; it is compiled in memory when its language is first spoken, so it can never be stale.
Words about danger carry the context "safety": they stay English until a native speaker has been
through them, and pages mark them so (`kit/speech.py`).
"""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from holdfast.kit.looks import LANGUAGES, PSEUDO
from holdfast.kit.numerals import written
from holdfast.kit.pseudo import Pretended

CATALOGUES = Path(__file__).parent.parent / "locale"
DOMAIN = "holdfast"
SAFETY = "safety"
TRANSLATED = tuple(language for language in LANGUAGES if language != "en")
AWAITING = "Awaiting native review"


class InContext(str):
    """English words that mean one thing here and may mean another elsewhere."""

    __slots__ = ("context",)

    def __new__(cls, context: str, message: str) -> InContext:
        words = super().__new__(cls, message)
        words.context = context
        return words

    context: str


class Ours(str):
    """A fact that is itself words of ours: said in the reader's language, inside the sentence."""

    __slots__ = ()


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark words here that are translated later, at the edge, for whoever reads them."""
    return message


def NP_(context: str, message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark words with their context, such as "safety"; `say` keeps it in mind."""
    return InContext(context, message)


def file_of(language: str) -> Path:
    """Where a language's words are kept."""
    return CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(locale: str) -> NullTranslations:
    """The translations for one language; English stands in for what it lacks."""
    return _catalogue(locale if locale in {*TRANSLATED, PSEUDO} else "en")


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == PSEUDO:
        return Pretended()
    if language == "en":
        return NullTranslations()
    compiled = BytesIO()
    with file_of(language).open("rb") as kept:
        write_mo(compiled, read_po(kept, locale=language))
    compiled.seek(0)
    return Translations(compiled, domain=DOMAIN)


@cache
def awaits_review(locale: str) -> bool:
    """Whether this language's catalogue says, above its words, that no native speaker read it."""
    if locale not in TRANSLATED:
        return False
    header, _, _ = file_of(locale).read_text("utf-8").partition("msgid")
    return AWAITING in header


def found(locale: str, words: str) -> str:
    """The words in the reader's language, placeholders and all."""
    if not words.strip():
        return words  # gettext keeps a catalogue's own header under the empty key
    if isinstance(words, InContext):
        return str(catalogue(locale).pgettext(words.context, words))
    return str(catalogue(locale).gettext(words))


def told(locale: str, facts: dict[str, object]) -> dict[str, object]:
    """Facts as they stand in a sentence: numbers in the reader's digits, our words in theirs."""
    return {name: _told(locale, fact) for name, fact in facts.items()}


def _told(locale: str, fact: object) -> object:
    if isinstance(fact, Ours):
        return found(locale, fact)
    return written(fact, locale) if type(fact) is int else fact


def say(locale: str, words: str, **facts: object) -> str:
    """The words in the reader's language, with the facts put in."""
    text = found(locale, words)
    return text % told(locale, facts) if facts else text
