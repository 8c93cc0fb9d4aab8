"""The course of a meeting: never stuck, never a turn for who left, over when its time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from holdfast.meetings.rules.course import (
    EARLY,
    HAND_OUT,
    MOST_GIVEN,
    Course,
    step,
)
from holdfast.meetings.rules.happened import Done, End, Happened, Joined, Left, More, Next, Tick
from holdfast.meetings.rules.rounds import ENDED, Round, TurnState

AT = datetime(2026, 11, 26, 20, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEATS = st.integers(1, 6)
HERE = st.frozensets(SEATS)
THINGS: st.SearchStrategy[Happened] = st.one_of(
    st.builds(Tick, HERE),
    st.builds(Joined, SEATS),
    st.builds(Left, SEATS),
    st.builds(Done, SEATS),
    st.just(Next()),
    st.just(More()),
)
STEPS = st.lists(st.tuples(st.integers(0, 400), THINGS), max_size=60)
ALL = frozenset(range(1, 7))


def begun(*seats: int, length: int = 60) -> Course:
    """A meeting whose go-round begins now, with these people."""
    course, _ = step(Course(AT, length * MINUTE), AT, Tick(ALL))
    for seat in seats:
        course, _ = step(course, AT, Joined(seat))
    course, _ = step(course, AT, Next())
    return course


def who(course: Course) -> int | None:
    return course.now.seat if course.now else None


def run(course: Course, steps: list[tuple[int, Happened]]) -> tuple[Course, datetime]:
    now = AT
    for seconds, what in steps:
        now += timedelta(seconds=seconds)
        course, _ = step(course, now, what)
    return course, now


@pytest.mark.full
@settings(max_examples=300, deadline=None)
@given(STEPS, st.integers(20, 180))
def test_whatever_happens_it_is_over_when_its_time_and_what_was_given_is_over(
    steps: list[tuple[int, Happened]], minutes: int
) -> None:
    course, now = run(Course(AT, minutes * MINUTE), steps)
    began = course.began_at or AT
    end = max(now, began + minutes * MINUTE + MOST_GIVEN + HAND_OUT + timedelta(minutes=30))
    course, _ = step(course, end, Tick(ALL))
    assert course.round in ENDED


@pytest.mark.full
@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_it_is_never_stuck_each_round_ends_at_its_time(
    steps: list[tuple[int, Happened]],
) -> None:
    course, now = run(Course(AT, 60 * MINUTE), [(0, Tick(ALL)), *steps])
    for _ in range(40):
        if course.round in ENDED:
            return
        due = course.turn_until if course.now else course.round_until
        assert due is not None
        now = max(now, due)
        after, _ = step(course, now, Tick(ALL))
        assert after != course
        course = after
    raise AssertionError("it goes on for ever")


@pytest.mark.full
@settings(max_examples=300, deadline=None)
@given(STEPS, SEATS)
def test_nobody_who_left_is_given_a_turn(steps: list[tuple[int, Happened]], seat: int) -> None:
    course, now = run(begun(1, 2, 3, 4), [])
    course, _ = step(course, now, Left(seat))
    for seconds, what in steps:
        if what == Joined(seat):
            continue
        now += timedelta(seconds=seconds)
        course, _ = step(course, now, what)
        assert who(course) != seat


@pytest.mark.full
@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_at_most_one_has_a_turn_and_no_number_is_given_twice(
    steps: list[tuple[int, Happened]],
) -> None:
    course, now = begun(1, 2, 3), AT
    for seconds, what in steps:
        now += timedelta(seconds=seconds)
        course, _ = step(course, now, what)
        assert sum(one.state is TurnState.NOW for one in course.turns) <= 1
        assert course.now is None or course.round is Round.GO_ROUND
        numbers = [one.number for one in course.turns]
        assert len(set(numbers)) == len(numbers)


@given(STEPS)
def test_a_round_never_comes_back(steps: list[tuple[int, Happened]]) -> None:
    order, course, now = list(Round), Course(AT, 60 * MINUTE), AT
    for seconds, what in steps:
        now += timedelta(seconds=seconds)
        after, _ = step(course, now, what)
        assert order.index(after.round) >= order.index(course.round)
        course = after


def test_it_begins_at_its_time_and_not_before() -> None:
    planned = Course(AT, 60 * MINUTE)
    before, said = step(planned, AT - MINUTE, Tick(ALL))
    assert (before, said) == (planned, [])
    after, said = step(planned, AT, Tick(ALL))
    assert (after.round, [line.name for line in said]) == (Round.OPENING, ["meeting_opening"])
    by_hand, _ = step(planned, AT - EARLY, Next())
    assert by_hand.round is Round.OPENING
    too_early, _ = step(planned, AT - EARLY - MINUTE, Next())
    assert too_early is planned


def test_where_nobody_looks_after_the_room_it_waits_half_an_hour_and_is_given_up() -> None:
    planned = Course(AT, 60 * MINUTE)
    assert step(planned, AT, Tick(ALL, open_=True))[0].round is Round.OPENING
    waits, _ = step(planned, AT + 29 * MINUTE, Tick(ALL, open_=False))
    assert waits.round is Round.PLANNED
    over, said = step(planned, AT + 30 * MINUTE, Tick(ALL, open_=False))
    assert (over.round, said[0].name) == (Round.OVER, "meeting_missed")
    assert step(planned, AT + timedelta(days=3), Tick(ALL))[1] == []  # after a restore, say


def test_turns_go_in_order_and_passing_looks_like_being_done() -> None:
    course = begun(3, 1, 2)
    assert who(course) == 3
    passed, said = step(course, AT, Done(3))
    assert (who(passed), said[0].facts) == (1, {"number": 2, "of": 3, "minutes": 3})
    assert step(course, AT, Done(1))[0] == course  # only whose turn it is
    states = {one.state for one in passed.turns if one.seat == 3}
    assert states == {TurnState.HAD}


def test_a_turn_ends_at_its_box_and_the_host_may_give_a_minute() -> None:
    course = begun(1, 2)
    same, _ = step(course, AT + timedelta(seconds=179), Tick(ALL))
    assert who(same) == 1
    assert who(step(course, AT + 3 * MINUTE, Tick(ALL))[0]) == 2
    longer, _ = step(course, AT, More())
    assert who(step(longer, AT + 3 * MINUTE, Tick(ALL))[0]) == 1
    assert who(step(longer, AT + 4 * MINUTE, Tick(ALL))[0]) == 2


def test_more_time_has_an_end() -> None:
    course = begun(1, 2)
    for _ in range(100):
        course, _ = step(course, AT, More())
    assert course.given == MOST_GIVEN


def test_who_is_away_is_passed_over_and_may_come_back_at_the_end() -> None:
    course = begun(1, 2, 3)
    away = frozenset({2, 3})
    soon, _ = step(course, AT + timedelta(seconds=10), Tick(away))
    assert who(soon) == 1  # a lost line is not being away
    later, _ = step(course, AT + timedelta(seconds=20), Tick(away))
    assert who(later) == 2
    later, _ = step(later, AT + MINUTE, Done(2))
    later, _ = step(later, AT + MINUTE, Done(3))
    assert who(later) == 1
    over, said = step(later, AT + 2 * MINUTE, Tick(away))
    assert (over.round, said[-1].name) == (Round.OPEN_TALK, "meeting_talk")


def test_with_one_person_there_is_nothing_to_go_round() -> None:
    assert begun(1).round is Round.OPEN_TALK
    assert begun(1, 2).round is Round.GO_ROUND


def test_many_people_have_shorter_turns_and_talk_ends_in_time() -> None:
    course, now = replace(begun(*range(1, 7), length=20)), AT
    while course.round is Round.GO_ROUND:
        assert course.turn_until is not None
        now = course.turn_until
        course, _ = step(course, now, Tick(ALL))
    assert now <= AT + 17 * MINUTE
    assert course.round is Round.CLOSING


def test_a_meeting_to_which_nobody_comes_is_over_after_its_opening() -> None:
    course, _ = step(Course(AT, 60 * MINUTE), AT, Tick())
    course, said = step(course, AT + 10 * MINUTE, Tick())
    assert (course.round, said[0].name) == (Round.OVER, "meeting_nobody")


def test_after_a_long_stop_only_what_is_so_now_is_said() -> None:
    course, said = step(begun(1, 2, 3), AT + 52 * MINUTE, Tick(ALL))
    assert (course.round, [line.name for line in said]) == (Round.CLOSING, ["meeting_closing"])
    late, said = step(begun(1, 2, 3), AT + timedelta(hours=8), Tick(ALL))
    assert (late.round, said) == (Round.OVER, [])


def test_the_host_ends_it_and_what_is_at_hand_is_still_handed_out() -> None:
    ended, said = step(begun(1, 2), AT + MINUTE, End())
    assert (ended.round, said[0].name) == (Round.HAND_OUT, "meeting_hand_out")
    assert who(ended) is None
    assert step(ended, AT + MINUTE, End())[0].round is Round.OVER
    assert step(ended, AT + MINUTE + HAND_OUT, Tick())[0].round is Round.OVER
