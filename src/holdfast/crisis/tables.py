"""Concerns, escalations and every step taken with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import EscalationId, KeyId, MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.tables import RowId, Table


class Stage(StrEnum):
    """Where an escalation stands; every step on the way is timed."""

    RAISED = "raised"
    TAKEN = "taken"
    JOINED = "joined"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"


class EscalationRow(Table):
    """A concern in human hands. One member has at most one that is open."""

    __tablename__ = "escalations"
    __table_args__ = (
        Index("ix_escalations_stage", "stage", "concern"),
        Index("ix_escalations_member", "member_id"),
    )

    id: Mapped[EscalationId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    concern: Mapped[int] = mapped_column(info={"privacy": "state"})
    raised_at: Mapped[datetime] = mapped_column(
        info={"privacy": "time"}
    )  # the words that raised it; a rise to a higher concern, its words
    room_id: Mapped[RoomId] = mapped_column(
        ForeignKey("rooms.id"), info={"privacy": "place"}
    )  # where they were said
    side_room_id: Mapped[RoomId | None] = mapped_column(
        ForeignKey("rooms.id"), default=None, info={"privacy": "place"}
    )
    tracks: Mapped[str] = mapped_column(
        default="", info={"privacy": "state"}
    )  # letters: C A X V M T W
    stage: Mapped[Stage] = mapped_column(default=Stage.RAISED, info={"privacy": "state"})
    version: Mapped[int] = mapped_column(default=1, info={"privacy": "state"})
    taken_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    taken_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    claim_until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    joined_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    second_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    handed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    closed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    closed_how: Mapped[str | None] = mapped_column(default=None, info={"privacy": "state"})
    check_in_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    checked_in_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    review_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    left_how: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # how she went, while it was open
    left_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class SignalRow(Table):
    """What the rules noticed in one message: written in that message's own transaction."""

    __tablename__ = "signals"
    __table_args__ = (
        Index("ix_signals_escalation", "escalation_id"),
        Index("ix_signals_member", "member_id"),
    )

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    message_id: Mapped[MessageId] = mapped_column(info={"privacy": "link"})
    concern: Mapped[int] = mapped_column(info={"privacy": "state"})
    tracks: Mapped[str] = mapped_column(info={"privacy": "state"})
    noticed: Mapped[str] = mapped_column(
        info={"privacy": "state"}
    )  # JSON: [rule, start, end] of each
    held: Mapped[bool] = mapped_column(info={"privacy": "state"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    escalation_id: Mapped[EscalationId | None] = mapped_column(
        ForeignKey("escalations.id"), default=None, info={"privacy": "link"}
    )


class StepRow(Table):
    """One step with an escalation: who, what and when. Codes only, never a person's words."""

    __tablename__ = "escalation_steps"
    __table_args__ = (Index("ix_escalation_steps_escalation", "escalation_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    escalation_id: Mapped[EscalationId] = mapped_column(
        ForeignKey("escalations.id"), info={"privacy": "link"}
    )
    what: Mapped[str] = mapped_column(info={"privacy": "state"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    code: Mapped[str] = mapped_column(default="", info={"privacy": "state"})


class ApprovalRow(Table):
    """Something that two people decide: asked by one, granted by another, or run out."""

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_escalation", "escalation_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    escalation_id: Mapped[EscalationId] = mapped_column(
        ForeignKey("escalations.id"), info={"privacy": "link"}
    )
    what: Mapped[str] = mapped_column(info={"privacy": "state"})  # lower | close
    reason: Mapped[str] = mapped_column(info={"privacy": "state"})  # a code
    asked_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    asked_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    to: Mapped[int] = mapped_column(
        default=0, info={"privacy": "state"}
    )  # the concern it shall be lowered to
    check_in_hours: Mapped[int] = mapped_column(default=0, info={"privacy": "state"})
    granted_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    granted_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class PacketRow(Table):
    """What goes along when a person is handed over, sealed; the member sees it first."""

    __tablename__ = "packets"
    __table_args__ = (Index("ix_packets_escalation", "escalation_id"),)

    id: Mapped[MessageId] = mapped_column(primary_key=True, info={"privacy": "id"})
    escalation_id: Mapped[EscalationId] = mapped_column(
        ForeignKey("escalations.id"), info={"privacy": "link"}
    )
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "staff"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    data: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    made_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    unseen_why: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # a code: showing it is a danger
    seen_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    agreed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    accepted_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    accepted_by: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # which service said “I have them”
    room_id: Mapped[RoomId | None] = mapped_column(
        default=None, info={"privacy": "place"}
    )  # the side space, for which it is sealed


class NoteRow(Table):
    """A hand-over between shifts, written from the log: counts and numbers, never words."""

    __tablename__ = "shift_notes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    since: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    facts: Mapped[str] = mapped_column(info={"privacy": "state"})  # JSON
    signed_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    signed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
