"""Cases: the unit of moderators' work, with everything that joined them and every step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import CaseId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.tables import RowId, Table
from holdfast.moderation.rules.cases import CaseKind, CaseState, FlagKind, Ground, Outcome


class CaseRow(Table):
    """All reports and flags about one subject: a seat, or without one the room itself.

    One subject has at most one case that is undecided.
    """

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_state", "state", "opened_at"),
        Index("ix_cases_seat", "seat_id"),
        Index("ix_cases_room", "room_id"),
    )

    id: Mapped[CaseId] = mapped_column(primary_key=True, init=False)
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))
    seat_id: Mapped[SeatId | None] = mapped_column(ForeignKey("seats.id"))
    kind: Mapped[CaseKind]
    opened_at: Mapped[datetime]
    opened_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    state: Mapped[CaseState] = mapped_column(default=CaseState.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    claimed_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    claim_until: Mapped[datetime | None] = mapped_column(default=None)
    outcome: Mapped[Outcome | None] = mapped_column(default=None)
    ground: Mapped[Ground | None] = mapped_column(default=None)
    decided_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class FlagRow(Table):
    """A machine's claim about the subject of a case, with its reason. It decides nothing."""

    __tablename__ = "flags"
    __table_args__ = (Index("ix_flags_case", "case_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[FlagKind]
    at: Mapped[datetime]
    message_id: Mapped[MessageId | None] = mapped_column(default=None)
    seq: Mapped[int | None] = mapped_column(BigInteger, default=None)


class CaseStepRow(Table):
    """One step with a case: who, what and when. Codes only, never a person's words."""

    __tablename__ = "case_steps"
    __table_args__ = (Index("ix_case_steps_case", "case_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    what: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    code: Mapped[str] = mapped_column(default="")
