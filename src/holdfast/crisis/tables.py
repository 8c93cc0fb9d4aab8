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

    id: Mapped[EscalationId] = mapped_column(primary_key=True, init=False)
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL")
    )
    concern: Mapped[int]
    raised_at: Mapped[datetime]  # the words that raised it; a rise to a higher concern, its words
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))  # where they were said
    side_room_id: Mapped[RoomId | None] = mapped_column(ForeignKey("rooms.id"), default=None)
    tracks: Mapped[str] = mapped_column(default="")  # letters: C A X V M T W
    stage: Mapped[Stage] = mapped_column(default=Stage.RAISED)
    version: Mapped[int] = mapped_column(default=1)
    taken_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    taken_at: Mapped[datetime | None] = mapped_column(default=None)
    claim_until: Mapped[datetime | None] = mapped_column(default=None)
    joined_at: Mapped[datetime | None] = mapped_column(default=None)
    second_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    handed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_how: Mapped[str | None] = mapped_column(default=None)
    check_in_at: Mapped[datetime | None] = mapped_column(default=None)
    checked_in_at: Mapped[datetime | None] = mapped_column(default=None)
    review_at: Mapped[datetime | None] = mapped_column(default=None)
    left_how: Mapped[str | None] = mapped_column(default=None)  # how she went, while it was open
    left_at: Mapped[datetime | None] = mapped_column(default=None)


class SignalRow(Table):
    """What the rules noticed in one message: written in that message's own transaction."""

    __tablename__ = "signals"
    __table_args__ = (
        Index("ix_signals_escalation", "escalation_id"),
        Index("ix_signals_member", "member_id"),
    )

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL")
    )
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"))
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))
    message_id: Mapped[MessageId]
    concern: Mapped[int]
    tracks: Mapped[str]
    noticed: Mapped[str]  # JSON: [rule, start, end] of each
    held: Mapped[bool]
    at: Mapped[datetime]
    escalation_id: Mapped[EscalationId | None] = mapped_column(
        ForeignKey("escalations.id"), default=None
    )


class StepRow(Table):
    """One step with an escalation: who, what and when. Codes only, never a person's words."""

    __tablename__ = "escalation_steps"
    __table_args__ = (Index("ix_escalation_steps_escalation", "escalation_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    escalation_id: Mapped[EscalationId] = mapped_column(ForeignKey("escalations.id"))
    what: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    code: Mapped[str] = mapped_column(default="")


class ApprovalRow(Table):
    """Something that two people decide: asked by one, granted by another, or run out."""

    __tablename__ = "approvals"
    __table_args__ = (Index("ix_approvals_escalation", "escalation_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    escalation_id: Mapped[EscalationId] = mapped_column(ForeignKey("escalations.id"))
    what: Mapped[str]  # lower | close
    reason: Mapped[str]  # a code
    asked_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    to: Mapped[int] = mapped_column(default=0)  # the concern it shall be lowered to
    check_in_hours: Mapped[int] = mapped_column(default=0)
    granted_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    granted_at: Mapped[datetime | None] = mapped_column(default=None)


class PacketRow(Table):
    """What goes along when a person is handed over, sealed; the member sees it first."""

    __tablename__ = "packets"
    __table_args__ = (Index("ix_packets_escalation", "escalation_id"),)

    id: Mapped[MessageId] = mapped_column(primary_key=True)
    escalation_id: Mapped[EscalationId] = mapped_column(ForeignKey("escalations.id"))
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"))
    key_id: Mapped[KeyId]
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    made_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    made_at: Mapped[datetime]
    unseen_why: Mapped[str | None] = mapped_column(default=None)  # a code: showing it is a danger
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    agreed_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_by: Mapped[str | None] = mapped_column(
        default=None
    )  # which service said “I have them”


class NoteRow(Table):
    """A hand-over between shifts, written from the log: counts and numbers, never words."""

    __tablename__ = "shift_notes"

    id: Mapped[int] = mapped_column(RowId, primary_key=True, init=False)
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    since: Mapped[datetime]
    facts: Mapped[str]  # JSON
    signed_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"), default=None)
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
