"""Facts about measures and appeals, for whoever they are about. None carries words."""

from __future__ import annotations

from datetime import datetime

from holdfast.kit.ids import AppealId, MeasureId, MemberId, RoomId, StaffId
from holdfast.kit.work import Event
from holdfast.moderation.rules.measures import Ending, MeasureKind


class MeasureTaken(Event, frozen=True):
    """A measure is in force. `member_id` is whom it is about; a room's measure has none."""

    id: MeasureId
    kind: MeasureKind
    rule: str
    room_id: RoomId
    member_id: MemberId | None
    until: datetime | None


class MeasureEnded(Event, frozen=True):
    """A measure is over, by the clock, by hand, or because an appeal was upheld."""

    id: MeasureId
    kind: MeasureKind
    how: Ending
    room_id: RoomId
    member_id: MemberId | None


class MeasureOverturned(Event, frozen=True):
    """Somebody else saw it another way: worth learning from, for who took the measure."""

    id: MeasureId
    staff_id: StaffId


class AppealMade(Event, frozen=True):
    """A member asked for a second look."""

    id: AppealId
    due_at: datetime


class AppealAnswered(Event, frozen=True):
    """Somebody read the appeal and decided."""

    id: AppealId
    measure_id: MeasureId
    member_id: MemberId | None
    upheld: bool
