"""Words: found, filled in, marked when they are still English, pretended."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from holdfast.kit.looks import LANGUAGES, PSEUDO, Looks
from holdfast.kit.numerals import in_digits, written
from holdfast.kit.pages import PACKAGE, clock_of, day_of, environment, when_of
from holdfast.kit.pseudo import KEPT, pretended
from holdfast.kit.speech import say_marked, speech
from holdfast.kit.words import N_, NP_, TRANSLATED, awaits_review, catalogue, say

EVENING = datetime(2026, 11, 22, 19, 2, tzinfo=UTC)
TEMPLATES = sorted(PACKAGE.glob("*/templates/**/*.html"))


def drawn(source: str, locale: str, **context: object) -> str:
    return environment(locale).from_string(source).render(**context)


# ---------------------------------------------------------------- finding and filling in


def test_english_is_its_own_key() -> None:
    assert say("en", "Take your time, %(name)s", name="Ash") == "Take your time, Ash"


def test_a_language_nobody_offered_is_answered_in_english() -> None:
    assert say("../../etc", "Go on") == say("xx", "Go on") == "Go on"
    assert catalogue("xx") is catalogue("en")


def test_no_words_stay_no_words_and_never_become_the_head_of_a_catalogue() -> None:
    for locale in (*LANGUAGES, PSEUDO):
        assert say(locale, "") == ""
        assert drawn("{{ _('') }}", locale) == ""


@pytest.mark.full
@pytest.mark.parametrize("locale", TRANSLATED)
def test_the_way_out_is_said_in_every_language(locale: str) -> None:
    assert say(locale, "Leave now") != "Leave now"


def test_a_percent_sign_in_a_name_is_only_a_sign() -> None:
    assert drawn("{{ _(name) }}", "es", name="100 % calm") == "100 % calm"


def test_markup_in_a_name_stays_text_in_every_language() -> None:
    assert drawn("{{ _(name) }}", "en", name="<b>x</b>") == "&lt;b&gt;x&lt;/b&gt;"
    assert drawn("{{ _('To %(who)s', who=name) }}", "en", name="<i>") == "To &lt;i&gt;"


def test_blocks_of_words_speak_as_calls_do() -> None:
    block = "{% trans n=3 %}{{ n }} day{% pluralize %}{{ n }} days{% endtrans %}"
    assert drawn(block, "en") == "3 days"
    assert drawn(block, PSEUDO).startswith("[3 ðåýš".replace("ð", "đ"))


# ---------------------------------------------------------------- numbers and times


def test_numbers_are_written_in_the_readers_digits() -> None:
    assert [written(14_123, locale) for locale in ("en", "es", "ar")] == [
        "14,123",
        "14.123",
        "١٤٬١٢٣",
    ]
    assert "١٤" in drawn("{{ ngettext('%(num)s person', '%(num)s people', 14) }}", "ar")
    assert "٧" in say("ar", "In %(count)s languages", count=7)


def test_times_and_days_are_written_in_the_readers_digits() -> None:
    arabic = Looks(locale="ar", zone="Asia/Riyadh")
    assert clock_of(EVENING, arabic) == "١٠:٠٢ م"
    assert "٢٢ نوفمبر ٢٠٢٦" in day_of(EVENING, arabic)
    assert clock_of(EVENING, Looks(locale="en", zone="UTC")) == "19:02"
    assert day_of(EVENING, Looks(locale="es")) == "domingo, 22 de noviembre de 2026"


def test_a_time_of_another_day_says_which() -> None:
    soon, later = EVENING.replace(minute=40), EVENING.replace(day=23, hour=1)
    london, riyadh = Looks(locale="en", zone="UTC"), Looks(locale="ar", zone="Asia/Riyadh")
    assert when_of(EVENING, soon, london) == "19:02"
    assert when_of(EVENING, later, london) == "22 Nov, 19:02"
    assert when_of(EVENING, later, Looks(locale="es", zone="UTC")) == "22 nov, 19:02"
    assert when_of(EVENING, EVENING.replace(hour=22), riyadh) == "٢٢ نوفمبر، ١٠:٠٢ م"


def test_other_languages_keep_their_digits() -> None:
    assert in_digits("19:02", "es") == "19:02"


# ---------------------------------------------------------------- words about danger

DANGER = NP_("safety", "I’m in danger, or I’ve hurt myself")


WAITING = [locale for locale in TRANSLATED if awaits_review(locale)]


@pytest.mark.parametrize("locale", WAITING)
def test_words_about_danger_stay_english_and_say_so(locale: str) -> None:
    marked = '<bdi lang="en" dir="ltr">I’m in danger, or I’ve hurt myself</bdi>'
    assert say_marked(locale, DANGER) == marked
    assert say(locale, DANGER) == "I’m in danger, or I’ve hurt myself"
    assert speech(locale)["pgettext"]("safety", str(DANGER)) == marked


def test_words_about_danger_need_no_mark_where_english_is_spoken() -> None:
    assert say_marked("en", DANGER) == "I’m in danger, or I’ve hurt myself"
    assert not awaits_review("en")


def test_other_words_are_never_marked_as_english() -> None:
    assert "lang" not in say_marked("ar", N_("Nobody has said this before"))


def test_words_about_danger_never_stand_in_an_attribute() -> None:
    """There the mark could not be, and a screen reader would read English aloud as Arabic."""
    inside = re.compile(r"""=["'][^"'>]*\{\{[^}]*pgettext\(\s*["']safety""")
    assert [path.name for path in TEMPLATES if inside.search(path.read_text("utf-8"))] == []


# ---------------------------------------------------------------- the pseudo-language


@pytest.mark.parametrize(
    "words", ["Go on", "Call %(number)s now.", "%(a)s to %(b)s", "Read <b>this</b> &amp; that"]
)
def test_pretended_words_are_longer_and_keep_what_must_be_kept(words: str) -> None:
    strange = pretended(words)
    assert KEPT.findall(strange) == KEPT.findall(words)
    assert len(strange) >= 1.4 * len(KEPT.sub("", words))
    assert words not in strange


def test_the_pseudo_language_runs_from_right_to_left() -> None:
    assert Looks(locale=PSEUDO).dir == "rtl"
