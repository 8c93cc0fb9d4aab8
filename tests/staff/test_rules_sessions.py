"""When a staff session ends, and how long a sign-in counts as fresh."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.staff.rules.people import is_cared_for
from holdfast.staff.rules.sessions import (
    is_fresh,
    is_use_to_note,
    session_until,
    was_set_back,
)

NOW = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
END = NOW + timedelta(hours=12)


def test_an_unused_session_ends_after_half_an_hour_and_a_program_s_may_rest() -> None:
    assert session_until(END, NOW, may_rest=False) == NOW + timedelta(minutes=30)
    assert session_until(END, END, may_rest=False) == END
    assert session_until(END, NOW, may_rest=True) == END


def test_fresh_lasts_five_minutes_and_never_begins_by_itself() -> None:
    assert is_fresh(NOW, NOW + timedelta(minutes=5))
    assert not is_fresh(NOW, NOW + timedelta(minutes=5, milliseconds=1))
    assert not is_fresh(None, NOW)


def test_a_clock_that_was_set_back_makes_nobody_fresh_and_ends_what_began_later() -> None:
    before = NOW - timedelta(hours=1)
    assert not is_fresh(NOW, before)
    assert was_set_back(NOW, before, may_rest=False)
    assert not was_set_back(NOW, NOW - timedelta(minutes=10), may_rest=False)
    assert not was_set_back(NOW, before, may_rest=True)


def test_use_is_noted_once_a_minute_where_a_session_may_end_for_want_of_it() -> None:
    assert is_use_to_note(NOW, NOW + timedelta(minutes=1))
    assert not is_use_to_note(NOW, NOW + timedelta(seconds=59))
    assert not is_use_to_note(None, NOW + timedelta(hours=1))


def test_somebody_must_be_left_who_can_sign_in() -> None:
    assert is_cared_for([0, 1], without_a_way_in=False)
    assert not is_cared_for([], without_a_way_in=False)
    assert not is_cared_for([0, 0], without_a_way_in=False)
    assert is_cared_for([0], without_a_way_in=True)
    assert not is_cared_for([], without_a_way_in=True)
