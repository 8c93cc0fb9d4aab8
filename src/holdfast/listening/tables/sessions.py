"""Listening sessions, raised hands, hand-overs, and what the guard noticed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import (
    AskId,
    HandId,
    HandOverId,
    KeyId,
    ListeningId,
    MemberId,
    RightId,
    RoomId,
    SeatId,
    StaffId,
)
from holdfast.kit.tables import RowId, Table
from holdfast.listening.rules.sessions import (
    Ending,
    GuardOutcome,
    HandOverState,
    HandState,
    Side,
)


class ListeningRow(Table):
    """One conversation of two, from match to goodbye. Who went for good is nobody here."""

    __tablename__ = "listening_sessions"
    __table_args__ = (
        Index("ix_listening_sessions_room", "room_id"),
        Index("ix_listening_sessions_asker", "asker_id"),
        Index("ix_listening_sessions_listener", "listener_id", "ended_at"),
        Index("ix_listening_sessions_ended", "ended_at"),
    )

    id: Mapped[ListeningId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    asker_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    listener_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    asker_seat: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    listener_seat: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    right_id: Mapped[RightId | None] = mapped_column(
        ForeignKey("rights.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    language: Mapped[str] = mapped_column(info={"privacy": "state"})
    began_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    last_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})  # when either wrote last
    number: Mapped[int] = mapped_column(default=1, info={"privacy": "state"})  # of these two
    reasons: Mapped[str] = mapped_column(default="", info={"privacy": "state"})  # codes
    concern: Mapped[int] = mapped_column(
        default=0, info={"privacy": "link"}
    )  # the gravest of who asked, wherever it was; the listener is not told of it
    paused_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    paused_by: Mapped[Side | None] = mapped_column(default=None, info={"privacy": "state"})
    told_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # the house said that it will end
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_how: Mapped[Ending | None] = mapped_column(default=None, info={"privacy": "state"})
    ended_by: Mapped[Side | None] = mapped_column(default=None, info={"privacy": "state"})
    # What one of the two said for themselves; the other is never told of it.
    was_hard: Mapped[bool] = mapped_column(default=False, info={"privacy": "link"})
    asker_again: Mapped[bool | None] = mapped_column(default=None, info={"privacy": "link"})
    listener_again: Mapped[bool | None] = mapped_column(default=None, info={"privacy": "link"})
    has_answered: Mapped[bool] = mapped_column(
        default=False, info={"privacy": "link"}
    )  # the three questions
    note: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )  # the listener's two lines, for themselves
    note_key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})
    earlier_to: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )  # to whom the member showed what was said before they came


class HandRow(Table):
    """A raised hand: somebody of the staff is called into a session."""

    __tablename__ = "raised_hands"
    __table_args__ = (
        Index("ix_raised_hands_session", "session_id"),
        Index("ix_raised_hands_state", "state", "raised_at"),
        Index(
            "uq_raised_hands_up",
            "session_id",
            unique=True,
            sqlite_where=text("state = 'raised'"),
            postgresql_where=text("state = 'raised'"),
        ),
    )

    id: Mapped[HandId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    session_id: Mapped[ListeningId] = mapped_column(
        ForeignKey("listening_sessions.id"), info={"privacy": "link"}
    )
    raised_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    by: Mapped[Side | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # without one: the house
    state: Mapped[HandState] = mapped_column(default=HandState.RAISED, info={"privacy": "state"})
    answered_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    answered_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class HandOverRow(Table):
    """A listener's summary for the next one. The member reads and changes it before anyone else."""

    __tablename__ = "hand_overs"
    __table_args__ = (Index("ix_hand_overs_session", "session_id"),)

    id: Mapped[HandOverId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    session_id: Mapped[ListeningId] = mapped_column(
        ForeignKey("listening_sessions.id"), info={"privacy": "link"}
    )
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), info={"privacy": "link"}
    )  # the asker's
    proposed_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    state: Mapped[HandOverState] = mapped_column(
        default=HandOverState.PROPOSED, info={"privacy": "state"}
    )
    key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})
    words: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )
    ask_id: Mapped[AskId | None] = mapped_column(
        ForeignKey("asks.id", ondelete="SET NULL"), default=None, info={"privacy": "link"}
    )
    answered_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class FeedbackRow(Table):
    """Three answers about how it was with a listener. Whose they are is written nowhere."""

    __tablename__ = "listening_feedback"
    __table_args__ = (Index("ix_listening_feedback_listener", "listener_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    listener_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    month: Mapped[date] = mapped_column(info={"privacy": "time"})
    heard: Mapped[int] = mapped_column(info={"privacy": "choice"})  # 0 no, 1 partly, 2 yes
    safe: Mapped[int] = mapped_column(info={"privacy": "choice"})
    again: Mapped[int] = mapped_column(info={"privacy": "choice"})


class TryRow(Table):
    """That one of the two tried to pass on a way to be reached. What it was is kept nowhere."""

    __tablename__ = "listening_tries"
    __table_args__ = (UniqueConstraint("session_id", "side", "nonce"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    session_id: Mapped[ListeningId] = mapped_column(
        ForeignKey("listening_sessions.id"), info={"privacy": "link"}
    )
    side: Mapped[Side] = mapped_column(info={"privacy": "state"})
    nonce: Mapped[str] = mapped_column(info={"privacy": "state"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class GuardCallRow(Table):
    """A listener tried twice in one session: nothing new comes to them until a person decided."""

    __tablename__ = "guard_calls"
    __table_args__ = (UniqueConstraint("session_id"), Index("ix_guard_calls_due", "due_at"))

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    session_id: Mapped[ListeningId] = mapped_column(
        ForeignKey("listening_sessions.id"), info={"privacy": "link"}
    )
    right_id: Mapped[RightId | None] = mapped_column(
        ForeignKey("rights.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    due_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    outcome: Mapped[GuardOutcome | None] = mapped_column(default=None, info={"privacy": "state"})
    decided_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    called_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # people were called because nobody had decided in time
    told_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # the member read what came of it
