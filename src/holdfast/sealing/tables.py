"""Wrapped data keys."""

from __future__ import annotations

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import KeyId, SeatId
from holdfast.kit.tables import Table


class DataKeyRow(Table):
    """One key for each (room, author's seat, UTC day); a seat is in one room only."""

    __tablename__ = "data_keys"
    __table_args__ = (UniqueConstraint("seat_id", "day"),)

    id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "id"})
    seat_id: Mapped[SeatId] = mapped_column(info={"privacy": "link"})
    day: Mapped[int] = mapped_column(info={"privacy": "time"})  # days since 1970, UTC
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
