"""What is read and agreed to at the door is plain, true and kept by version."""

from __future__ import annotations

import re
from hashlib import sha256
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.members.rules.ages import LABELS, SERVED, AgeBand, is_band, is_served
from holdfast.members.rules.choices import LETTERS, TEXT_SIZES, THEMES
from holdfast.members.rules.promises import (
    CONSENTS,
    CONSENTS_AT_THE_DOOR,
    PROMISES,
    VERSION,
    consent_to,
)
from holdfast.members.rules.understanding import (
    NOT_ANSWERED,
    NOT_QUITE,
    QUESTIONS,
    WELL_READ,
    explain,
)

AGREED_TO = {"2026-11-22": "30b7beb1c870386f", "2026-11-22.2": "1a136b2b188d1b77"}

PROMISE_TEXTS = {
    f"{promise.slug}.{part}": getattr(promise, part)
    for promise in PROMISES
    for part in ("title", "words", "said_well", "instead_of", "you_could_say")
}
CONSENT_TEXTS = {
    f"{consent.kind}.{part}": getattr(consent, part)
    for consent in CONSENTS
    for part in ("title", "words", "once_withdrawn")
}
QUESTION_TEXTS = {
    f"{question.slug}.{part}": getattr(question, part)
    for question in QUESTIONS
    for part in ("words", "explanation")
} | {f"{q.slug}.{answer.slug}": answer.words for q in QUESTIONS for answer in q.answers}
LEADS = {"well": WELL_READ, "not-quite": NOT_QUITE, "not-answered": NOT_ANSWERED}
TEXTS = PROMISE_TEXTS | CONSENT_TEXTS | QUESTION_TEXTS | LEADS
LONG_TEXTS = {name: text for name, text in TEXTS.items() if len(text.split()) >= 12}


def syllables(word: str) -> int:
    """Groups of vowels, without the silent e: near enough for plain English."""
    word = re.sub(r"(?<=[^aeiouyl])(?:e|es|ed)$", "", word.lower().replace("’", ""))
    return max(1, len(re.findall("[aeiouy]+", word)))


def grade(text: str) -> float:
    """The Flesch-Kincaid school year; a child of nine is in the fourth."""
    sentences = [part for part in re.split(r"[.?:]+\s*", text) if part.strip()]
    words = re.findall(r"[A-Za-z’]+", text)
    long = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * long - 15.59


def test_the_measure_tells_plain_words_from_hard_ones() -> None:
    assert grade("The cat sat on the mat. It was warm.") < 1
    assert grade("We keep your words until you take them back, and then they are gone.") < 5
    assert grade("Pseudonymised personal information is retained indefinitely thereafter.") > 12


@pytest.mark.parametrize("name", LONG_TEXTS)
def test_a_child_of_nine_can_read_what_is_asked_at_the_door(name: str) -> None:
    assert grade(LONG_TEXTS[name]) <= 5


def test_all_of_it_together_is_easier_still() -> None:
    assert grade(" ".join(text.rstrip(".?") + "." for text in TEXTS.values())) <= 4


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_at_the_door_shouts_blames_or_uses_our_jargon(name: str) -> None:
    banned = r"!|\b(user|channel|reaction|account|attention|victim|fail|commit|stupid|must|patient)"
    text = TEXTS[name].replace("social accounts", "")
    assert not re.search(banned, text, re.IGNORECASE)
    assert "'" not in text


def test_there_are_seven_promises_each_with_an_example_said_well_and_one_said_better() -> None:
    assert len({promise.slug for promise in PROMISES}) == len(PROMISES) == 7
    assert len(set(PROMISE_TEXTS.values())) == 7 * 5
    assert all(PROMISE_TEXTS.values())


def test_the_promises_do_not_claim_what_is_not_so() -> None:
    assert "A program reads all that I write" in TEXTS["danger-signs.words"]
    assert "It misses a lot" in TEXTS["danger-signs.words"]
    assert "when no one is on shift, no one may come" in TEXTS["danger-signs.words"]
    assert "no one here can come to where you are" in TEXTS["danger.explanation"]
    assert "A program reads" in TEXTS["who-reads.explanation"]
    assert "People on shift may read some" in TEXTS["words.words"]
    assert "people who run the server" in TEXTS["words.words"]
    assert "people who run the server" in TEXTS["who-reads.explanation"]


