"""The rota, without a clock or a database: who covers what, and where nobody does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.rights.rules import MATRIX, Permission, Role
from holdfast.staff.rules.shifts import (
    CERTIFIED,
    CRISIS,
    EVER,
    SERVES,
    Gap,
    Planned,
    gaps,
    is_whole,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
M1, M2, LEAD = Role.MODERATOR, Role.CRISIS_MODERATOR, Role.LEAD


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def planned(role: Role, since: float, until: float, *languages: str) -> Planned:
    return Planned(role, languages or ("en",), at(since), at(until))


ALWAYS = planned(M2, -200, 400, "en", "es")


def test_who_covers_every_language_and_may_take_a_crisis_leaves_no_gap() -> None:
    assert gaps([ALWAYS], NOON, ["en", "es"]) == []


def test_a_language_that_nobody_reads_is_a_gap_without_a_beginning_or_an_end() -> None:
    assert gaps([ALWAYS], NOON, ["en", "ar"]) == [Gap("ar", EVER, None)]


def test_with_nobody_planned_crisis_and_every_language_are_gaps() -> None:
    assert gaps([], NOON, ["en"]) == [Gap(CRISIS, EVER, None), Gap("en", EVER, None)]


def test_moderators_read_rooms_but_leave_the_gap_of_crisis_open() -> None:
    assert gaps([planned(M1, -1, 400)], NOON, ["en"]) == [Gap(CRISIS, EVER, None)]


def test_a_gap_lies_between_two_shifts() -> None:
    rota = [planned(LEAD, -1, 5), planned(LEAD, 8, 400)]
    assert gaps(rota, NOON, ["en"]) == [Gap(CRISIS, at(5), at(8)), Gap("en", at(5), at(8))]


def test_shifts_that_touch_or_overlap_leave_no_gap_between_them() -> None:
    rota = [planned(M2, -1, 5), planned(M2, 5, 9), planned(M2, 7, 400), planned(M2, 8, 10)]
    assert gaps(rota, NOON, ["en"]) == []


def test_a_gap_after_seventy_two_hours_or_one_that_is_over_is_not_told() -> None:
    rota = [planned(M2, -3, -2), planned(M2, -1, 73), planned(M2, 80, 400)]
    assert gaps(rota, NOON, ["en"]) == []
    assert gaps(rota, NOON + timedelta(hours=1), ["en"]) != []


def test_a_gap_keeps_its_name_while_time_passes() -> None:
    rota = [planned(M2, -1, 5), planned(M2, 8, 400)]
    names = {gap.name for hour in range(8) for gap in gaps(rota, at(hour), ["en"])}
    assert names == {f"crisis:{int(at(5).timestamp())}", f"en:{int(at(5).timestamp())}"}


@pytest.mark.parametrize(
    ("before", "hours"), [(71, 72), (24, 24), (23, 24), (2, 2), (1, 2), (-5, 2), (73, None)]
)
def test_a_gap_is_told_at_the_nearest_of_three_horizons(before: float, hours: int | None) -> None:
    horizon = Gap("en", at(before), None).horizon(NOON)
    assert horizon == (None if hours is None else timedelta(hours=hours))


stretches = st.builds(
    lambda role, start, length, languages: planned(role, start, start + length, *languages),
    st.sampled_from(CERTIFIED),
    st.integers(-48, 96),
    st.integers(1, 12),
    st.lists(st.sampled_from(["en", "es"]), min_size=1),
)


@given(st.lists(stretches, max_size=12), st.integers(0, 71))
def test_at_any_hour_either_somebody_is_planned_or_a_gap_says_so(
    rota: list[Planned], hour: int
) -> None:
    moment = at(hour) + timedelta(minutes=30)
    there = [one for one in rota if one.starts_at <= moment < one.ends_at]
    told = {
        gap.language
        for gap in gaps(rota, NOON, ["en", "es"])
        if gap.starts_at <= moment and (gap.ends_at is None or moment < gap.ends_at)
    }
    missing = {
        language for language in ("en", "es") if not any(language in t.languages for t in there)
    }
    if not any(one.role is not M1 for one in there):
        missing.add(CRISIS)
    assert told == missing


@pytest.mark.parametrize(
    ("since", "until", "whole"),
    [
        (1, 5, True),
        (-1, 3, True),
        (1, 1.2, False),
        (1, 13.1, False),
        (-5, 0, False),
        (5, 1, False),
        (24 * 91, 24 * 91 + 4, True),
        (24 * 92, 24 * 92 + 4, False),
    ],
)
def test_a_shift_is_not_over_nor_too_short_too_long_or_too_far_ahead(
    since: float, until: float, whole: bool
) -> None:
    assert is_whole(at(since), at(until), NOON) is whole


def test_exactly_the_certified_roles_serve_and_may_check_in() -> None:
    allowed = {role for role in Role if Permission.SHIFT_CHECK_IN in MATRIX[role]}
    assert set(CERTIFIED) == set(SERVES) == allowed
    assert all(SERVES[role][0] is role for role in SERVES)
