"""The record itself, which is only ever added to, and where it ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import StaffId
from holdfast.kit.tables import Table


class AuditRow(Table):
    """One thing that somebody did. Triggers in the database refuse to change or remove it.

    `staff_id` points nowhere on purpose: a row outlives the account.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_staff_id_seq", "staff_id", "seq"),
        Index("ix_audit_about_seq", "about", "seq"),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, info={"privacy": "id"}
    )
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    staff_id: Mapped[StaffId | None] = mapped_column(info={"privacy": "staff"})
    role: Mapped[str] = mapped_column(String(32), info={"privacy": "staff"})
    what: Mapped[str] = mapped_column(String(64), info={"privacy": "state"})
    about: Mapped[str | None] = mapped_column(String(128), info={"privacy": "link"})
    why: Mapped[str | None] = mapped_column(String(32), info={"privacy": "state"})
    detail: Mapped[str | None] = mapped_column(
        info={"privacy": "state"}
    )  # JSON, written in one way only
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "id"})


class AuditHeadRow(Table):
    """The one row that says where the record begins and ends; locked by whoever adds to it.

    `genesis` is what the first row that is there stands on, and `rolled` the last place before it:
    0 as long as nothing was rolled off.
    """

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, info={"privacy": "id"}
    )
    genesis: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "id"})
    seq: Mapped[int] = mapped_column(BigInteger, info={"privacy": "id"})
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "id"})
    rolled: Mapped[int] = mapped_column(
        BigInteger, default=0, server_default="0", info={"privacy": "id"}
    )
