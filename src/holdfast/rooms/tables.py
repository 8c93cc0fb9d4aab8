"""Places where things are said, and the seats members take in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import MeasureId, MemberId, RoomId, SeatId, StaffId
from holdfast.kit.tables import RowId, Table
from holdfast.rooms.rules.guiding import Guidance
from holdfast.rooms.rules.states import RoomState

__all__ = ["RoomClosingRow", "RoomKind", "RoomRow", "RoomState", "SeatRow"]


class RoomKind(StrEnum):
    """`side`: one member and the staff who came; `listening`: one who asks and one who listens."""

    OPEN = "open"
    CIRCLE = "circle"
    LISTENING = "listening"
    SIDE = "side"


class RoomRow(Table):
    """A room. `head` is the newest seq there; messages and changes share it."""

    __tablename__ = "rooms"

    id: Mapped[RoomId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    slug: Mapped[str] = mapped_column(unique=True, info={"privacy": "place"})
    name: Mapped[str] = mapped_column(info={"privacy": "place"})
    language: Mapped[str] = mapped_column(info={"privacy": "place"})
    topic: Mapped[str] = mapped_column(info={"privacy": "place"})
    about: Mapped[str] = mapped_column(info={"privacy": "place"})
    kind: Mapped[RoomKind] = mapped_column(default=RoomKind.OPEN, info={"privacy": "place"})
    state: Mapped[RoomState] = mapped_column(default=RoomState.LIVE, info={"privacy": "place"})
    state_until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    age_band: Mapped[str] = mapped_column(default="18+", info={"privacy": "place"})
    head: Mapped[int] = mapped_column(BigInteger, default=0, info={"privacy": "place"})


class SeatRow(Table):
    """One person's place in one room. `handle` is what others see of it; it is nowhere else.

    It belongs to a member, or to a staff person, who speaks there under the staff name.
    """

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("room_id", "member_id"),
        Index("ix_seats_member", "member_id"),
        Index("ix_seats_staff", "staff_id", "room_id", unique=True),
    )

    id: Mapped[SeatId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    handle: Mapped[str] = mapped_column(unique=True, info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    pseudonym: Mapped[str] = mapped_column(info={"privacy": "choice"})
    avatar: Mapped[str] = mapped_column(info={"privacy": "choice"})
    taken_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    staff_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    left_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0, info={"privacy": "state"})
    # What was said up to this seq is not for them.
    reads_after: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0", info={"privacy": "state"}
    )


class RoomClosingRow(Table):
    """That a room closes, or closed: said two weeks before, and taken back or ended by somebody."""

    __tablename__ = "room_closings"
    __table_args__ = (Index("ix_room_closings_room", "room_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    closes_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    told_to: Mapped[int] = mapped_column(
        BigInteger, default=0, info={"privacy": "place"}
    )  # the seat up to which all know
    closed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    ended_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # it stays, or it is open again


class HushRow(Table):
    """That a seat may read and not write, until a time; with the rule and the measure it is by."""

    __tablename__ = "hushes"

    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), primary_key=True, info={"privacy": "link"}
    )
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    rule: Mapped[str] = mapped_column(info={"privacy": "state"})
    measure_id: Mapped[MeasureId] = mapped_column(info={"privacy": "link"})


class PauseRow(Table):
    """That a member may not come into any open room, until a time; without `until` for good."""

    __tablename__ = "pauses"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )
    until: Mapped[datetime | None] = mapped_column(info={"privacy": "time"})
    rule: Mapped[str] = mapped_column(info={"privacy": "state"})
    measure_id: Mapped[MeasureId] = mapped_column(info={"privacy": "link"})


class GuidanceRow(Table):
    """Something that stands in a room until its time is over or somebody ends it."""

    __tablename__ = "guidances"
    __table_args__ = (Index("ix_guidances_room", "room_id", "ended_at"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    kind: Mapped[Guidance] = mapped_column(info={"privacy": "place"})
    value: Mapped[str] = mapped_column(
        info={"privacy": "place"}
    )  # the topic, the seq, the seconds, or why the room is closed
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )


class SecondRoomRow(Table):
    """That a room was opened beside another one, which was full."""

    __tablename__ = "second_rooms"
    __table_args__ = (Index("ix_second_rooms_first", "first_id"),)

    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), primary_key=True, info={"privacy": "place"}
    )
    first_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
