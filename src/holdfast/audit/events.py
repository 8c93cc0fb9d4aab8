"""What happened to the record."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import RoomId, SeatId, StaffId
from holdfast.kit.work import Event


@dataclass(frozen=True)
class Recorded(Event):
    """Something was added to the record, up to this place."""

    seq: int


@dataclass(frozen=True)
class WordsUncovered(Event):
    """A staff person read words that were covered. Held ones have no place yet: seq 0."""

    staff_id: StaffId
    person: SeatId | None
    room_id: RoomId
    seq: int
