"""Open seats before new circles: who gets one, who had rather wait, and what is never done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from circles.checking import alike, crowd, what_is_wrong
from holdfast.circles.rules.forming.grouping import form_groups
from holdfast.circles.rules.forming.pool import pool_of
from holdfast.circles.rules.forming.seats import place_in_open
from holdfast.circles.rules.forming.wishes import OpenCircle, Wish, may_be_a_circle

OPEN = OpenCircle(
    "tide", "18+", "en", frozenset({1, 7, 13}), 5, themes=frozenset({"grief"}),
    members=frozenset({"m1", "m2"}), apart=frozenset({"nobody"}),
)  # fmt: skip
ASH = alike()[0]


def circle_of(people: list[Wish], key: str, language: str) -> OpenCircle:
    """A circle that these people are in, as it would say itself what it shares."""
    return OpenCircle(
        key, people[0].age, language,
        slots=frozenset.intersection(*(person.slots for person in people)), size=len(people),
        high=sum(person.high for person in people),
        members=frozenset(person.key for person in people),
        apart=frozenset().union(*(person.apart for person in people)),
    )  # fmt: skip


def test_who_stays_apart_is_read_from_the_pairs_and_never_left_over_from_another_pool() -> None:
    ash, birch, *others = alike()
    pool = pool_of([replace(ash, apart=frozenset({birch.key})), birch, *others])
    assert pool.enemies == {0: {1}, 1: {0}}
    assert replace(pool, apart=pool.apart[:0]).enemies == {}
    assert pool.enemies == {0: {1}, 1: {0}}


def test_a_newcomer_who_fits_gets_the_free_seat() -> None:
    placed = place_in_open([ASH], [OPEN])
    assert [(seat.wish, seat.circle) for seat in placed] == [(0, 0)]
    assert placed[0].fit > 0.9


@pytest.mark.parametrize(
    "otherwise",
    [
        {"size": 8},
        {"age": "16-17"},
        {"language": "es"},
        {"slots": frozenset({1, 2, 3})},
        {"slots": frozenset({1, 7, 20}), "meets": frozenset({20})},
        {"members": frozenset({"foe"})},
        {"apart": frozenset({"p0"})},
    ],
)
def test_a_seat_that_would_break_a_hard_rule_is_none(otherwise: dict[str, object]) -> None:
    ash = replace(ASH, apart=frozenset({"foe"}))
    assert OPEN.has_a_seat_for(ash)
    assert place_in_open([ash], [OPEN])
    assert not replace(OPEN, **otherwise).has_a_seat_for(ash)
    assert place_in_open([ash], [replace(OPEN, **otherwise)]) == []


def test_a_block_between_two_who_sit_there_already_shuts_out_nobody_else() -> None:
    assert replace(OPEN, apart=frozenset({"m1"})).has_a_seat_for(ASH)
    assert not replace(OPEN, apart=frozenset({ASH.key})).has_a_seat_for(ASH)


@given(st.integers(0, 10_000))
@hypothesis_settings(max_examples=60, deadline=None)
def test_a_seat_is_there_for_just_those_with_whom_all_of_them_would_be_a_circle(seed: int) -> None:
    """The rule for open seats is the rule for forming: with people who share a language."""
    people = [replace(one, languages=("en",)) for one in crowd(seed, 5, trouble=0.2)]
    here, comes = people[:4], people[4]
    circle = circle_of(here, "tide", "en")
    sound = may_be_a_circle(here)
    assert not sound or circle.has_a_seat_for(comes) == (what_is_wrong(people) == [])


def test_a_third_person_at_high_concern_gets_no_seat() -> None:
    full = replace(OPEN, high=2)
    assert place_in_open([ASH], [full])
    assert place_in_open([replace(ASH, high=True)], [full]) == []


def test_the_last_seat_goes_to_who_waited_longest() -> None:
    people = [replace(wish, waited=float(number)) for number, wish in enumerate(alike())]
    placed = place_in_open(people, [replace(OPEN, size=7)])
    assert [seat.wish for seat in placed] == [5]


def test_several_newcomers_are_judged_together() -> None:
    """Each of them fits the circle, but not both."""
    one = replace(ASH, slots=frozenset({1, 7}), waited=2.0)
    other = replace(ASH, key="other", slots=frozenset({7, 13}))
    assert len(place_in_open([one], [OPEN])) == len(place_in_open([other], [OPEN])) == 1
    assert [seat.wish for seat in place_in_open([other, one], [OPEN])] == [1]


def test_two_who_must_not_meet_do_not_come_to_one_circle() -> None:
    one, other = alike()[:2]
    one = replace(one, apart=frozenset({other.key}), waited=1.0)
    assert [seat.wish for seat in place_in_open([one, other], [OPEN])] == [0]
    assert len(place_in_open([one, other], [OPEN, replace(OPEN, key="second")])) == 2


def test_a_circle_that_somebody_said_no_to_is_passed_by_for_another() -> None:
    other = replace(OPEN, key="other", themes=frozenset({"anxiety"}))
    assert [seat.circle for seat in place_in_open([ASH], [OPEN, other])] == [0]
    said_no = replace(ASH, refused=frozenset({OPEN.key}))
    assert not OPEN.has_a_seat_for(said_no)
    assert [seat.circle for seat in place_in_open([said_no], [OPEN, other])] == [1]
    assert place_in_open([said_no], [OPEN]) == []


def test_circles_that_were_refused_leave_room_for_those_that_were_not() -> None:
    many = [replace(OPEN, key=f"c{number}") for number in range(10)]
    last = replace(OPEN, key="last", themes=frozenset({"anxiety"}))
    said_no = replace(ASH, refused=frozenset(circle.key for circle in many))
    assert [seat.circle for seat in place_in_open([said_no], [*many, last])] == [10]


def test_of_two_circles_the_nearer_one_is_taken() -> None:
    far = replace(OPEN, key="far", themes=frozenset({"anxiety"}))
    assert [seat.circle for seat in place_in_open([ASH], [far, OPEN])] == [1]


def test_who_wants_it_closer_passes_by_a_seat_when_nearer_people_wait() -> None:
    far = replace(OPEN, themes=frozenset({"anxiety"}))
    closer = replace(ASH, key="closer", closer=1.0)
    others = [replace(wish, key=f"o{wish.key}") for wish in alike()]
    assert 0 not in {seat.wish for seat in place_in_open([closer, *others], [far])}
    assert place_in_open([closer], [far]), "with nobody else in sight the seat is good"
    patient = [replace(wish, waited=29 * 24.0) for wish in [closer, *others]]
    assert 0 in {seat.wish for seat in place_in_open(patient, [far])}


def test_nothing_comes_of_nobody_or_of_no_circle() -> None:
    assert place_in_open([], [OPEN]) == []
    assert place_in_open([ASH], []) == []


@pytest.mark.full
@hypothesis_settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), trouble=st.sampled_from((0.1, 0.5)))
def test_no_hard_rule_is_broken_by_who_comes_later(seed: int, trouble: float) -> None:
    people = crowd(seed, 160, trouble=trouble)
    pool = pool_of(people)
    formed = form_groups(pool)
    there = [[people[number] for number in group.people] for group in formed.groups]
    later = [replace(wish, key=f"n{wish.key}") for wish in crowd(seed + 1, 60, trouble=trouble)]
    open_ones = [
        circle_of(circle, f"{number}", pool.tongues[group.language])
        for number, (circle, group) in enumerate(zip(there, formed.groups, strict=True))
    ]
    for seat in place_in_open(later, open_ones):
        there[seat.circle].append(later[seat.wish])
    assert [wrong for circle in there for wrong in what_is_wrong(circle)] == []
