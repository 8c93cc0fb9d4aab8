"""A slope, and how sure it is."""

from __future__ import annotations

from math import sqrt
from random import Random
from statistics import fmean

import pytest
from bench.slope import PARTS, parts, slope, student

MINUTES = [60.0 * minute for minute in range(30)]


def wandering(chance: Random, goes_on: float) -> list[float]:
    """Noise of which each value keeps so much of the one before."""
    values = [chance.gauss(0, 1) / sqrt(1 - goes_on**2)]
    for _ in MINUTES[1:]:
        values.append(goes_on * values[-1] + chance.gauss(0, 1))
    return values


def as_if_free(values: list[float]) -> float:
    """How far off a slope would be said to be if the points knew nothing of each other."""
    middle, mean = fmean(MINUTES), fmean(values)
    width = sum((at - middle) ** 2 for at in MINUTES)
    rise = slope(MINUTES, values).each_hour / 3600
    off = [v - mean - rise * (at - middle) for at, v in zip(MINUTES, values, strict=True)]
    free = len(values) - 2
    return 3600 * student(free) * sqrt(sum(one**2 for one in off) / free / width)


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
    assert 930 <= held <= 985


@pytest.mark.parametrize(("goes_on", "least"), [(0.3, 920), (0.6, 900), (0.8, 870)])
def test_the_truth_is_as_surely_there_where_each_value_clings_to_the_one_before(
    goes_on: float, least: int
) -> None:
    chance, held, naive = Random(7), 0, 0
    for _ in range(1_000):
        values = [
            3 * at / 3600 + one for at, one in zip(MINUTES, wandering(chance, goes_on), strict=True)
        ]
        found = slope(MINUTES, values)
        held += found.low <= 3 <= found.high
        naive += abs(found.each_hour - 3) <= as_if_free(values)
    assert held >= least
    assert naive < held - 50, "else the correction would be for nothing"


def test_what_seems_to_rise_may_only_wander() -> None:
    chance = Random(8)
    rose = [slope(MINUTES, wandering(chance, 0.8)).low > 0 for _ in range(1_000)]
    assert sum(rose) <= 70


def test_a_leak_is_found_through_noise_that_lasts() -> None:
    chance, found = Random(9), 0
    for _ in range(200):
        values = [
            30 * at / 3600 + one for at, one in zip(MINUTES, wandering(chance, 0.5), strict=True)
        ]
        found += slope(MINUTES, values).low > 1
    assert found >= 190


def test_what_fills_up_and_then_stays_rises_for_sure_only_while_it_fills() -> None:
    chance = Random(10)
    filling = [50 * min(1, at / 900) + chance.gauss(0, 0.5) for at in MINUTES]
    assert slope(MINUTES[:12], filling[:12]).low > 100
    assert slope(MINUTES[15:], filling[15:]).low < 1


def test_the_quarters_of_a_run_are_of_like_length_and_leave_nothing_out() -> None:
    assert parts([float(at) for at in range(8)]) == [0.5, 2.5, 4.5, 6.5]
    assert len(parts([1.0] * 30)) == PARTS
    assert parts([1.0, 2.0, 3.0]) == [1, 2, 3]
    assert sum(parts([1.0] * 7)) == PARTS


def test_noise_alone_seldom_rises_for_sure() -> None:
    chance = Random(6)
    rose = [slope(MINUTES, [chance.gauss(50, 5) for _ in MINUTES]).low > 0 for _ in range(1_000)]
    assert sum(rose) <= 40  # 2.5 of 100, on that side


def test_two_points_say_nothing() -> None:
    with pytest.raises(ValueError, match="three"):
        slope([0, 1], [1, 2])


def test_fewer_points_are_less_sure() -> None:
    assert student(1) > student(5) > student(12) > student(59) > student(5_000)
