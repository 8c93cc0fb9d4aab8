"""What happened to the record."""

from __future__ import annotations

from holdfast.kit.ids import RoomId, SeatId, StaffId
from holdfast.kit.work import Event


class Recorded(Event, frozen=True):
    """Something was added to the record, up to this place."""

    seq: int


class WordsUncovered(Event, frozen=True):
    """A staff person read words that were covered. Held ones have no place yet: seq 0."""

    staff_id: StaffId
    person: SeatId | None
    room_id: RoomId
    seq: int
