"""Asks, who is on duty to listen, what was offered to whom, and how long people waited."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import (
    AskId,
    DutyId,
    HandOverId,
    KeyId,
    ListeningId,
    MemberId,
    OfferId,
    RightId,
    RoomId,
    SeatId,
)
from holdfast.kit.tables import RowId, Table
from holdfast.listening.rules.asks import AskState, OfferState

IS_WAITING = text("state = 'waiting'")
IS_ON = text("ended_at IS NULL")


class AskRow(Table):
    """Somebody asks for a listener. Its sentence is sealed with the key of their seat in the room
    that was made with it, and goes when the ask is over and its session has ended.
    """

    __tablename__ = "asks"
    __table_args__ = (
        Index("ix_asks_member", "member_id"),
        Index("ix_asks_state", "state", "asked_at"),
        Index(
            "uq_asks_waiting",
            "member_id",
            unique=True,
            sqlite_where=IS_WAITING,
            postgresql_where=IS_WAITING,
        ),
    )

    id: Mapped[AskId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    age_band: Mapped[str] = mapped_column(info={"privacy": "choice"})
    language: Mapped[str] = mapped_column(info={"privacy": "choice"})
    wants: Mapped[str] = mapped_column(info={"privacy": "choice"})  # codes, a blank between them
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})  # later by looking at it
    preferences: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    not_with: Mapped[str] = mapped_column(
        default="", info={"privacy": "choice"}
    )  # numbers of sessions: not the listener of those
    concern: Mapped[int] = mapped_column(default=0, info={"privacy": "state"})
    state: Mapped[AskState] = mapped_column(default=AskState.WAITING, info={"privacy": "state"})
    key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})
    words: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )
    again_with: Mapped[ListeningId | None] = mapped_column(
        default=None, info={"privacy": "link"}
    )  # the listener of that session, by both sides' wish
    hand_over_id: Mapped[HandOverId | None] = mapped_column(default=None, info={"privacy": "link"})
    over_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class DutyRow(Table):
    """A listener is on duty: how many at once, what about, until when. They may stop any time."""

    __tablename__ = "duties"
    __table_args__ = (
        Index(
            "uq_duties_on",
            "member_id",
            unique=True,
            sqlite_where=IS_ON,
            postgresql_where=IS_ON,
        ),
        Index("ix_duties_member", "member_id", "began_at"),
    )

    id: Mapped[DutyId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    right_id: Mapped[RightId] = mapped_column(
        ForeignKey("rights.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    began_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    most: Mapped[int] = mapped_column(info={"privacy": "choice"})  # at once
    wants: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    ways: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_how: Mapped[str | None] = mapped_column(default=None, info={"privacy": "state"})


class OfferRow(Table):
    """An ask lies before a listener, for ninety seconds."""

    __tablename__ = "offers"
    __table_args__ = (
        Index("ix_offers_ask", "ask_id"),
        Index("ix_offers_member", "member_id", "state"),
        Index("ix_offers_state", "state", "until"),
    )

    id: Mapped[OfferId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    ask_id: Mapped[AskId] = mapped_column(
        ForeignKey("asks.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    offered_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    reasons: Mapped[str] = mapped_column(default="", info={"privacy": "state"})  # codes
    state: Mapped[OfferState] = mapped_column(default=OfferState.OPEN, info={"privacy": "state"})
    answered_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class WaitRow(Table):
    """How long somebody waited for a listener, in which hour; never who."""

    __tablename__ = "listening_waits"
    __table_args__ = (Index("ix_listening_waits_hour", "hour", "day"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    day: Mapped[date] = mapped_column(info={"privacy": "time"})
    hour: Mapped[int] = mapped_column(info={"privacy": "time"})  # of the day, UTC
    seconds: Mapped[int] = mapped_column(info={"privacy": "state"})
