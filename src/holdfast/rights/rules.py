"""The actors, and what the one matrix lets each of them do. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field  # noqa: TID251 - not all of an actor is compared
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from holdfast.kit.ids import MemberId, SessionId, StaffId
from holdfast.kit.looks import Looks
from holdfast.rights.matrix import MATRIX, STAFF_ROLES, Permission, Role

if TYPE_CHECKING:
    from holdfast.rights.own import OwnKey

__all__ = ["MATRIX", "STAFF_ROLES", "Permission", "Role"]  # known by their storey's name

EVERYONES = Looks()


class Guest(Struct, frozen=True):
    """Someone who looks around and has not come in."""


@dataclass(frozen=True, slots=True)
class Member:
    """Someone who has come in, by one of their sessions."""

    id: MemberId
    session: SessionId
    looks: Looks = EVERYONES
    until: datetime | None = field(default=None, compare=False)  # when the session ends
    locked: bool = field(default=False, compare=False)  # until this device's PIN is typed
    used_at: datetime | None = field(default=None, compare=False)  # of a device others use
    own: OwnKey | None = field(default=None, compare=False, repr=False)  # for private talk

    role = Role.MEMBER


@dataclass(frozen=True, slots=True)
class Staff:
    """Someone who looks after the place, under their own account."""

    id: StaffId
    session: SessionId
    role: Role
    looks: Looks = EVERYONES
    until: datetime | None = field(default=None, compare=False)
    name: str = field(default="", compare=False)  # the one they work under
    fresh_at: datetime | None = field(default=None, compare=False)  # last showed who they are
    seen_at: datetime | None = field(default=None, compare=False)  # of a session that may not rest
    own: OwnKey | None = field(default=None, compare=False, repr=False)  # for private talk


class System(Struct, frozen=True):
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
