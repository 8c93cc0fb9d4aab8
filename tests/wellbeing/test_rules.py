"""What a line may be, what a key is for, and who may open a sealed line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.errors import TooFast
from holdfast.kit.ids import MemberId, SessionId, StaffId
from holdfast.rights.rules import STAFF_ROLES, Permission, Role, Staff, may
from holdfast.screening.concern import Concern
from holdfast.wellbeing.rules.openings import (
    APPROVE_WITHIN,
    Standing,
    is_over,
    is_reason,
    may_open,
    standing_of,
)
from holdfast.wellbeing.rules.plans import (
    HEADINGS,
    LONGEST_LINE,
    LineTooLong,
    NoWords,
    Part,
    part_named,
    tidied,
    why_not_kept,
)
from holdfast.wellbeing.rules.seals import Purpose, bound_to, scope_of

WHY = "She wrote goodbye and no longer answers"
ABLE = {Role.CRISIS_MODERATOR, Role.SUPERVISOR, Role.LEAD}


def one(number: int, role: Role = Role.LEAD) -> Staff:
    return Staff(StaffId(number), SessionId(number), role)


def test_a_plan_has_six_parts_each_with_a_question() -> None:
    assert [head.part for head in HEADINGS] == list(Part)
    assert len(HEADINGS) == 6
    assert all(head.title and head.question.count("?") for head in HEADINGS)


@given(st.text(max_size=400))
@example("0 \x1b 0")
def test_a_line_is_one_line_of_what_can_be_seen(text: str) -> None:
    line = tidied(text)
    assert "\n" not in line
    assert line == line.strip()
    assert tidied(line) == line


@given(st.text(max_size=400))
def test_a_line_is_kept_when_it_says_something_and_fits(text: str) -> None:
    line = tidied(text)
    no = why_not_kept(line, 0)
    assert isinstance(no, NoWords) == (not line)
    assert isinstance(no, LineTooLong) == (len(line) > LONGEST_LINE)
    if no is None:
        assert isinstance(why_not_kept(line, 1.5), TooFast)


def test_a_part_goes_by_its_own_name_only() -> None:
    assert part_named("safer") is Part.SAFER
    assert part_named("Safer") is None
    assert part_named("") is None


def test_a_key_for_the_plan_opens_no_sealed_line_and_nobody_else_s_plan() -> None:
    root, ash, birch = RootKey(b"7" * 32), MemberId(1), MemberId(2)
    key = root.make_data_key(scope_of(Purpose.PLAN, ash))
    assert root.unwrap(key.id, key.wrapped, scope_of(Purpose.PLAN, ash)).id == key.id
    for scope in (scope_of(Purpose.LINE, ash), scope_of(Purpose.PLAN, birch)):
        with pytest.raises(WrongKey):
            root.unwrap(key.id, key.wrapped, scope)
    sealed = key.seal(b"words", bound_to(key.id, ash, b"spot"))
    assert key.open(sealed, bound_to(key.id, ash, b"spot")) == b"words"
    for place in (bound_to(key.id, birch, b"spot"), bound_to(key.id, ash, b"elsewhere")):
        with pytest.raises(WrongKey):
            key.open(sealed, place)


@pytest.mark.parametrize(("first", "second"), list(product(STAFF_ROLES, STAFF_ROLES)))
def test_two_people_open_a_line_only_when_both_have_the_right(first: Role, second: Role) -> None:
    may_both = first in ABLE and second in ABLE
    assert may_open(Concern.IMMEDIATE, one(1, first), one(2, second), WHY) == may_both
    assert may(one(1, first), Permission.SEALED_LINE_OPEN) == (first in ABLE)


@pytest.mark.parametrize("concern", [Concern.NONE, Concern.WATCH, Concern.HIGH])
def test_below_immediate_nobody_opens_a_line(concern: Concern) -> None:
    assert may_open(Concern.IMMEDIATE, one(1), one(2), WHY)
    assert not may_open(concern, one(1), one(2), WHY)


def test_two_people_are_two_even_with_two_sessions() -> None:
    assert may_open(Concern.IMMEDIATE, one(1), one(2), WHY)
    again = Staff(StaffId(1), SessionId(9), Role.SUPERVISOR)
    assert not may_open(Concern.IMMEDIATE, one(1), again, WHY)


@pytest.mark.parametrize("reason", ["", "   ", "urgent", "x" * 501])
def test_a_line_opens_with_a_reason_or_not_at_all(reason: str) -> None:
    assert is_reason(WHY)
    assert not is_reason(reason)
    assert not may_open(Concern.IMMEDIATE, one(1), one(2), reason)


def test_a_yes_holds_for_fifteen_minutes_and_not_a_millisecond_longer() -> None:
    then = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
    assert not is_over(then, then + timedelta(minutes=15), APPROVE_WITHIN)
    assert is_over(then, then + timedelta(minutes=15, milliseconds=1), APPROVE_WITHIN)


def test_an_opening_waits_then_may_be_read_then_must_be_asked_for_anew() -> None:
    asked = datetime(2026, 11, 22, 2, 40, tzinfo=UTC)
    agreed, a_while = asked + timedelta(minutes=10), timedelta(minutes=16)
    assert standing_of(asked, None, agreed) is Standing.ASKED
    assert standing_of(asked, None, asked + a_while) is Standing.OVER
    assert standing_of(asked, agreed, asked + a_while) is Standing.AGREED
    assert standing_of(asked, agreed, agreed + a_while) is Standing.OVER
