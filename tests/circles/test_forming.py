"""Forming circles: what is never done, who comes together, and who goes on waiting."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace

from circles.checking import alike, crowd, what_is_wrong, words_of
from holdfast.circles.rules.forming.clusters import seated
from holdfast.circles.rules.forming.grouping import Formed, form_groups
from holdfast.circles.rules.forming.pool import pool_of
from holdfast.circles.rules.forming.wishes import Wish, may_be_a_circle

populations = st.builds(
    crowd,
    seed=st.integers(0, 2**32),
    count=st.integers(1, 160),
    trouble=st.sampled_from((0.0, 0.1, 0.5)),
)


def is_sound(people: list[Wish], formed: Formed) -> None:
    """No hard rule is broken, and everybody is in one circle or is left."""
    for group in formed.groups:
        circle = [people[number] for number in group.people]
        assert what_is_wrong(circle) == []
        assert may_be_a_circle(circle)
    placed = [number for group in formed.groups for number in group.people]
    assert sorted([*placed, *formed.left]) == list(range(len(people)))
    assert np.isnan(formed.fit[formed.left]).all()
    assert not np.isnan(formed.fit[placed]).any()


@pytest.mark.full
@hypothesis_settings(max_examples=40, deadline=None)
@given(people=populations, seed=st.integers(0, 99))
def test_no_hard_rule_is_broken_in_any_population(people: list[Wish], seed: int) -> None:
    is_sound(people, form_groups(pool_of(people), seed=seed))


@pytest.mark.slow
@hypothesis_settings(max_examples=1_000, deadline=None)
@given(people=populations, seed=st.integers(0, 99), with_words=st.booleans())
def test_no_hard_rule_is_broken_in_a_thousand_populations(
    people: list[Wish], seed: int, *, with_words: bool
) -> None:
    vectors = words_of(people, seed=seed) if with_words else None
    is_sound(people, form_groups(pool_of(people, vectors), seed=seed))


@pytest.mark.full
def test_a_crowd_of_hundreds_is_parted_and_sound() -> None:
    """More than one shard, so that halving is at work."""
    people = crowd(7, 1_500, trouble=0.02)
    formed = form_groups(pool_of(people, words_of(people)))
    is_sound(people, formed)
    assert len(formed.groups) > 100


def test_six_who_have_everything_in_common_are_one_circle() -> None:
    formed = form_groups(pool_of(alike()))
    assert [sorted(group.people) for group in formed.groups] == [[0, 1, 2, 3, 4, 5]]
    assert formed.left == []


@pytest.mark.parametrize(
    "otherwise",
    [
        {"age": "16-17"},
        {"languages": ("es",)},
        {"slots": frozenset({1, 20, 21})},
        {"apart": frozenset({"p3"})},
    ],
)
def test_who_may_not_sit_with_the_others_goes_on_waiting(otherwise: dict[str, object]) -> None:
    people = alike()
    people[0] = replace(people[0], **otherwise)
    formed = form_groups(pool_of(people))
    is_sound(people, formed)
    assert len(formed.left) == 1
    assert formed.left[0] in ({0, 3} if "apart" in otherwise else {0})


def test_a_third_person_at_high_concern_goes_on_waiting() -> None:
    people = [replace(wish, high=number < 3) for number, wish in enumerate(alike())]
    formed = form_groups(pool_of(people))
    is_sound(people, formed)
    assert len(formed.left) == 1
    assert formed.left[0] in {0, 1, 2}


def test_of_two_who_may_not_meet_the_one_who_waited_longer_is_seated() -> None:
    people = alike()
    people[2] = replace(people[2], apart=frozenset({"p5"}), waited=500.0)
    assert form_groups(pool_of(people)).left == [5]
    people[2] = replace(people[2], waited=0.0)
    people[5] = replace(people[5], waited=500.0)
    assert form_groups(pool_of(people)).left == [2]


def test_three_are_too_few() -> None:
    formed = form_groups(pool_of(alike()[:3]))
    assert (formed.groups, formed.left) == ([], [0, 1, 2])


def test_nobody_is_parted_into_nothing() -> None:
    formed = form_groups(pool_of([]))
    assert (formed.groups, formed.left) == ([], [])


def test_the_same_people_and_seed_make_the_same_circles() -> None:
    people = crowd(3, 200)
    first, second = (form_groups(pool_of(people), seed=5) for _ in range(2))
    assert first.groups == second.groups


def test_those_who_chose_the_same_come_together() -> None:
    grief, sober = alike(), alike(themes=frozenset({"early sobriety"}))
    people = [
        replace(wish, key=f"q{number}")
        for number, wish in enumerate(
            wish for pair in zip(grief, sober, strict=True) for wish in pair
        )
    ]
    circles = [set(group.people) for group in form_groups(pool_of(people)).groups]
    assert sorted(map(sorted, circles)) == [[0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]]


def test_words_bring_together_where_they_can_be_compared() -> None:
    people = [replace(wish, key=f"q{number}") for number, wish in enumerate(alike() + alike())]
    vectors = np.zeros((12, 2), dtype=np.float32)
    vectors[::2, 0] = vectors[1::2, 1] = 1
    circles = [sorted(group.people) for group in form_groups(pool_of(people, vectors)).groups]
    assert sorted(circles) == [[0, 2, 4, 6, 8, 10], [1, 3, 5, 7, 9, 11]]


def test_who_wants_it_closer_waits_for_people_like_them_and_not_for_ever() -> None:
    """Twelve alike, and six of another theme of whom one wants it close."""
    others = [replace(wish, key=f"o{wish.key}") for wish in alike(themes=frozenset({"anxiety"}))]
    nearer = [
        replace(others[0], key=f"n{number}", slots=frozenset({30 + number, 36 + number}))
        for number in range(5)
    ]  # people like them, who have no time when they have
    lone = replace(others[0], key="lone", closer=1.0)
    people = [*alike(), lone, *nearer]
    assert people.index(lone) in form_groups(pool_of(people)).left
    sooner = [replace(wish, closer=0.0) for wish in people]
    assert people.index(lone) not in form_groups(pool_of(sooner)).left
    later = [replace(wish, waited=29 * 24.0) for wish in people]
    assert people.index(lone) not in form_groups(pool_of(later)).left


def test_who_wants_it_closer_leaves_a_circle_of_people_who_are_less_like_them() -> None:
    """Those who are like them wait with them; only, not at the same hours."""
    lone = replace(alike(themes=frozenset({"anxiety"}), stage="new", pace="slow")[0], key="lone")
    nearer = [
        replace(lone, key=f"n{number}", slots=frozenset({30 + number, 36 + number}))
        for number in range(3)
    ]
    people = [*alike()[:4], lone, *nearer]
    assert 4 in {one for group in form_groups(pool_of(people)).groups for one in group.people}
    people[4] = replace(lone, closer=1.0)
    formed = form_groups(pool_of(people))
    assert [sorted(group.people) for group in formed.groups] == [[0, 1, 2, 3]]


@pytest.mark.parametrize("seed", range(12))
def test_nobody_is_left_where_four_of_the_left_could_be_a_circle(seed: int) -> None:
    people = [replace(wish, closer=0.0) for wish in crowd(seed, 120, trouble=0.0)]
    left = [people[number] for number in form_groups(pool_of(people), seed=seed).left]
    together = Counter(
        (wish.age, language, pair)
        for wish in left
        for language in wish.languages
        for pair in combinations(sorted(wish.slots), 2)
    )
    assert max(together.values(), default=0) < 4


def test_of_two_who_would_lose_as_much_the_one_who_waited_longer_chooses_first() -> None:
    fits = np.array([[0.9, 0.1], [0.9, 0.1]], dtype=np.float32)
    waited = np.array([0.0, 0.05], dtype=np.float32)
    assert seated(fits, 1, waited).tolist() == [1, 0]
    assert seated(fits, 1, waited[::-1]).tolist() == [0, 1]


def test_who_would_lose_most_by_a_second_choice_chooses_first() -> None:
    fits = np.array([[0.9, 0.8], [0.9, 0.1]], dtype=np.float32)
    assert seated(fits, 1, np.zeros(2, dtype=np.float32)).tolist() == [1, 0]


def test_who_speaks_two_languages_is_also_looked_for_in_the_second() -> None:
    people = alike()
    people[0] = replace(people[0], languages=("es", "en"))
    formed = form_groups(pool_of(people))
    assert formed.left == []
    assert pool_of(people).tongues[formed.groups[0].language] == "en"


def test_one_hears_how_far_it_is() -> None:
    heard: list[tuple[int, int]] = []
    form_groups(pool_of(crowd(1, 80)), progress=lambda done, of: heard.append((done, of)))
    assert heard[-1] == (80, 80)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


@pytest.mark.parametrize(
    ("number", "otherwise", "wrong"),
    [
        (0, {"age": "13-15"}, "two age bands mix"),
        (1, {"languages": ("ar",)}, "they have no language in common"),
        (2, {"slots": frozenset({7, 30})}, "they share 1 weekly slots"),
        (3, {"apart": frozenset({"p0"})}, "two sit together who must not"),
        (4, {"key": "p3", "apart": frozenset({"p5"})}, "two sit together who must not"),
    ],
)
def test_the_second_pair_of_eyes_sees_what_is_broken(
    number: int, otherwise: dict[str, object], wrong: str
) -> None:
    people = alike()
    assert what_is_wrong(people) == []
    people[number] = replace(people[number], **otherwise)
    assert set(what_is_wrong(people)) == {wrong}


def test_the_second_pair_of_eyes_counts_people_and_concerns() -> None:
    nine = [replace(wish, key=f"{wish.key}{number}") for number in range(2) for wish in alike()][:9]
    assert what_is_wrong(nine) == ["there are 9 people"]
    assert what_is_wrong(nine[:3]) == ["there are 3 people"]
    grave = [replace(wish, high=number < 3) for number, wish in enumerate(alike())]
    assert what_is_wrong(grave) == ["more than two are at high concern"]


@given(seed=st.integers(0, 2**32), count=st.integers(1, 9))
def test_what_pages_ask_and_what_tests_ask_is_the_same_rule(seed: int, count: int) -> None:
    """`may_be_a_circle` is asked again when people say yes; it must not be milder or stricter."""
    people = [replace(wish, age="18+") for wish in crowd(seed, count, trouble=0.02)]
    near = [replace(wish, slots=frozenset(range(6))) for wish in people] if seed % 2 else people
    assert may_be_a_circle(near) == (what_is_wrong(near) == [])
