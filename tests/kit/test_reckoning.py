"""A clock that is set ahead is not believed for a day; one that goes as it should always is."""

from __future__ import annotations

from holdfast.kit.reckoning import Reckoning
from town import StillClock


def test_a_clock_that_keeps_time_is_believed_however_long_it_goes() -> None:
    clock = StillClock()
    reckoning = Reckoning(clock)
    for _ in range(40):
        clock.pass_time(days=1)
        clock.set_ahead(seconds=2)
        assert not reckoning.is_ahead()


def test_a_clock_that_is_set_back_and_right_again_is_believed() -> None:
    clock = StillClock()
    reckoning = Reckoning(clock)
    clock.set_ahead(hours=-1)
    assert not reckoning.is_ahead()
    clock.set_ahead(hours=1)
    assert not reckoning.is_ahead()


def test_a_clock_that_is_set_ahead_is_not_believed_until_it_is_right_again() -> None:
    clock = StillClock()
    reckoning = Reckoning(clock)
    clock.set_ahead(hours=1)
    assert reckoning.is_ahead()
    clock.pass_time(hours=20)
    assert reckoning.is_ahead()
    clock.set_ahead(hours=-1)
    assert not reckoning.is_ahead()


def test_a_clock_that_stays_ahead_for_a_whole_day_is_believed_from_then_on() -> None:
    clock = StillClock()
    reckoning = Reckoning(clock)
    clock.set_ahead(days=2)
    assert reckoning.is_ahead()
    clock.pass_time(hours=23, minutes=59)
    assert reckoning.is_ahead()
    clock.pass_time(minutes=2)
    assert not reckoning.is_ahead()
    clock.pass_time(days=30)
    assert not reckoning.is_ahead()
    clock.set_ahead(hours=1)
    assert reckoning.is_ahead(), "the next step is doubted like the first"
