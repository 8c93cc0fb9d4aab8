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

    id: Mapped[CaseId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seat_id: Mapped[SeatId | None] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    kind: Mapped[CaseKind] = mapped_column(info={"privacy": "state"})
    opened_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    opened_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    state: Mapped[CaseState] = mapped_column(default=CaseState.OPEN, info={"privacy": "state"})
    version: Mapped[int] = mapped_column(default=1, info={"privacy": "state"})
    claimed_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    claim_until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    outcome: Mapped[Outcome | None] = mapped_column(default=None, info={"privacy": "state"})
    ground: Mapped[Ground | None] = mapped_column(default=None, info={"privacy": "state"})
    decided_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    decided_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    closed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class FlagRow(Table):
    """A machine's claim about the subject of a case, with its reason. It decides nothing."""

    __tablename__ = "flags"
    __table_args__ = (Index("ix_flags_case", "case_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), info={"privacy": "link"})
    what: Mapped[FlagKind] = mapped_column(info={"privacy": "state"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    message_id: Mapped[MessageId | None] = mapped_column(default=None, info={"privacy": "link"})
    seq: Mapped[int | None] = mapped_column(BigInteger, default=None, info={"privacy": "link"})


class CaseStepRow(Table):
    """One step with a case: who, what and when. Codes only, never a person's words."""

    __tablename__ = "case_steps"
    __table_args__ = (Index("ix_case_steps_case", "case_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), info={"privacy": "link"})
    what: Mapped[str] = mapped_column(info={"privacy": "state"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    code: Mapped[str] = mapped_column(default="", info={"privacy": "state"})
