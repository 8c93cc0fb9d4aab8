"""The actors, the roles and the one matrix of permissions. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from holdfast.kit.ids import MemberId, SessionId, StaffId
from holdfast.kit.looks import Looks

EVERYONES = Looks()


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
    SEAT_TAKE = "seat:take"


EVERYONE_IN = frozenset({Permission.ROOM_SEE})
MATRIX: dict[Role, frozenset[Permission]] = {
    **dict.fromkeys(STAFF_ROLES, EVERYONE_IN),
    Role.MEMBER: EVERYONE_IN | {Permission.SEAT_TAKE},
    Role.STEWARD: EVERYONE_IN | {Permission.ROOM_MAKE},
}


@dataclass(frozen=True, slots=True)
class Guest:
    """Someone who looks around and has not come in."""


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who has come in, by one of their sessions."""

    id: MemberId
    session: SessionId
    looks: Looks = EVERYONES
    until: datetime | None = field(default=None, compare=False)  # when the session ends

    role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who looks after the place, under their own account."""

    id: StaffId
    session: SessionId
    role: Role
    looks: Looks = EVERYONES
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class System:
    """The house itself: migrations, the demonstration, timers."""


Actor = Guest | Member | Staff | System


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the matrix lets this actor do that kind of thing at all."""
    match actor:
        case Member() | Staff():
            return permission in MATRIX[actor.role]
        case System():
            return True
        case Guest():
            return False
