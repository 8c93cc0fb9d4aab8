"""Facts about rooms and seats."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Event
from holdfast.rooms.rules import RoomState
from holdfast.rooms.rules.stops import Stop


class SeatLeft(Event, frozen=True):
    """A seat is no longer held: its lines lose the room."""

    room_id: RoomId
    seat_id: SeatId


class SeatTaken(Event, frozen=True):
    """A member sat down in an open room."""

    room_id: RoomId
    seat_id: SeatId
    member_id: MemberId


class SeatRenamed(Event, frozen=True):
    """A seat has another name or picture: whoever has it in hand takes it up anew."""

    seat_id: SeatId


class SideSpaceOpened(Event, frozen=True):
    """A member has a side space from now on."""

    room_id: RoomId


class RoomStateChanged(Event, frozen=True):
    """A room is live, held or quiet now, as far as the rota knows until then."""

    room_id: RoomId
    state: RoomState
    until: datetime | None


class RoomGuided(Event, frozen=True):
    """Something else about a room is new: `facts`, as the wire says them in `room_changed`."""

    room_id: RoomId
    state: RoomState
    until: datetime | None
    facts: dict[str, Any]


class SeatStopped(Event, frozen=True):
    """A seat may read and not write from now on; without `stop` it may write again."""

    room_id: RoomId
    slug: str
    seat_id: SeatId
    member_id: MemberId | None
    stop: Stop | None


class MemberStopped(Event, frozen=True):
    """A member may not come into open rooms from now on; without `stop` they may again."""

    member_id: MemberId
    stop: Stop | None
