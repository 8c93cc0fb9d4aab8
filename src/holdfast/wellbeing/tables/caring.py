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

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    about: Mapped[str] = mapped_column(
        info={"privacy": "link"}
    )  # a code, so that reading the same twice counts once
    concern: Mapped[int] = mapped_column(info={"privacy": "staff"})
    points: Mapped[int] = mapped_column(info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class DebriefRow(Table):
    """A talk after something hard: booked by itself, offered, and then held or not wanted."""

    __tablename__ = "debriefs"
    __table_args__ = (UniqueConstraint("staff_id", "about"), Index("ix_debriefs_due_at", "due_at"))

    id: Mapped[DebriefId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    about: Mapped[str] = mapped_column(info={"privacy": "link"})  # a code: `escalation:12`
    booked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    due_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    with_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="SET NULL"), default=None, info={"privacy": "staff"}
    )
    state: Mapped[DebriefState] = mapped_column(
        default=DebriefState.OFFERED, info={"privacy": "staff"}
    )
    shown_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    answered_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class ReliefRow(Table):
    """Somebody asked for relief, or rests: since when, until when, and who came meanwhile."""

    __tablename__ = "reliefs"
    __table_args__ = (Index("ix_reliefs_staff", "staff_id", "asked_at"),)

    id: Mapped[ReliefId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # of a break
    relieved_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="SET NULL"), default=None, info={"privacy": "staff"}
    )
    relieved_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
