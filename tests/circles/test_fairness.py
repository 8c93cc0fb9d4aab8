"""The fairness audit: what it shows, and that nobody's own figure can be read from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from holdfast.circles.rules.fairness import FEWEST, Cell, Told, audited, hidden

ONE = Told("en", "18+", frozenset({"grief"}), waited=10.0, placed=True, fit=0.5)


def people(count: int, **otherwise: object) -> list[Told]:
    return [replace(ONE, **otherwise) for _ in range(count)]


def test_it_says_how_many_are_placed_after_what_wait_and_how_well() -> None:
    told = people(90) + people(30, placed=False, waited=40.0, fit=None)
    assert audited(told).everybody == Cell(people=120, placed=75, wait_p95=42, fit_p10=0.5)


def test_it_says_it_by_language_age_and_theme() -> None:
    told = people(20) + people(20, language="es", themes=frozenset({"grief", "anxiety"}), fit=0.3)
    found = audited(told).by
    assert list(found) == ["language", "age", "theme"]
    assert found["language"]["es"] == Cell(people=20, placed=100, wait_p95=12, fit_p10=0.3)
    assert found["theme"]["grief"] == Cell(people=40, placed=100, wait_p95=12, fit_p10=0.3)


def test_a_cell_of_nine_is_hidden_and_one_of_ten_is_shown() -> None:
    ten = audited(people(30) + people(10, language="es")).by["language"]
    assert ten["es"] is not None
    nine = audited(people(30) + people(9, language="es") + people(9, language="ar"))
    assert nine.by["language"]["es"] is nine.by["language"]["ar"] is None
    assert nine.by["language"]["en"] is not None


def test_a_lone_small_cell_hides_another_beside_it() -> None:
    """Or it could be reckoned: everybody without those who are shown."""
    told = people(50) + people(20, language="es") + people(3, language="ar")
    found = audited(told).by["language"]
    assert found["ar"] is found["es"] is None
    assert found["en"] is not None


def test_small_cells_that_are_few_together_hide_another_too() -> None:
    assert hidden({"en": 50, "es": 20, "ar": 3, "pt": 4}) == {"ar", "pt", "es"}
    assert hidden({"en": 50, "es": 20, "ar": 6, "pt": 4}) == {"ar", "pt"}


def test_fewer_than_ten_in_all_are_not_shown() -> None:
    assert audited(people(9)).everybody is None
    assert audited(people(10)).everybody is not None
    assert audited([]).everybody is None


def test_a_fit_of_fewer_than_ten_is_not_told() -> None:
    told = people(9) + people(20, placed=False, fit=None)
    cell = audited(told).everybody
    assert cell is not None
    assert cell.fit_p10 is None
    assert cell.placed == 30


@pytest.mark.parametrize(("count", "told"), [(11, 10), (14, 10), (15, 15), (119, 115)])
def test_counts_are_rounded_so_that_one_more_person_is_not_seen(count: int, told: int) -> None:
    cell = audited(people(count)).everybody
    assert cell is not None
    assert cell.people == told


@pytest.mark.parametrize(("waited", "told"), [(101.3, 120), (31.0, 36), (500.0, 504), (0.0, 0)])
def test_the_longest_wait_of_a_few_is_not_told_to_the_hour(waited: float, told: int) -> None:
    cell = audited(people(12, waited=waited)).everybody
    assert cell is not None
    assert cell.wait_p95 == told


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.integers(1, 40)))
def test_what_is_hidden_can_never_be_reckoned(counts: dict[str, int]) -> None:
    unseen = hidden(counts)
    assert {name for name, count in counts.items() if count < FEWEST} <= unseen
    if unseen and unseen != set(counts):
        assert len(unseen) >= 2
        assert sum(counts[name] for name in unseen) >= FEWEST
