"""The matrix is read whole or not at all, and says what the papers say about each role."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import holdfast
from holdfast.kit.ids import SessionId, StaffId
from holdfast.rights.matrix import (
    ALLOWS,
    MATRIX,
    STAFF_ROLES,
    WRITTEN,
    Misprint,
    Permission,
    Role,
    read_matrix,
)
from holdfast.rights.rules import Guest, Staff, System, may

TEXT = WRITTEN.read_text("utf-8")
CARES_FOR_PEOPLE_IN_DANGER = frozenset(
    one
    for one in Permission
    if one.value.startswith(("escalation:", "side_space:", "sealed_line:"))
)


def test_every_permission_says_in_words_what_it_allows() -> None:
    assert set(ALLOWS) == set(Permission)
    assert all(words.startswith("to ") and not words.endswith(".") for words in ALLOWS.values())


@pytest.mark.full
def test_every_permission_is_asked_for_somewhere_in_the_house() -> None:
    """What nobody asks for protects nothing, and only looks as if it did."""
    house = Path(holdfast.__file__).parent
    written = [
        path.read_text("utf-8") for path in house.rglob("*.py") if "rights" not in path.parts
    ]
    asked = set(re.findall(r"\bPermission\.([A-Z_]+)\b", "\n".join(written)))
    assert [one.value for one in Permission if one.name not in asked] == []


def test_every_permission_is_given_to_somebody() -> None:
    assert frozenset().union(*MATRIX.values()) == set(Permission)


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ('["room:make"]', '["room:paint"]', "unknown permissions: room:paint"),
        ('["room:make"]\nallows = "to make an open room"\nroles = ["steward"]', "", "room:make"),
        ('roles = ["steward"]', 'roles = ["superuser"]', "unknown roles: superuser"),
        ('roles = ["steward"]', 'roles = ["steward", "steward"]', "twice"),
        ('roles = ["steward"]', 'roles = ["steward"]\nunless = "night"', "nothing else"),
    ],
)
def test_a_misprint_in_the_matrix_stops_the_house(was: str, becomes: str, told: str) -> None:
    assert read_matrix(TEXT)
    assert was in TEXT
    with pytest.raises(Misprint, match=told):
        read_matrix(TEXT.replace(was, becomes, 1))


def test_a_supervisor_has_the_crisis_moderator_s_rights() -> None:
    assert MATRIX[Role.SUPERVISOR] >= MATRIX[Role.CRISIS_MODERATOR]
    assert MATRIX[Role.LEAD] >= CARES_FOR_PEOPLE_IN_DANGER


def test_only_the_lead_decides_about_children_and_exploitation() -> None:
    may_decide = [role for role in Role if Permission.ESCALATION_LEAD_TRACK in MATRIX[role]]
    assert may_decide == [Role.LEAD]


@pytest.mark.parametrize("role", [Role.STEWARD, Role.PARTNER, Role.AUDITOR, Role.MEMBER])
def test_who_does_not_care_for_rooms_reads_no_words_and_takes_nobody(role: Role) -> None:
    words = {Permission.SIDE_SPACE_READ, Permission.HELD_READ, Permission.HELD_DECIDE}
    words |= {Permission.ROOM_SIT, Permission.ROOM_GUIDE}
    assert words <= MATRIX[Role.MODERATOR]
    assert not MATRIX[role] & (words | CARES_FOR_PEOPLE_IN_DANGER)


def test_an_auditor_reads_the_whole_record_and_a_steward_only_its_outline() -> None:
    readers = {role for role in Role if Permission.AUDIT_READ in MATRIX[role]}
    assert readers == {Role.LEAD, Role.AUDITOR}
    assert Permission.AUDIT_READ_META in MATRIX[Role.STEWARD]
    assert all(Permission.AUDIT_READ_OWN in MATRIX[role] for role in STAFF_ROLES)


def test_a_guest_may_nothing_and_the_house_itself_everything() -> None:
    steward = Staff(StaffId(1), SessionId(1), Role.STEWARD)
    assert may(steward, Permission.ROOM_MAKE)
    assert not may(steward, Permission.HELD_READ)
    for permission in Permission:
        assert not may(Guest(), permission)
        assert may(System(), permission)
