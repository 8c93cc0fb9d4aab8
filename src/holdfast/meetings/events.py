"""Facts about meetings."""

from __future__ import annotations

from datetime import datetime

from holdfast.kit.ids import MeetingId, RoomId
from holdfast.kit.work import Event
from holdfast.meetings.rules.lines import LINES
from holdfast.meetings.rules.rounds import Round
from holdfast.messages.events import NOTES

NOTES.update(LINES)


class MeetingMoved(Event, frozen=True):
    """Something about a room's meeting is new: its round, its turn, its time.

    `turn` is a number in the order, never a person.
    """

    room_id: RoomId
    round: Round
    turn: int | None = None
    until: datetime | None = None


class MeetingSaid(Event, frozen=True):
    """The house has a line to say in this room, as part of a meeting."""

    room_id: RoomId
    line: str
    facts: dict[str, int]


class MeetingSoon(Event, frozen=True):
    """A meeting begins soon; who asked to be told is told."""

    meeting_id: MeetingId
    room_id: RoomId


class MeetingReplanned(Event, frozen=True):
    """A meeting is at another time, or not at all: those who sit there are told."""

    meeting_id: MeetingId
    room_id: RoomId
