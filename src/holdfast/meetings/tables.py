"""Rows of meetings: when one is, how far it has come, whose turn it is, who wants a reminder."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import MeetingId, RoomId, SeatId, StaffId
from holdfast.kit.tables import Table
from holdfast.meetings.rules.rounds import Round, TurnState


class MeetingRow(Table):
    """One time to meet in a room. Those that repeat are one row each, with one `series_id`."""

    __tablename__ = "meetings"
    __table_args__ = (
        Index("ix_meetings_room", "room_id", "starts_at"),
        Index("ix_meetings_round", "round", "starts_at"),
        Index("ix_meetings_series", "series_id"),
    )

    id: Mapped[MeetingId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    starts_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    minutes: Mapped[int] = mapped_column(info={"privacy": "place"})
    theme: Mapped[str] = mapped_column(info={"privacy": "place"})  # of a list, or by staff
    planned_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    box: Mapped[int] = mapped_column(default=180, info={"privacy": "place"})  # seconds of a turn
    staff_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    series_id: Mapped[MeetingId | None] = mapped_column(default=None, info={"privacy": "id"})
    round: Mapped[Round] = mapped_column(default=Round.PLANNED, info={"privacy": "state"})
    began_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    began_seq: Mapped[int] = mapped_column(BigInteger, default=0, info={"privacy": "place"})
    round_until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    turn_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    turn_until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    given: Mapped[int] = mapped_column(default=0, info={"privacy": "place"})  # seconds more
    reminded_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class TurnRow(Table):
    """A seat's place in the go-round. Gone once the meeting is over."""

    __tablename__ = "meeting_turns"
    __table_args__ = (Index("ix_meeting_turns_seat", "seat_id"),)

    meeting_id: Mapped[MeetingId] = mapped_column(
        ForeignKey("meetings.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "place"}
    )
    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), primary_key=True, info={"privacy": "link"}
    )
    number: Mapped[int] = mapped_column(info={"privacy": "state"})
    state: Mapped[TurnState] = mapped_column(default=TurnState.WAITING, info={"privacy": "state"})
    sign_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class ReminderRow(Table):
    """That who holds a seat wants to be told shortly before each meeting there."""

    __tablename__ = "meeting_reminders"

    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), primary_key=True, info={"privacy": "link"}
    )
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
