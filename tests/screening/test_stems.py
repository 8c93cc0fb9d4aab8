"""The automaton looks for beginnings; what is found is the whole literal, as if it had it all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.screening.expanding import wordings
from holdfast.screening.packs import pack
from holdfast.screening.scanning import BEGINNING, PHRASE, Rules, _automaton, rules, stems

FEW_LETTERS = st.text("ab ", max_size=40)
LITERALS = st.sets(st.text("ab ", min_size=1, max_size=12), min_size=1, max_size=30)
MOST_NODES = 80_000  # of about 40 bytes; with every letter of every literal it is twice that

SMALL = """
language = "en"
needs_native_review = true
[[sign]]
name = "tide"
level = 3
phrases = ["the tide (went|goes) out", "the moon (went|goes) out"]
"""


def found_by(literals: set[str], text: str) -> list[tuple[int, int]]:
    """Where which lengths were found, by the automaton."""
    made = Rules(_automaton({one: (PHRASE, []) for one in literals}), {}, ())
    return sorted((place, hit[2]) for place, hit in made.hits(text))


@given(LITERALS, FEW_LETTERS)
def test_what_is_found_is_what_stands_there(literals: set[str], text: str) -> None:
    there = [
        (end - 1, len(one))
        for one in literals
        for end in range(len(one), len(text) + 1)
        if text.endswith(one, 0, end)
    ]
    assert found_by(literals, text) == sorted(there)


@given(LITERALS)
def test_each_literal_has_a_beginning_of_its_own(literals: set[str]) -> None:
    found = dict(stems(literals))
    assert found.keys() == literals
    assert len({*found.values()}) == len(literals)
    for literal, stem in found.items():
        assert literal.startswith(stem)
        assert len(stem) >= min(len(literal), BEGINNING)


def test_every_literal_of_ours_is_found_where_it_stands() -> None:
    for stem, hit in rules().automaton.items():
        literal = stem + hit[4]
        assert (len(literal) - 1, hit) in list(rules().hits(literal)), literal


def test_a_beginning_alone_is_no_literal() -> None:
    lacking = [(stem, hit) for stem, hit in rules().automaton.items() if hit[4]]
    assert lacking
    for stem, hit in lacking:
        cut = stem + hit[4][:-1]
        assert all(other is not hit for _, other in rules().hits(cut)), cut


def test_the_automaton_stays_small() -> None:
    assert rules().automaton.get_stats()["nodes_count"] < MOST_NODES


def test_a_part_that_several_phrases_have_is_kept_once() -> None:
    around = [template for _, _, template in pack("en", SMALL).phrases]
    assert len({*map(id, around)}) == 2
    assert len({id(finder) for one in around for finder in (*one.before, *one.after)}) < 4


def test_a_word_stands_in_memory_once() -> None:
    one, other = (wordings([f"{first} oystercatcher"], {})[0] for first in ("an", "the"))
    assert one[1] is other[1]
