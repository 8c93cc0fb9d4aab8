"""A slope, and how sure it is."""

from __future__ import annotations

from random import Random

import pytest
from bench.slope import slope, student

MINUTES = [60.0 * minute for minute in range(30)]


def test_what_stays_the_same_has_no_slope() -> None:
    found = slope(MINUTES, [7.0] * 30)
    assert (found.each_hour, found.low, found.high) == (0, 0, 0)


def test_what_rises_evenly_is_surely_so() -> None:
    found = slope(MINUTES, [100 + at / 3600 for at in MINUTES])
    assert found.low == pytest.approx(1)
    assert found.high == pytest.approx(1)


def test_in_nineteen_of_twenty_the_truth_is_between_the_two_values() -> None:
    chance, held = Random(5), 0
    for _ in range(1_000):
        found = slope(MINUTES, [3 * at / 3600 + chance.gauss(0, 1) for at in MINUTES])
        held += found.low <= 3 <= found.high
    assert 930 <= held <= 970


def test_noise_alone_seldom_rises_for_sure() -> None:
    chance = Random(6)
    rose = [slope(MINUTES, [chance.gauss(50, 5) for _ in MINUTES]).low > 0 for _ in range(1_000)]
    assert sum(rose) <= 40  # 2.5 of 100, on that side


def test_two_points_say_nothing() -> None:
    with pytest.raises(ValueError, match="three"):
        slope([0, 1], [1, 2])


def test_fewer_points_are_less_sure() -> None:
    assert student(1) > student(5) > student(12) > student(59) > student(5_000)
