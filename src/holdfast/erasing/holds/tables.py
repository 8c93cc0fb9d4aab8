"""Safeguarding holds: what is held of what a member erased, why, until when, and by whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.erasing.holds.rules import Deed, Ending, HoldState, Why
from holdfast.kit.ids import HoldId, KeyId, MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.tables import RowId, Table


class HoldRow(Table):
    """That something open named what a member erased. One thing holds at most once at a time.

    `account`: the member went for good, and their bare row is held, too. `member_id` is forgotten
    when it ends; until then it names them even where their row should go.
    """

    __tablename__ = "holds"
    __table_args__ = (
        Index(
            "uq_holds_living",
            "about",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
        Index("ix_holds_member", "member_id"),
        Index("ix_holds_state", "state", "until"),
    )

    id: Mapped[HoldId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    about: Mapped[str] = mapped_column(info={"privacy": "link"})  # `escalation:12`, `case:7`
    member_id: Mapped[MemberId | None] = mapped_column(info={"privacy": "link"})
    began_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    account: Mapped[bool] = mapped_column(default=False, info={"privacy": "state"})
    state: Mapped[HoldState] = mapped_column(default=HoldState.FIRST, info={"privacy": "state"})
    why: Mapped[Why | None] = mapped_column(default=None, info={"privacy": "state"})
    set_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    seconded_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    set_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    closed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_how: Mapped[Ending | None] = mapped_column(default=None, info={"privacy": "state"})


class HoldNameRow(Table):
    """One message that a hold names."""

    __tablename__ = "hold_names"
    __table_args__ = (Index("ix_hold_names_message", "message_id"),)

    hold_id: Mapped[HoldId] = mapped_column(
        ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "id"}
    )
    message_id: Mapped[MessageId] = mapped_column(primary_key=True, info={"privacy": "link"})


class HoldDeedRow(Table):
    """Something that two people decide about what is held, or would be: asked, then granted.

    It is about the open work, not about one hold: that telling endangers somebody must be said
    before they erase anything, or the receipt has told them.
    """

    __tablename__ = "hold_deeds"
    __table_args__ = (Index("ix_hold_deeds_about", "about"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    about: Mapped[str] = mapped_column(info={"privacy": "link"})
    what: Mapped[Deed] = mapped_column(info={"privacy": "state"})
    why: Mapped[Why] = mapped_column(info={"privacy": "state"})
    asked_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    granted_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    granted_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class HeldWordsRow(Table):
    """Words as their author sealed them, apart from the message they were in.

    They open in the same place and with the same key. No reading of a room can show them. Of one
    message there may be two: how it stood, and how it stood when it was reported.
    """

    __tablename__ = "held_words"
    __table_args__ = (
        UniqueConstraint("message_id", "key_id"),
        Index("ix_held_words_seat", "seat_id"),
        Index("ix_held_words_key", "key_id"),
    )

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    message_id: Mapped[MessageId] = mapped_column(info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seq: Mapped[int | None] = mapped_column(BigInteger, info={"privacy": "link"})
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    text: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    note: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
