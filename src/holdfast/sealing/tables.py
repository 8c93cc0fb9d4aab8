"""What the data say about keys; the keys themselves lie in the keystore."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import KeyId, MemberId, RoomId, SeatId, SessionId, StaffId
from holdfast.kit.tables import RowId, Table


class DataKeyRow(Table):
    """Where keys lay before there was a keystore. Whoever opens a house carries them over."""

    __tablename__ = "data_keys"
    __table_args__ = (UniqueConstraint("seat_id", "day"),)

    id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "id"})
    seat_id: Mapped[SeatId] = mapped_column(info={"privacy": "link"})
    day: Mapped[int] = mapped_column(info={"privacy": "time"})  # days since 1970, UTC
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})


class RetiredKeyRow(Table):
    """A key that is about to go: nothing is sealed with it any more, in any process.

    Written when another key takes its place, gone when it is gone from the keystore. The ledger
    refuses words that were sealed with it before this was heard everywhere.
    """

    __tablename__ = "retired_keys"

    id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "id"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class TalkPartRow(Table):
    """A stretch of a talk between two people, with a key of its own that only they can open.

    A part begins each UTC day, and whenever the people there change.
    """

    __tablename__ = "talk_parts"
    __table_args__ = (UniqueConstraint("room_id", "number"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    number: Mapped[int] = mapped_column(BigInteger, info={"privacy": "state"})
    begun_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class TalkBoxRow(Table):
    """A part's key, boxed to one person who had a seat there, and wrapped by the root key."""

    __tablename__ = "talk_boxes"
    __table_args__ = (
        UniqueConstraint("part_id", "public"),
        Index("ix_talk_boxes_member", "member_id"),
        Index("ix_talk_boxes_staff_session", "staff_session_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    part_id: Mapped[int] = mapped_column(
        ForeignKey("talk_parts.id", ondelete="CASCADE"), info={"privacy": "place"}
    )
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    staff_session_id: Mapped[SessionId | None] = mapped_column(
        ForeignKey("staff_sessions.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    public: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})


class TalkHalfRow(Table):
    """Half of a part's key, boxed to a staff person of one role half of break-glass."""

    __tablename__ = "talk_halves"
    __table_args__ = (
        UniqueConstraint("part_id", "staff_id", "half"),
        Index("ix_talk_halves_staff", "staff_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    part_id: Mapped[int] = mapped_column(
        ForeignKey("talk_parts.id", ondelete="CASCADE"), info={"privacy": "place"}
    )
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    half: Mapped[str] = mapped_column(info={"privacy": "staff"})  # care | lead
    public: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
