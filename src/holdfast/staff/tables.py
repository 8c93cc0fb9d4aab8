"""Staff accounts and their tokens."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import SessionId, StaffId
from holdfast.kit.tables import Table
from holdfast.rights.rules import Role


class StaffRow(Table):
    """Someone who looks after the place."""

    __tablename__ = "staff"

    id: Mapped[StaffId] = mapped_column(primary_key=True, init=False)
    role: Mapped[Role]


class StaffSessionRow(Table):
    """One staff token. Only its hash is kept."""

    __tablename__ = "staff_sessions"

    id: Mapped[SessionId] = mapped_column(primary_key=True, init=False)
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    ends_at: Mapped[datetime]
