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

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    staff_id: Mapped[StaffId | None]
    role: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(64))
    about: Mapped[str | None] = mapped_column(String(128))
    why: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[str | None]  # JSON, written in one way only
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHeadRow(Table):
    """The one row that says where the record begins and ends; locked by whoever adds to it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    genesis: Mapped[bytes] = mapped_column(LargeBinary(32))
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
