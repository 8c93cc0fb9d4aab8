"""The rota: who serves when, in which role and which languages, and whether they came."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import ShiftId, StaffId
from holdfast.kit.tables import Table
from holdfast.rights.rules import Role
from holdfast.staff.tables.accounts import Languages


class ShiftRow(Table):
    """One person's shift. It ends at its time, when they check out, or when it is called off."""

    __tablename__ = "shifts"
    __table_args__ = (
        Index("ix_shifts_ends_at", "ends_at"),
        Index("ix_shifts_staff", "staff_id", "ends_at"),
    )

    id: Mapped[ShiftId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    role: Mapped[Role] = mapped_column(info={"privacy": "staff"})
    languages: Mapped[tuple[str, ...]] = mapped_column(Languages, info={"privacy": "staff"})
    starts_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    planned_by: Mapped[StaffId | None] = mapped_column(
        default=None, info={"privacy": "staff"}
    )  # nobody: begun on the spot
    checked_in_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    checked_out_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    called_off_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    talk_booked_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # and not shown yet
