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

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    line: Mapped[str] = mapped_column(
        info={"privacy": "place"}
    )  # "gb-samaritans", or "GB emergency"
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    how: Mapped[str] = mapped_column(info={"privacy": "place"})  # a code
    result: Mapped[str] = mapped_column(info={"privacy": "place"})  # right | wrong | moved
    numbers: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "place"}
    )  # JSON: the new ones, in their order
    source: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "place"}
    )  # where the new ones stand
    undone_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    undone_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
