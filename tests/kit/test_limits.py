"""How fast things may come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kit.errors import TooFast
from holdfast.kit.limits import SWEEP_AT, Limits, Pace
from town import StillClock

PACE = Pace(every=2.0, burst=3)


def test_a_burst_passes_and_one_more_is_too_fast_with_its_wait() -> None:
    limits = Limits(StillClock())
    for _ in range(3):
        limits.take("ash", PACE)
    with pytest.raises(TooFast) as refused:
        limits.take("ash", PACE)
    assert refused.value.wait == 2.0


def test_what_is_refused_costs_nothing() -> None:
    clock = StillClock()
    limits = Limits(clock)
    for _ in range(3):
        limits.take("ash", PACE)
    for _ in range(50):
        assert limits.wait("ash", PACE) == pytest.approx(2.0)
    clock.pass_time(seconds=2)
    limits.take("ash", PACE)


def test_each_key_has_a_bucket_of_its_own() -> None:
    limits = Limits(StillClock())
    for _ in range(3):
        limits.take("ash", PACE)
    limits.take("birch", PACE)


def test_after_a_long_quiet_no_more_than_a_burst_passes() -> None:
    clock = StillClock()
    limits = Limits(clock)
    limits.take("ash", PACE)
    clock.pass_time(hours=5)
    assert [limits.wait("ash", PACE) == 0 for _ in range(4)] == [True, True, True, False]


def test_where_limits_are_off_they_count_and_refuse_nothing() -> None:
    limits = Limits(StillClock(), refuse=False)
    for _ in range(100):
        limits.take("ash", PACE)
    limits.refuse = True
    with pytest.raises(TooFast):
        limits.take("ash", PACE)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_the_pace_allow(pauses: list[float]) -> None:
    clock = StillClock()
    limits = Limits(clock)
    passed = 0
    began = clock.ticks()
    for pause in pauses:
        clock.pass_time(seconds=pause)
        passed += limits.wait("ash", PACE) == 0
    assert passed <= PACE.burst + (clock.ticks() - began) / PACE.every + 1e-6


def test_idle_buckets_are_swept_away_and_busy_ones_stay() -> None:
    clock = StillClock()
    limits = Limits(clock)
    for number in range(SWEEP_AT):
        limits.take(number, PACE)
    clock.pass_time(minutes=1)
    for _ in range(3):
        limits.take("ash", PACE)
    assert len(limits._due) < 10
    with pytest.raises(TooFast):
        limits.take("ash", PACE)
