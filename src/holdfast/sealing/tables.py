"""What the data say about keys; the keys themselves lie in the keystore."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import KeyId, SeatId
from holdfast.kit.tables import Table


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
