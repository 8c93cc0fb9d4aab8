"""Reasons, endings and times of listening, as the reader says them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from holdfast.kit.looks import LANGUAGES, Looks
from holdfast.kit.numerals import in_digits
from holdfast.kit.pages import babel_locale
from holdfast.kit.words import N_, Ours, say
from holdfast.listening.queries import Talk
from holdfast.listening.rules.asks import PREFERENCES, WANTS, Preference, Want
from holdfast.listening.rules.sessions import Ending, Side

FOR_WHO_ASKS = {
    "again": N_("You both said that you would like to talk again."),
    "want": N_("You chose “%(what)s”, and they are at home with it."),
    "way": N_("You would like: %(what)s. They listen like that."),
    "language": N_("You chose %(what)s, and they speak it."),
    "rested": N_("They come rested: you are the first today."),
}
FOR_WHO_LISTENS = {
    "again": N_("You both said that you would like to talk again."),
    "want": N_("They chose “%(what)s”, and you are at home with it."),
    "way": N_("They would like: %(what)s. You listen like that."),
    "language": N_("They chose %(what)s, and you speak it."),
    "rested": N_("You come rested: they are the first today."),
}
ENDED = {
    Ending.GOODBYE: N_("%(name)s said goodbye."),
    Ending.QUIET: N_("Nobody wrote for a while, so it ended by itself."),
    Ending.LEFT: N_("One of you is gone from this place."),
    Ending.HANDED_OVER: N_("Someone else goes on from here."),
    Ending.NOT_FITTING: N_("The two of you were not put together well. Someone else goes on."),
    Ending.GUARD: N_("Someone from here looked at it and ended it."),
}
HOURS, MINUTES = N_("%(hours)s h"), N_("%(minutes)s min")
BOTH = N_("%(hours)s h %(minutes)s min")


def reasons_in_words(codes: Iterable[str], locale: str, *, listens: bool = False) -> list[str]:
    """Why these two, as sentences for one of them."""
    words = FOR_WHO_LISTENS if listens else FOR_WHO_ASKS
    found = []
    for code in codes:
        kind, _, what = code.partition(":")
        if kind in words:
            found.append(say(locale, words[kind], what=_named(kind, what)))
    return found


def _named(kind: str, what: str) -> str:
    match kind:
        case "want" if what in WANTS:
            return Ours(WANTS[Want(what)])
        case "way" if what in PREFERENCES:
            return Ours(PREFERENCES[Preference(what)])
    return LANGUAGES.get(what, what)


def chosen_in_words(codes: Iterable[str], locale: str) -> list[str]:
    """What somebody chose, by its names."""
    named = {one.value: words for one, words in [*WANTS.items(), *PREFERENCES.items()]}
    return [say(locale, named[code]) for code in codes if code in named]


def choices_of(offered: dict[Want, str] | dict[Preference, str], locale: str) -> list[list[str]]:
    """A closed list as a form offers it: what is kept, and what is said."""
    return [[code.value, say(locale, words)] for code, words in offered.items()]


def ended_in_words(talk: Talk, other: str, locale: str) -> str:
    """How a talk ended, for one of the two."""
    how = talk.ended_how or Ending.GOODBYE
    if how is Ending.GOODBYE and talk.side is not None and talk.ended_by is talk.side:
        return say(locale, N_("You said goodbye."))
    return say(locale, ENDED[how], name=other)


def hours_in_words(left: timedelta, looks: Looks) -> str:
    """So many hours and minutes, short."""
    minutes = max(0, round(left.total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    words = BOTH if hours and rest else HOURS if hours else MINUTES
    locale = looks.locale
    return in_digits(say(locale, words, hours=str(hours), minutes=str(rest)), babel_locale(looks))


def other_side(talk: Talk) -> Side | None:
    """The side that somebody does not sit on."""
    return None if talk.side is None else talk.side.other
