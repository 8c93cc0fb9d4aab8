"""A recovery phrase is strong, and forgiving to type."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.members.rules.names import wordbook
from holdfast.members.rules.phrases import (
    LEAST_BITS,
    LEAST_WORDS,
    LIST,
    NOT_ON_THE_LIST,
    TOO_FEW,
    TOO_MANY,
    UNKNOWN,
    hint_for_typos,
    is_phrase,
    make_phrase,
    normalise_phrase,
    phrase_bits,
    phrase_words,
)

PHRASE = "lantern otter meadow kettle harvest ribbon tide"
phrases = st.lists(st.sampled_from(phrase_words()), min_size=7, max_size=7).map(" ".join)


def test_a_phrase_holds_at_least_ninety_bits() -> None:
    assert len(set(phrase_words())) >= LEAST_WORDS
    assert len(set(phrase_words())) ** 7 >= 2**LEAST_BITS
    assert phrase_bits() >= LEAST_BITS


def test_every_word_is_plain_letters_and_short_enough_to_copy() -> None:
    assert [word for word in phrase_words() if not re.fullmatch("[a-z]{3,9}", word)] == []


def test_the_list_stands_in_order_beside_its_licence() -> None:
    assert list(phrase_words()) == sorted(phrase_words())
    beside = {path.name for path in LIST.parent.iterdir()}
    assert beside == {"words.txt", "NOTICE.md", "CC-BY-3.0-US.txt"}
    assert f"{len(phrase_words()):,} words" in (LIST.parent / "NOTICE.md").read_text("utf-8")


def test_no_word_says_something_cruel() -> None:
    cruel = tuple(part for part in wordbook().withheld.inside if part != "grave")
    assert [word for word in phrase_words() if word.startswith(cruel)] == []
    for word in ("unwanted", "worthless", "relapse", "strangle", "useless", "morphine", "rope"):
        assert word not in phrase_words()


def test_a_phrase_is_seven_words_each_drawn_from_the_whole_list() -> None:
    asked: list[int] = []

    def last(size: int) -> int:
        asked.append(size)
        return size - 1

    assert make_phrase(last) == " ".join([phrase_words()[-1]] * 7)
    assert asked == [len(phrase_words())] * 7


def test_two_phrases_differ_and_both_are_phrases() -> None:
    one, other = make_phrase(secrets.randbelow), make_phrase(secrets.randbelow)
    assert one != other
    assert is_phrase(one)
    assert is_phrase(other)


@given(phrases)
def test_a_phrase_is_its_own_normal_form(phrase: str) -> None:
    assert normalise_phrase(phrase) == phrase
    assert is_phrase(phrase)


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_phrase(text)
    assert normalise_phrase(once) == once
    assert re.fullmatch("([a-z]+( [a-z]+)*)?", once)


@pytest.mark.parametrize(
    "mangled",
    [
        str.upper,
        str.title,
        lambda phrase: phrase.replace(" ", "-"),
        lambda phrase: phrase.replace(" ", ", ") + ".",
        lambda phrase: phrase.replace(" ", "\n"),
        lambda phrase: phrase.replace(" ", "\u00a0 "),
        lambda phrase: f"\n\t {phrase}  ",
        lambda phrase: "\n".join(f"{n}. {word}" for n, word in enumerate(phrase.split(), 1)),
        lambda phrase: "".join(chr(ord(s) + 0xFEE0) if s != " " else "\u3000" for s in phrase),
        lambda phrase: phrase.replace("e", "é"),
        lambda phrase: phrase.replace("e", unicodedata.normalize("NFD", "é")),
        lambda phrase: phrase.upper().replace("I", "İ"),
        lambda phrase: "\u200f" + "\u00ad".join(phrase) + "\ufeff",
    ],
)
def test_a_phrase_is_known_however_it_is_typed(mangled: Callable[[str], str]) -> None:
    assert is_phrase(PHRASE)
    assert mangled(PHRASE) != PHRASE
    assert normalise_phrase(mangled(PHRASE)) == PHRASE


@given(phrases, st.integers(min_value=0, max_value=6))
def test_a_hint_says_which_word_is_misspelt_and_does_not_repeat_it(phrase: str, place: int) -> None:
    words = phrase.split()
    words[place] = "qqxzj"
    hints = hint_for_typos(" ".join(words))
    assert hints == (NOT_ON_THE_LIST[place],)
    assert "qqxzj" not in " ".join(hints)
    assert not is_phrase(" ".join(words))


def test_a_hint_names_every_misspelt_word() -> None:
    assert hint_for_typos("xx " + " ".join(PHRASE.split()[1:6]) + " yy") == (
        NOT_ON_THE_LIST[0],
        NOT_ON_THE_LIST[6],
    )


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("", TOO_FEW),
        ("lantern", TOO_FEW),
        (PHRASE + " tide", TOO_MANY),
        ("tide " * 100_000, TOO_MANY),
        (PHRASE, UNKNOWN),
    ],
)
def test_a_hint_says_when_words_are_missing_or_too_many(typed: str, hint: str) -> None:
    assert hint_for_typos(typed) == (hint,)
