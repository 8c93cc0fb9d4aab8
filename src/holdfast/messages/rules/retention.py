"""For how long words are kept, and when they go. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from msgspec import Struct, field

from holdfast.kit.ids import RoomId

DAY = timedelta(days=1)
LEAST, MOST = 1, 3_650
USUAL = {"open": 30, "side": 30, "listening": 14}  # by kind of room, until a steward says otherwise
AT_ONCE = 100  # messages erased in one transaction: nobody who writes meanwhile waits long


class Chosen(Protocol):
    """What a steward once chose: for a kind of room, or for one room."""

    @property
    def kind(self) -> str | None: ...
    @property
    def room_id(self) -> RoomId | None: ...
    @property
    def days(self) -> int | None: ...


class Policy(Struct, frozen=True):
    """How long words are kept, as it holds at one moment."""

    kinds: Mapping[str, int] = field(default_factory=lambda: dict(USUAL))
    rooms: Mapping[RoomId, int] = field(default_factory=dict)

    def days_for(self, kind: str, room_id: RoomId) -> int:
        return self.rooms.get(room_id, self.kinds.get(kind, MOST))


def policy_of(chosen: Iterable[Chosen]) -> Policy:
    """What holds after these choices, oldest first."""
    kinds, rooms = dict(USUAL), dict[RoomId, int]()
    for one in chosen:
        if one.room_id is None:
            kinds[one.kind or ""] = one.days or MOST
        elif one.days is None:
            rooms.pop(one.room_id, None)
        else:
            rooms[one.room_id] = one.days
    return Policy(kinds, rooms)


def midnight(now: datetime) -> datetime:
    """When this day began, UTC. What was chosen today counts from the next night on."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def next_night(now: datetime) -> datetime:
    """When words go the next time."""
    return midnight(now) + DAY


def kept_since(night: datetime, days: int) -> datetime:
    """Words from before this moment go in that night."""
    return midnight(night) - timedelta(days=days)


def is_kept_for(days: int) -> bool:
    """Whether words may be kept for so many days."""
    return LEAST <= days <= MOST
