"""Facts about rooms and seats."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class SeatLeft(Event):
    """A seat is no longer held: its lines lose the room."""

    room_id: RoomId
    seat_id: SeatId
