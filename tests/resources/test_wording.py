"""Facts in the reader's language, and words about danger that wait for a native speaker."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from markupsafe import Markup

from holdfast.resources.pages.wording import (
    country_name,
    facts,
    safety_words,
    shared_facts,
    spoken,
)
from holdfast.resources.rules.helplines import Contact


def contact(**more: object) -> Contact:
    return Contact.model_validate({"method": "phone", "number": "116 123", "dial": "116123"} | more)


def reviewed(**words: str) -> Translations:
    catalogue = Catalog(locale="es")
    for english, said in words.items():
        catalogue.add(english, said, context="safety")
    file = BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return Translations(file, domain="holdfast")


def test_what_is_not_known_about_a_line_is_not_said() -> None:
    assert facts("en", contact()) == ""
    assert facts("en", contact(free=True, hours="always")) == "Free · Any time, day or night"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("daily 16:00-21:00", "Every day, 16:00 to 21:00"),
        ("Mon-Sat 10:00-20:00", "Mon to Sat, 10:00 to 20:00"),
        ("Fri 09:00-13:00", "Fri, 09:00 to 13:00"),
    ],
)
def test_hours_are_said_in_words(hours: str, said: str) -> None:
    assert facts("en", contact(hours=hours)) == said


def test_a_line_in_the_reader_s_own_language_needs_no_word_about_it() -> None:
    assert facts("en", contact(languages=["sv"])) == "Swedish"
    assert facts("sv", contact(languages=["sv"])) == ""
    assert facts("en", contact(languages=["sv", "en"])) == "Swedish, English"


def test_many_languages_are_counted() -> None:
    assert facts("en", contact(languages=["hi", "en", "bn", "te", "mr"])) == "In 5 languages"


def test_facts_that_differ_stay_with_their_own_number() -> None:
    free, silent = contact(free=True), contact()
    assert shared_facts("en", (free, free)) == "Free"
    assert shared_facts("en", (free, silent)) == ""


def test_countries_have_the_names_that_the_reader_knows() -> None:
    assert country_name("es", "DE") == "Alemania"
    assert country_name("ar", "EG") == "مصر"


def test_a_language_nobody_has_heard_of_is_read_as_english() -> None:
    assert spoken("es").language == "es"
    assert spoken("not a language").language == "en"


def test_words_about_danger_stay_english_and_say_so_until_they_are_reviewed() -> None:
    waiting = safety_words("es", reviewed())
    assert waiting("safety", "Stay") == Markup('<bdi lang="en" dir="ltr">Stay</bdi>')
    assert safety_words("es", reviewed(Stay="Quédate"))("safety", "Stay") == "Quédate"
    assert safety_words("en")("safety", "Stay") == "Stay"


def test_a_date_is_written_in_the_language_of_its_sentence() -> None:
    day, words = date(2026, 11, 22), "Seen on %(day)s."
    assert "22 November 2026" in safety_words("es", reviewed())("safety", words, day=day)
    spanish = safety_words("es", reviewed(**{words: "Visto el %(day)s."}))
    assert spanish("safety", words, day=day) == "Visto el 22 de noviembre de 2026."


def test_what_is_put_into_words_about_danger_cannot_become_markup() -> None:
    said = safety_words("en")("safety", "Call %(number)s now.", number="<b>112</b>")
    assert said == "Call &lt;b&gt;112&lt;/b&gt; now."
    kept = safety_words("en")("safety", "Call %(number)s now.", number=Markup("<b>112</b>"))
    assert kept == "Call <b>112</b> now."
