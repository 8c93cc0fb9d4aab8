"""Facts about cases, for the desk. None carries words."""

from __future__ import annotations

from holdfast.kit.ids import CaseId, RoomId, SeatId
from holdfast.kit.work import Event
from holdfast.moderation.rules.cases import FlagKind


class CaseChanged(Event, frozen=True):
    """Something about a case is new: opened, joined, claimed, released, decided, closed."""

    id: CaseId
    version: int
    what: str


class Tried(Event, frozen=True):
    """Somebody wrote what is not simply said. Once may be a slip; every process counts."""

    room_id: RoomId
    seat_id: SeatId
    nonce: str
    what: FlagKind
