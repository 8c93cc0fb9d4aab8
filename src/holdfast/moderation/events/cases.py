"""Facts about cases, for the desk. None carries words."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.kit.ids import CaseId, RoomId, SeatId
from holdfast.kit.work import Event
from holdfast.moderation.rules.cases import FlagKind


@dataclass(frozen=True)
class CaseChanged(Event):
    """Something about a case is new: opened, joined, claimed, released, decided, closed."""

    id: CaseId
    version: int
    what: str


@dataclass(frozen=True)
class Tried(Event):
    """Somebody wrote what is not simply said. Once may be a slip; every process counts."""

    room_id: RoomId
    seat_id: SeatId
    nonce: str
    what: FlagKind
