"""How those who care are doing: what they read, talks after it, and who came for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import DebriefId, ReliefId, StaffId
from holdfast.kit.tables import RowId, Table
from holdfast.wellbeing.rules.caring import DebriefState


class ExposureRow(Table):
    """Hard words that a staff person read, in points. Theirs alone to see; gone after some days."""

    __tablename__ = "exposures"
    __table_args__ = (UniqueConstraint("staff_id", "about"), Index("ix_exposures_at", "at"))

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    about: Mapped[str]  # a code, so that reading the same twice counts once
    concern: Mapped[int]
    points: Mapped[int]
    at: Mapped[datetime]


class DebriefRow(Table):
    """A talk after something hard: booked by itself, offered, and then held or not wanted."""

    __tablename__ = "debriefs"
    __table_args__ = (UniqueConstraint("staff_id", "about"), Index("ix_debriefs_due_at", "due_at"))

    id: Mapped[DebriefId] = mapped_column(primary_key=True, init=False)
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    about: Mapped[str]  # a code: `escalation:12`
    booked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    with_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="SET NULL"), default=None
    )
    state: Mapped[DebriefState] = mapped_column(default=DebriefState.OFFERED)
    shown_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class ReliefRow(Table):
    """Somebody asked for relief, or rests: since when, until when, and who came meanwhile."""

    __tablename__ = "reliefs"
    __table_args__ = (Index("ix_reliefs_staff", "staff_id", "asked_at"),)

    id: Mapped[ReliefId] = mapped_column(primary_key=True, init=False)
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime]
    until: Mapped[datetime | None] = mapped_column(default=None)  # of a break
    relieved_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="SET NULL"), default=None
    )
    relieved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
