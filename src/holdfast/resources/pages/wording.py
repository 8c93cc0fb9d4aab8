"""Facts about helplines in the reader's language; safety words that may still be in English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_day_names
from babel.support import NullTranslations
from markupsafe import Markup

from holdfast.kit.words import N_, catalogue, say
from holdfast.resources.rules.helplines import ALWAYS, HOURS, Contact

# The safety words by which a catalogue shows whether a native speaker has been through them.
ASKED_FIRST = "I’m in danger, or I’ve hurt myself"
MANY_LANGUAGES = 4
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@cache
def spoken(locale: str) -> Locale:
    """What Babel knows about a language; English for one that it has never heard of."""
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def country_name(locale: str, code: str) -> str:
    """What people who speak this language call a country."""
    return str(spoken(locale).territories.get(code, code))


def safety_is_in_english(locale: str) -> bool:
    """Whether words about danger still wait for a native speaker, so that English stands in."""
    kept = catalogue(locale).pgettext("safety", ASKED_FIRST) == ASKED_FIRST
    return kept and spoken(locale).language != "en"


def safety_words(locale: str, words: NullTranslations | None = None) -> Callable[..., Markup]:
    """`pgettext` for words about danger: in English, and marked so, until they are reviewed."""
    foreign = spoken(locale).language != "en"
    words = words or catalogue(locale)

    def pgettext(context: str, message: str, **facts: object) -> Markup:
        text = words.pgettext(context, message)
        in_english = foreign and text == message
        told = {
            name: format_date(fact, "long", _calendar(locale, in_english))
            if isinstance(fact, date)
            else fact
            for name, fact in facts.items()
        }
        said = Markup(text) % told if told else Markup(text)  # noqa: S704 - our own words
        return Markup('<bdi lang="en" dir="ltr">{}</bdi>').format(said) if in_english else said

    return pgettext


def _calendar(locale: str, in_english: bool) -> Locale:
    """Whose way of writing dates to use: day before month in English, too."""
    english = in_english or spoken(locale).language == "en"
    return Locale("en", "GB") if english else spoken(locale)


def facts(locale: str, contact: Contact) -> str:
    """What is known about reaching a line: cost, hours, languages other than the reader's."""
    parts = (
        _cost(locale, contact.free),
        _hours(locale, contact.hours),
        _languages(locale, contact.languages),
    )
    return " · ".join(part for part in parts if part)


def shared_facts(locale: str, contacts: tuple[Contact, ...]) -> str:
    """The facts that hold for every contact of a line; nothing where they differ."""
    told = {facts(locale, contact) for contact in contacts}
    return told.pop() if len(told) == 1 else ""


def _cost(locale: str, free: bool | None) -> str:
    if free is None:
        return ""
    return say(locale, N_("Free") if free else N_("Normal call charges"))


def _hours(locale: str, hours: str) -> str:
    if hours == ALWAYS:
        return say(locale, N_("Any time, day or night"))
    known = HOURS.fullmatch(hours)
    if known is None:
        return ""
    times = {"opens": known["opens"], "closes": known["closes"]}
    if known["days"] == "daily":
        return say(locale, N_("Every day, %(opens)s to %(closes)s"), **times)
    first, _, last = known["days"].partition("-")
    names = get_day_names("abbreviated", locale=spoken(locale))
    days = {"first": names[_WEEK.index(first)], "last": names[_WEEK.index(last or first)]}
    if last:
        return say(locale, N_("%(first)s to %(last)s, %(opens)s to %(closes)s"), **days, **times)
    return say(locale, N_("%(first)s, %(opens)s to %(closes)s"), **days, **times)


def _languages(locale: str, codes: tuple[str, ...]) -> str:
    if len(codes) > MANY_LANGUAGES:
        return say(locale, N_("In %(count)s languages"), count=len(codes))
    if codes == (spoken(locale).language,):
        return ""
    names = spoken(locale).languages
    return ", ".join(names.get(code, code) for code in codes)
