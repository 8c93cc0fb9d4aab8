"""Facts about measures and appeals, for whoever they are about. None carries words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.kit.ids import AppealId, MeasureId, MemberId, RoomId, StaffId
from holdfast.kit.work import Event
from holdfast.moderation.rules.measures import Ending, MeasureKind


@dataclass(frozen=True)
class MeasureTaken(Event):
    """A measure is in force. `member_id` is whom it is about; a room's measure has none."""

    id: MeasureId
    kind: MeasureKind
    rule: str
    room_id: RoomId
    member_id: MemberId | None
    until: datetime | None


@dataclass(frozen=True)
class MeasureEnded(Event):
    """A measure is over, by the clock, by hand, or because an appeal was upheld."""

    id: MeasureId
    kind: MeasureKind
    how: Ending
    room_id: RoomId
    member_id: MemberId | None


@dataclass(frozen=True)
class MeasureOverturned(Event):
    """Somebody else saw it another way: worth learning from, for who took the measure."""

    id: MeasureId
    staff_id: StaffId


@dataclass(frozen=True)
class AppealMade(Event):
    """A member asked for a second look."""

    id: AppealId
    due_at: datetime


@dataclass(frozen=True)
class AppealAnswered(Event):
    """Somebody read the appeal and decided."""

    id: AppealId
    measure_id: MeasureId
    member_id: MemberId | None
    upheld: bool
