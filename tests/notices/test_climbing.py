"""How a page climbs: who is called when, until somebody answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kit.ids import StaffId
from holdfast.notices.rules import (
    Roster,
    Urgency,
    Whom,
    after,
    callees,
    climb,
    is_worse,
    retry_at,
)

RAISED = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
ON_SHIFT, NEXT, EVERYONE, PLANNERS = Whom.ON_SHIFT, Whom.NEXT, Whom.EVERYONE, Whom.PLANNERS
SAM, FERN, KIT, ELM = (StaffId(number) for number in range(1, 5))
ROSTER = Roster(on_shift=(SAM,), chain=(SAM, FERN, KIT), stewards=(ELM,), planners=(ELM, FERN))


def walked(urgency: Urgency, seconds: int) -> list[tuple[int, Whom]]:
    """Every call of a page that is looked at each second and never answered."""
    step, calls = 0, []
    for second in range(seconds + 1):
        due = climb(urgency, RAISED, step, RAISED + timedelta(seconds=second))
        if due is not None:
            calls.append((second, due.whom))
            step = due.step
    return calls


def test_immediate_climbs_at_once_after_thirty_seconds_and_after_sixty() -> None:
    assert walked(Urgency.IMMEDIATE, 60) == [(0, ON_SHIFT), (30, NEXT), (60, EVERYONE)]


def test_high_climbs_after_two_minutes_and_after_six() -> None:
    assert walked(Urgency.HIGH, 360) == [(0, ON_SHIFT), (120, NEXT), (360, EVERYONE)]


@pytest.mark.parametrize("urgency", [Urgency.IMMEDIATE, Urgency.HIGH, Urgency.DETECTOR])
def test_once_everyone_was_called_everyone_is_called_each_minute(urgency: Urgency) -> None:
    calls = walked(urgency, 900)
    top = next(second for second, whom in calls if whom is EVERYONE)
    again = [second for second, _ in calls if second >= top]
    assert again == list(range(top, 901, 60))


def test_a_gap_is_told_once_to_those_who_plan() -> None:
    assert walked(Urgency.GAP, 900) == [(0, PLANNERS)]
    due = climb(Urgency.GAP, RAISED, 0, RAISED)
    assert due is not None
    assert due.next_at is None


def test_whoever_slept_through_some_rungs_goes_on_with_the_latest() -> None:
    late = climb(Urgency.IMMEDIATE, RAISED, 0, RAISED + timedelta(minutes=10))
    assert late is not None
    assert late.whom is EVERYONE
    assert late.next_at == RAISED + timedelta(minutes=11)


@given(st.sampled_from(list(Urgency)), st.lists(st.integers(0, 90), max_size=30))
def test_however_often_one_looks_no_call_is_made_twice_and_the_next_is_ahead(
    urgency: Urgency, pauses: list[int]
) -> None:
    now, step, steps = RAISED, 0, []
    for pause in pauses:
        now += timedelta(seconds=pause)
        due = climb(urgency, RAISED, step, now)
        if due is not None:
            steps.append(due.step)
            step = due.step
            assert due.next_at is None or due.next_at > now
            assert climb(urgency, RAISED, step, now) is None
    assert steps == sorted(set(steps))


@given(st.sampled_from([Urgency.IMMEDIATE, Urgency.HIGH]), st.integers(0, 40))
def test_each_rung_is_due_at_the_moment_it_names_and_not_before(
    urgency: Urgency, step: int
) -> None:
    due_at = RAISED + after(urgency, step)
    assert climb(urgency, RAISED, step, due_at - timedelta(milliseconds=1)) is None
    assert climb(urgency, RAISED, step, due_at) is not None


def test_the_rungs_call_the_person_on_shift_then_the_next_then_everyone() -> None:
    assert callees(ON_SHIFT, ROSTER, ()) == (SAM,)
    assert callees(NEXT, ROSTER, {SAM}) == (FERN,)
    assert callees(NEXT, ROSTER, {SAM, FERN, KIT}) == ()
    assert callees(EVERYONE, ROSTER, {SAM}) == (SAM, FERN, KIT, ELM)
    assert callees(PLANNERS, ROSTER, ()) == (ELM, FERN)


def test_with_nobody_on_shift_the_first_rung_is_empty() -> None:
    assert callees(ON_SHIFT, Roster(chain=(FERN,)), ()) == ()


def test_only_something_worse_lets_a_page_begin_anew() -> None:
    assert is_worse(Urgency.IMMEDIATE, Urgency.HIGH)
    assert not is_worse(Urgency.HIGH, Urgency.IMMEDIATE)
    assert not is_worse(Urgency.HIGH, Urgency.HIGH)


def test_a_call_that_did_not_get_through_is_tried_twice_more() -> None:
    seconds = [5, 15]
    assert [retry_at(tries, RAISED) for tries in (1, 2, 3)] == [
        *(RAISED + timedelta(seconds=pause) for pause in seconds),
        None,
    ]
