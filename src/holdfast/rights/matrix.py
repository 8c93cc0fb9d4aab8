"""The roles, the permissions, and the one matrix that joins them, read from `matrix.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).with_name("matrix.toml")


class Role(StrEnum):
    """The closed list of roles that sign in (house.md §5)."""

    MEMBER = "member"
    MODERATOR = "moderator"
    CRISIS_MODERATOR = "crisis-moderator"
    SUPERVISOR = "supervisor"
    LEAD = "lead"
    STEWARD = "steward"
    PARTNER = "partner"
    AUDITOR = "auditor"


STAFF_ROLES = tuple(role for role in Role if role is not Role.MEMBER)


class Permission(StrEnum):
    """`resource:action`, one word for each thing that can be allowed."""

    ROOM_SEE = "room:see"
    ROOM_MAKE = "room:make"
    ROOM_EDIT = "room:edit"
    ROOM_CLOSE = "room:close"
    HELPLINE_CHECK = "helpline:check"
    WORDING_EDIT = "wording:edit"
    RETENTION_SET = "retention:set"
    ROOM_ERASE = "room:erase"
    SETTINGS_SET = "settings:set"
    DOOR_SET = "door:set"
    INVITATION_MAKE = "invitation:make"
    RAID_SET = "raid:set"
    RAID_UNDO = "raid:undo"
    SEAT_TAKE = "seat:take"
    ROOM_SIT = "room:sit"
    ROOM_GUIDE = "room:guide"
    SIDE_SPACE_READ = "side_space:read"
    SEALED_LINE_OPEN = "sealed_line:open"
    HELD_READ = "held:read"
    HELD_DECIDE = "held:decide"
    ESCALATION_SEE = "escalation:see"
    ESCALATION_RAISE = "escalation:raise"
    ESCALATION_TAKE_WATCH = "escalation:take_watch"
    ESCALATION_TAKE = "escalation:take"
    ESCALATION_JOIN = "escalation:join"
    ESCALATION_HAND_OVER = "escalation:hand_over"
    ESCALATION_CLOSE = "escalation:close"
    ESCALATION_LOWER = "escalation:lower"
    ESCALATION_LEAD_TRACK = "escalation:lead_track"
    DESK_WATCH = "desk:watch"
    REPORT_MAKE = "report:make"
    CASE_SEE = "case:see"
    CASE_DECIDE = "case:decide"
    MEASURE_TAKE = "measure:take"
    MEASURE_TAKE_LONG = "measure:take_long"
    MEASURE_REMOVE = "measure:remove"
    APPEAL_JUDGE = "appeal:judge"
    HANDOVER_NOTE_WRITE = "handover_note:write"
    SHIFT_SEE = "shift:see"
    SHIFT_PLAN = "shift:plan"
    SHIFT_CHECK_IN = "shift:check_in"
    RELIEF_ASK = "relief:ask"
    DEBRIEF_HOLD = "debrief:hold"
    PAGER_ACKNOWLEDGE = "pager:acknowledge"
    PAGER_SET = "pager:set"
    STAFF_SEE = "staff:see"
    STAFF_INVITE = "staff:invite"
    STAFF_REMOVE = "staff:remove"
    AUDIT_READ_OWN = "audit:read_own"
    AUDIT_READ_META = "audit:read_meta"
    AUDIT_READ = "audit:read"
    HOLD_SEE = "hold:see"
    HOLD_SET = "hold:set"
    HOLD_LEAD = "hold:lead"
    RIGHT_GRANT = "right:grant"
    HAND_ANSWER = "hand:answer"
    CIRCLE_VISIT = "circle:visit"
    GLASS_KEY = "glass:key"
    GLASS_ASK = "glass:ask"
    GLASS_AGREE = "glass:agree"


class Misprint(ValueError):
    """The matrix does not say what it must say; the house does not start with it."""


def read_matrix(written: str) -> dict[Permission, tuple[str, frozenset[Role]]]:
    """What each permission allows, and to whom. Raises `Misprint` rather than guess."""
    found = {one: _entry(one, entry) for one, entry in tomllib.loads(written).items()}
    if strangers := sorted(set(found) - set(Permission)):
        raise Misprint(f"unknown permissions: {', '.join(strangers)}")
    if missing := [one for one in Permission if one not in found]:
        raise Misprint(f"nobody says who may: {', '.join(missing)}")
    return {one: found[one] for one in Permission}


def _entry(name: str, entry: Mapping[str, Any]) -> tuple[str, frozenset[Role]]:
    if set(entry) != {"allows", "roles"}:
        raise Misprint(f"{name} has `allows` and `roles`, and nothing else")
    roles = entry["roles"]
    if strangers := sorted(set(roles) - set(Role)):
        raise Misprint(f"{name} is given to unknown roles: {', '.join(strangers)}")
    if len(roles) != len(set(roles)):
        raise Misprint(f"{name} names a role twice")
    return str(entry["allows"]), frozenset(Role(role) for role in roles)


_ENTRIES = read_matrix(WRITTEN.read_text("utf-8"))
ALLOWS = {one: allows for one, (allows, _) in _ENTRIES.items()}
MATRIX: dict[Role, frozenset[Permission]] = {
    role: frozenset(one for one, (_, roles) in _ENTRIES.items() if role in roles) for role in Role
}
