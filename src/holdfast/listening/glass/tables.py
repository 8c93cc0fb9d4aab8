"""Keys of those who may break the glass, their requests, and who was told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import MemberId, RoomId, StaffId
from holdfast.kit.tables import RowId, Table
from holdfast.listening.glass.rules import Half, Why, WhyUntold


class GlassKeyRow(Table):
    """The key pair of one staff person who holds a half.

    The private half is locked under seven words that only they know.
    """

    __tablename__ = "glass_keys"

    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "staff"},
    )
    half: Mapped[Half] = mapped_column(info={"privacy": "staff"})
    public: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    typed_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # the words were typed back; before that nothing is boxed to it
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class GlassRequestRow(Table):
    """That one of the staff wants words between two people opened, and what became of it.

    `public` is the asker's key at that time: the second person's halves are boxed to it.
    """

    __tablename__ = "glass_requests"
    __table_args__ = (
        Index("ix_glass_requests_asked_at", "asked_at"),
        Index("ix_glass_requests_room", "room_id"),
        Index("ix_glass_requests_tell_at", "tell_at"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    about: Mapped[str] = mapped_column(info={"privacy": "link"})  # `escalation:12`, `case:7`
    why: Mapped[Why] = mapped_column(info={"privacy": "state"})
    since: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    minutes: Mapped[int] = mapped_column(info={"privacy": "state"})
    half: Mapped[Half] = mapped_column(info={"privacy": "staff"})  # of whoever asked
    public: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    asked_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    agreed_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    agreed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    opened_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    closed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    shown: Mapped[int] = mapped_column(default=0, info={"privacy": "state"})  # pages
    tell_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    told_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    untold_why: Mapped[WhyUntold | None] = mapped_column(default=None, info={"privacy": "state"})
    untold_asked_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    untold_asked_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    untold_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    untold_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class GlassShareRow(Table):
    """The second person's half of one part, boxed to whoever asked; gone when the look is over."""

    __tablename__ = "glass_shares"
    __table_args__ = (UniqueConstraint("request_id", "part_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    request_id: Mapped[int] = mapped_column(
        ForeignKey("glass_requests.id", ondelete="CASCADE"), info={"privacy": "id"}
    )
    part_id: Mapped[int] = mapped_column(
        ForeignKey("talk_parts.id", ondelete="CASCADE"), info={"privacy": "place"}
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})


class GlassTellingRow(Table):
    """That a member was told that words of a conversation of theirs were opened."""

    __tablename__ = "glass_tellings"
    __table_args__ = (
        UniqueConstraint("request_id", "member_id"),
        Index("ix_glass_tellings_member", "member_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    request_id: Mapped[int] = mapped_column(
        ForeignKey("glass_requests.id", ondelete="CASCADE"), info={"privacy": "id"}
    )
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    told_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    objected_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "choice"})
    answered_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    answered_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    was_right: Mapped[bool | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # the opening, as whoever answered found
