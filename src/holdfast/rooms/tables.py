"""Places where things are said, and the seats members take in them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.tables import Table
from holdfast.rooms.rules.states import RoomState

__all__ = ["RoomKind", "RoomRow", "RoomState", "SeatRow"]


class RoomKind(StrEnum):
    OPEN = "open"


class RoomRow(Table):
    """A room. `head` is the newest seq there; messages and changes share it."""

    __tablename__ = "rooms"

    id: Mapped[RoomId] = mapped_column(primary_key=True, init=False)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str]
    topic: Mapped[str]
    about: Mapped[str]
    kind: Mapped[RoomKind] = mapped_column(default=RoomKind.OPEN)
    state: Mapped[RoomState] = mapped_column(default=RoomState.LIVE)
    state_until: Mapped[datetime | None] = mapped_column(default=None)
    age_band: Mapped[str] = mapped_column(default="18+")
    head: Mapped[int] = mapped_column(BigInteger, default=0)


class SeatRow(Table):
    """One member's place in one room. `handle` is what others see of it; it is nowhere else."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("room_id", "member_id"),
        Index("ix_seats_member", "member_id"),
    )

    id: Mapped[SeatId] = mapped_column(primary_key=True, init=False)
    handle: Mapped[str] = mapped_column(unique=True)
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL")
    )
    pseudonym: Mapped[str]
    avatar: Mapped[str]
    taken_at: Mapped[datetime]
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    read_seq: Mapped[int] = mapped_column(BigInteger, default=0)
