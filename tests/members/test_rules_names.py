"""Names are kind in every combination, and never come twice."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.members.rules.names import (
    REROLLS,
    NoNameLeft,
    RolledEnough,
    Withheld,
    Wordbook,
    languages,
    may_roll_again,
    roll,
    why_it_hurts,
    why_it_is_withheld,
    wordbook,
)

BOOKS = {language: wordbook(language) for language in languages()}
every_language = pytest.mark.parametrize("language", BOOKS)
numbers = st.integers(min_value=0, max_value=10**6)


def little_book(*pairs: str) -> Wordbook:
    """Two by two words, with these pairs withheld."""
    withheld = Withheld(
        names=frozenset({"robin"}),
        themes=frozenset({"whale"}),
        inside=("slur",),
        across=("tit",),
        initials=frozenset({"SS"}),
        pairs=frozenset(pairs),
    )
    return Wordbook(first=("Quiet", "Calm"), second=("Heron", "Tern"), withheld=withheld)


def landing_on(chance: int) -> Callable[[int], int]:
    """A chance that always falls the same way."""
    return lambda size: chance % size


def kind_pairs(book: Wordbook) -> Iterator[tuple[str, str]]:
    for first, second in product(book.first, book.second):
        if why_it_hurts(first, second, book) is None:
            yield first, second


@every_language
def test_there_are_four_hundred_words_of_each_kind_and_none_twice(language: str) -> None:
    book = BOOKS[language]
    assert len(book.first) >= 400
    assert len(book.second) >= 400
    assert len({*book.first, *book.second}) == len(book.first) + len(book.second)


@every_language
def test_every_word_is_short_and_written_like_a_name(language: str) -> None:
    for word in BOOKS[language].first + BOOKS[language].second:
        assert word.isalpha(), word
        assert word == word.capitalize(), word
        assert 3 <= len(word) <= 10, word


def test_the_lists_stand_in_alphabetical_order_so_that_changes_are_easy_to_read() -> None:
    for book in BOOKS.values():
        assert list(book.first) == sorted(book.first)
        assert list(book.second) == sorted(book.second)


@every_language
def test_no_word_is_withheld(language: str) -> None:
    book = BOOKS[language]
    reasons = {word: why_it_is_withheld(word, book) for word in book.first + book.second}
    assert {word: why for word, why in reasons.items() if why} == {}


@pytest.mark.full
@every_language
def test_no_combination_that_is_handed_out_hurts(language: str) -> None:
    book = BOOKS[language]
    kind = list(kind_pairs(book))
    assert len(kind) >= 160_000
    together = "\n".join(first + second for first, second in kind).casefold()
    apart = "\n".join(f"{first} {second}" for first, second in kind)
    assert [part for part in book.withheld.inside if part in together] == []
    assert [pair for pair in book.withheld.pairs if f"\n{pair}\n" in apart] == []
    assert {first[0] + second[0] for first, second in kind}.isdisjoint(book.withheld.initials)
    joins = {(first[-3:] + "|" + second[:3]).casefold() for first, second in kind}
    for part in (part for part in book.withheld.across if len(part) <= 4):
        spread = {part[:cut] + "|" + part[cut:] for cut in range(1, len(part))}
        assert not [join for join in joins if any(bad in join for bad in spread)], part


@every_language
def test_every_withheld_pair_could_otherwise_be_rolled(language: str) -> None:
    book = BOOKS[language]
    for pair in book.withheld.pairs:
        first, second = pair.split()
        assert first in book.first, pair
        assert second in book.second, pair


@pytest.mark.parametrize(
    "word", ["Robin", "Lily", "Rowan", "Heavy", "Whale", "Thin", "Reed", "Broken", "Lamb", "Cold"]
)
def test_a_word_that_somebody_adds_in_error_is_found(word: str) -> None:
    assert why_it_is_withheld("Heron", wordbook()) is None
    assert why_it_is_withheld(word, wordbook())


@pytest.mark.parametrize(
    ("first", "second", "why"),
    [
        ("Silver", "Sail", "initials"),
        ("Arctic", "Umbrella", "cum"),
        ("Bamboo", "Bobbin", "boob"),
        ("Gathering", "Cloud", "pair"),
    ],
)
def test_words_that_are_fine_apart_can_hurt_together(first: str, second: str, why: str) -> None:
    assert why_it_hurts("Quiet", "Heron", wordbook()) is None
    assert why_it_hurts(first, second, wordbook()) == why


@given(st.lists(numbers, min_size=REROLLS + 1, max_size=REROLLS + 1))
def test_six_names_shown_to_one_member_are_all_different(chances: list[int]) -> None:
    rolled: list[str] = []
    for chance in chances:
        rolled.append(roll(landing_on(chance), rolled=rolled))
    assert len(set(rolled)) == REROLLS + 1


@given(st.sets(numbers, max_size=40), numbers)
def test_a_name_in_use_in_the_room_is_never_rolled(used: set[int], chance: int) -> None:
    book = wordbook()
    taken = {" ".join(book.pair(index)) for index in used | {chance}}
    name = roll(landing_on(chance), taken=taken)
    assert name not in taken
    first, second = name.split()
    assert why_it_hurts(first, second, book) is None


@given(numbers)
def test_one_chance_gives_one_name(chance: int) -> None:
    assert roll(landing_on(chance)) == roll(landing_on(chance))


def test_no_name_is_much_more_likely_than_another() -> None:
    starts = range(0, wordbook().size, 17)
    times = Counter(roll(landing_on(start)) for start in starts)
    assert max(times.values()) <= 4
    seconds = Counter(name.split()[1] for name in times.elements())
    usual = len(starts) / len(wordbook().second)
    assert max(seconds.values()) < 1.5 * usual


@pytest.mark.full
@every_language
def test_every_pair_is_come_past_once(language: str) -> None:
    pairs = list(BOOKS[language].pairs_from(12_345))
    assert len(set(pairs)) == len(pairs) == BOOKS[language].size


def test_a_name_is_rolled_again_five_times_and_no_more() -> None:
    rolled: list[str] = []
    while may_roll_again(rolled):
        rolled.append(roll(lambda _: 7, rolled=rolled))
    assert len(rolled) == 1 + REROLLS
    with pytest.raises(RolledEnough):
        roll(lambda _: 7, rolled=rolled)


def test_the_last_free_name_is_found_and_then_there_is_none() -> None:
    book = little_book("Calm Tern")
    taken = {"Quiet Heron", "Quiet Tern"}
    assert roll(lambda _: 0, taken=taken, book=book) == "Calm Heron"
    with pytest.raises(NoNameLeft):
        roll(lambda _: 0, taken={*taken, "Calm Heron"}, book=book)


def test_a_language_without_a_list_of_its_own_borrows_the_english_one() -> None:
    assert wordbook("tlh") == wordbook("en")


def test_names_use_letters_that_every_keyboard_has() -> None:
    letters = set("".join(wordbook().first + wordbook().second))
    assert letters <= set(string.ascii_letters)
