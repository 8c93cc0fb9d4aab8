"""Facts about raids."""

from __future__ import annotations

from holdfast.kit.ids import RaidId, RoomId
from holdfast.kit.work import Event


class RaidBegan(Event, frozen=True):
    """Many came in at once (`by_itself`), or somebody said so: in one room, or everywhere."""

    raid_id: RaidId
    room_id: RoomId | None
    version: int
    by_itself: bool = False


class RaidEnded(Event, frozen=True):
    """It is calm again, or somebody said so; `by_hand`, it does not begin again by itself soon."""

    raid_id: RaidId
    room_id: RoomId | None
    version: int
    by_hand: bool


class CohortUndone(Event, frozen=True):
    """What a cohort said was taken back, or brought back again."""

    raid_id: RaidId
    version: int


class ReadFirstSet(Event, frozen=True):
    """Newcomers are read first in a room from now on, or not any more."""

    room_id: RoomId
    on: bool