def test_a_changed_word_asks_for_a_new_version() -> None:
    agreed = "\n".join((PROMISE_TEXTS | CONSENT_TEXTS).values())
    assert AGREED_TO[VERSION] == sha256(agreed.encode()).hexdigest()[:16], (
        "The words that members agree to have changed: set VERSION in members/rules/promises.py"
        " to today and add its hash here."
    )


def test_every_consent_can_be_read_again_by_its_kind() -> None:
    assert CONSENTS_AT_THE_DOOR == ("promises", "words", "age", "danger-signs")
    for kind in CONSENTS_AT_THE_DOOR:
        consent = consent_to(kind)
        assert consent is not None
        assert consent.kind == kind
    assert consent_to("newsletter") is None


def test_there_are_four_questions_each_with_one_answer_that_is_so() -> None:
    assert len({question.slug for question in QUESTIONS}) == len(QUESTIONS) == 4
    for question in QUESTIONS:
        assert len(question.answers) == 3
        assert [answer.slug for answer in question.answers].count(question.so) == 1


def test_the_answer_that_is_so_is_not_always_in_the_same_place() -> None:
    places = {[a.slug for a in question.answers].index(question.so) for question in QUESTIONS}
    assert places == {0, 1, 2}


def test_right_answers_are_confirmed() -> None:
    told = explain({question.slug: question.so for question in QUESTIONS})
    assert all(explained.is_understood for explained in told)
    assert {explained.lead for explained in told} == {WELL_READ}


def test_a_wrong_answer_is_explained_kindly_and_the_right_ones_stay_right() -> None:
    picked = {question.slug: question.so for question in QUESTIONS} | {"number": "give"}
    told = {explained.question.slug: explained for explained in explain(picked)}
    assert told["number"].lead == NOT_QUITE
    assert not told["number"].is_understood
    assert told["danger"].is_understood


@given(st.dictionaries(st.sampled_from([q.slug for q in QUESTIONS]) | st.text(), st.text()))
def test_every_question_is_explained_whatever_was_sent(picked: dict[str, str]) -> None:
    told = explain(picked)
    assert [explained.question for explained in told] == list(QUESTIONS)
    assert all(explained.question.explanation for explained in told)


def test_a_question_left_out_is_explained_too() -> None:
    assert {explained.lead for explained in explain({})} == {NOT_ANSWERED}


def test_there_are_four_age_bands_and_this_community_serves_adults() -> None:
    assert [str(band) for band in AgeBand] == ["18+", "16-17", "13-15", "under-13"]
    assert list(LABELS) == list(AgeBand)
    assert is_served("18+")
    assert set(AgeBand) & SERVED == {"18+"}
    assert not any(is_served(band) for band in ("16-17", "13-15", "under-13", "", "18"))


@given(st.text())
def test_only_the_four_bands_are_bands(value: str) -> None:
    assert is_band(value) == (value in {"18+", "16-17", "13-15", "under-13"})


def test_every_choice_about_looks_is_known_to_the_style_sheet() -> None:
    css = files("holdfast").joinpath("static/css/holdfast.css").read_text("utf-8")
    usual = {"100", "system", "light", "plain"}  # what the sheet says when nothing is chosen
    chosen = {"text": TEXT_SIZES, "theme": THEMES, "letters": LETTERS}
    for attribute, choices in chosen.items():
        for value in set(choices) - usual:
            assert f'data-{attribute}="{value}"' in css
    assert [next(iter(choices)) for choices in chosen.values()] == ["100", "system", "plain"]
    assert list(TEXT_SIZES) == ["100", "115", "130", "150"]
    assert list(THEMES) == ["system", "light", "dark", "more"]
    assert list(LETTERS) == ["plain", "clear"]
