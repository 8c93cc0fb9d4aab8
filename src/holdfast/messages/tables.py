"""What was said, and what changed since, in one order for each room."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import KeyId, MessageId, RoomId, SeatId
from holdfast.kit.tables import RowId, Table


class ChangeKind(StrEnum):
    EDITED = "edited"
    REMOVED = "removed"
    RESPONDED = "responded"


class MessageRow(Table):
    """Something said. The words are sealed; `mac` tells the same words from others."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("room_id", "seq"),
        UniqueConstraint("seat_id", "nonce"),
    )

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    id: Mapped[MessageId]
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"))
    nonce: Mapped[str]
    key_id: Mapped[KeyId]
    mac: Mapped[bytes] = mapped_column(LargeBinary(16))  # of the words first said
    mac_key_id: Mapped[KeyId]
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    note: Mapped[bytes | None] = mapped_column(LargeBinary)
    reply_to: Mapped[int | None] = mapped_column(BigInteger)
    wants: Mapped[str | None]
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None] = mapped_column(default=None)
    removed_by: Mapped[str | None] = mapped_column(default=None)


class ChangeRow(Table):
    """Something that changed about a message, at its own place in the order."""

    __tablename__ = "changes"
    __table_args__ = (UniqueConstraint("room_id", "seq"), UniqueConstraint("seat_id", "nonce"))

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[ChangeKind]
    of: Mapped[int] = mapped_column(BigInteger)
    seat_id: Mapped[SeatId | None]
    nonce: Mapped[str | None]
    mac: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    counts: Mapped[str | None]  # JSON, for responded
    at: Mapped[datetime]
    key_id: Mapped[KeyId | None]


class ResponseRow(Table):
    """One seat's response to one message."""

    __tablename__ = "responses"

    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), primary_key=True)
    response: Mapped[str] = mapped_column(primary_key=True)


class UnfoldedRow(Table):
    """A message whose responses changed and were not yet told to the room."""

    __tablename__ = "unfolded"

    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
