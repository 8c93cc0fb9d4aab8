"""Catalogues: gathered from the source, whole in every language, and judged strictly."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog, Message

from holdfast.kit import catalogues
from holdfast.kit.words import SAFETY, TRANSLATED, catalogue


@pytest.fixture(scope="module")
def gathered() -> Catalog:
    return catalogues.gather()


@pytest.mark.full
def test_words_are_gathered_from_python_and_from_pages(gathered: Catalog) -> None:
    assert gathered.get("Skip to main content") is not None
    assert gathered.get("A message has between 1 and 4,000 characters.") is not None
    assert gathered.get("For children and young people.", context="safety") is not None
    assert gathered.get("I’m in danger, or I’ve hurt myself", context="safety") is not None


@pytest.mark.full
def test_what_is_about_danger_in_one_place_is_about_danger_everywhere(gathered: Catalog) -> None:
    marked = {message.id for message in gathered if message.context == SAFETY}
    assert marked
    assert marked & {message.id for message in gathered if message.context != SAFETY} == set()


@pytest.mark.full
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_is_whole_and_fresh(gathered: Catalog, language: str) -> None:
    assert list(catalogues.complaints(language, gathered)) == []


@pytest.mark.full
def test_arabic_tells_six_kinds_of_numbers_apart() -> None:
    assert catalogues.kept("ar").num_plurals == 6
    forms = {catalogue("ar").ngettext("%(num)s new message", "%(num)s new messages", n)
             for n in (0, 1, 2, 3, 11, 100)}  # fmt: skip
    assert len(forms) >= 4


WRONG = {
    "not translated": Message("Go on", ""),
    "marked as a guess": Message("Go on", "Sigue", flags={"fuzzy"}),
    "other placeholders": Message("Call %(number)s", "Llama al %(numero)s"),
    "a stray": Message("Go on", "<b>Sigue</b>"),
    "kinds of numbers": Message(("%(num)s day", "%(num)s days"), ("%(num)s día",)),
    "about danger": Message("Call now", "Llama ya", context="safety"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_is_wrong_with_a_translation_is_named(fault: str) -> None:
    right = Message("Call %(number)s", "Llama al %(number)s")
    assert list(catalogues.faults(right, 2, waits=True)) == []
    assert fault in " ".join(catalogues.faults(WRONG[fault], 2, waits=True))


def test_a_form_for_one_may_leave_out_the_number_but_the_form_for_many_may_not() -> None:
    english = ("%(num)s day", "%(num)s days")
    assert (
        list(catalogues.faults(Message(english, ("un día", "%(num)s días")), 2, waits=True)) == []
    )
    assert list(catalogues.faults(Message(english, ("%(num)s día", "días")), 2, waits=True)) != []


def test_words_about_danger_must_be_there_once_a_native_speaker_has_read_a_catalogue() -> None:
    empty = Message("Call now", "", context="safety")
    assert list(catalogues.faults(empty, 2, waits=True)) == []
    assert list(catalogues.faults(empty, 2, waits=False)) == ["not translated"]
