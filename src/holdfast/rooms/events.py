"""Facts about rooms and seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Event
from holdfast.rooms.rules import RoomState


@dataclass(frozen=True)
class SeatLeft(Event):
    """A seat is no longer held: its lines lose the room."""

    room_id: RoomId
    seat_id: SeatId


@dataclass(frozen=True)
class SideSpaceOpened(Event):
    """A member has a side space from now on."""

    room_id: RoomId


@dataclass(frozen=True)
class RoomStateChanged(Event):
    """A room is live, held or quiet now, as far as the rota knows until then."""

    room_id: RoomId
    state: RoomState
    until: datetime | None


@dataclass(frozen=True)
class RoomGuided(Event):
    """Something else about a room is new: `facts`, as the wire says them in `room_changed`."""

    room_id: RoomId
    state: RoomState
    until: datetime | None
    facts: dict[str, Any]
