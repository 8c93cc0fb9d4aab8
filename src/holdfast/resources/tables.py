"""What people found when they checked a helpline; the lines themselves came with the programme."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import StaffId
from holdfast.kit.tables import RowId, Table


class CheckRow(Table):
    """One check of one line. The newest that nobody took back says how far it can be trusted."""

    __tablename__ = "helpline_checks"
    __table_args__ = (Index("ix_helpline_checks_line", "line", "id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    line: Mapped[str]  # "gb-samaritans", or "GB emergency"
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    how: Mapped[str]  # a code
    result: Mapped[str]  # right | wrong | moved
    numbers: Mapped[str | None] = mapped_column(default=None)  # JSON: the new ones, in their order
    source: Mapped[str | None] = mapped_column(default=None)  # where the new ones stand
    undone_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
