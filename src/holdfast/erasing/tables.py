"""Erasures under way and done, the keys that go with them, and what two people decide."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.erasing.rules import AskState, By, Kind
from holdfast.kit.ids import KeyId, MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.tables import RowId, Table


class ErasureRow(Table):
    """One erasure: written with the words that it hides, and taken up until it is done.

    It says what goes and never what was said. `number` stands on the receipt. Who somebody was is
    forgotten here with the rest: a person's erasure names no member once it is done. `bare`: their
    row is still there, without anything, because it is held.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index("ix_erasures_done_at", "done_at"),
        Index("ix_erasures_member", "member_id"),
        Index("ix_erasures_message", "message_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    number: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True, info={"privacy": "id"})
    kind: Mapped[Kind] = mapped_column(info={"privacy": "state"})
    by: Mapped[By] = mapped_column(info={"privacy": "state"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    room_id: Mapped[RoomId | None] = mapped_column(default=None, info={"privacy": "place"})
    day: Mapped[int | None] = mapped_column(BigInteger, default=None, info={"privacy": "time"})
    message_id: Mapped[MessageId | None] = mapped_column(default=None, info={"privacy": "link"})
    seat_id: Mapped[SeatId | None] = mapped_column(default=None, info={"privacy": "link"})
    member_id: Mapped[MemberId | None] = mapped_column(default=None, info={"privacy": "link"})
    staff_id: Mapped[StaffId | None] = mapped_column(default=None, info={"privacy": "staff"})
    marks: Mapped[str] = mapped_column(default="", info={"privacy": "link"})
    counts: Mapped[str] = mapped_column(default="{}", info={"privacy": "state"})
    bare: Mapped[bool] = mapped_column(default=False, info={"privacy": "state"})
    held: Mapped[bool] = mapped_column(default=False, info={"privacy": "state"})
    held_until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    hidden_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    named_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    marked_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    done_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class ErasureKeyRow(Table):
    """A key that goes with an erasure, as long as it is there.

    `whole`: nothing that it sealed stays but what is held. Otherwise the rest is sealed anew.
    `held`: it was made for words that are held, and goes when they go.
    """

    __tablename__ = "erasure_keys"
    __table_args__ = (Index("ix_erasure_keys_key", "key_id"),)

    erasure_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("erasures.id"), primary_key=True, info={"privacy": "id"}
    )
    key_id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "link"})
    whole: Mapped[bool] = mapped_column(info={"privacy": "state"})
    held: Mapped[bool] = mapped_column(default=False, info={"privacy": "state"})


class ErasureAskRow(Table):
    """One of the staff wants a room, or a day of one, erased; a second person decides."""

    __tablename__ = "erasure_asks"
    __table_args__ = (Index("ix_erasure_asks_state", "state"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(info={"privacy": "place"})
    day: Mapped[int | None] = mapped_column(BigInteger, info={"privacy": "time"})
    why: Mapped[str] = mapped_column(info={"privacy": "state"})
    asked_by: Mapped[StaffId] = mapped_column(info={"privacy": "staff"})
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    state: Mapped[AskState] = mapped_column(default=AskState.WAITING, info={"privacy": "state"})
    decided_by: Mapped[StaffId | None] = mapped_column(default=None, info={"privacy": "staff"})
    decided_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    erasure_id: Mapped[int | None] = mapped_column(RowId, default=None, info={"privacy": "id"})
