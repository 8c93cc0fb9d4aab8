"""Facts about rooms and seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Event
from holdfast.rooms.rules import RoomState
from holdfast.rooms.rules.stops import Stop


@dataclass(frozen=True)
class SeatLeft(Event):
    """A seat is no longer held: its lines lose the room."""

    room_id: RoomId
    seat_id: SeatId


@dataclass(frozen=True)
class SeatTaken(Event):
    """A member sat down in an open room."""

    room_id: RoomId
    seat_id: SeatId
    member_id: MemberId


@dataclass(frozen=True)
class SeatRenamed(Event):
    """A seat has another name or picture: whoever has it in hand takes it up anew."""

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


@dataclass(frozen=True)
class SeatStopped(Event):
    """A seat may read and not write from now on; without `stop` it may write again."""

    room_id: RoomId
    slug: str
    seat_id: SeatId
    member_id: MemberId | None
    stop: Stop | None


@dataclass(frozen=True)
class MemberStopped(Event):
    """A member may not come into open rooms from now on; without `stop` they may again."""

    member_id: MemberId
    stop: Stop | None
