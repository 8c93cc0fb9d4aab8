"""Reports: what members tell us is wrong, and how far we are with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import CaseId, KeyId, MemberId, MessageId, ReportId, RoomId, SeatId
from holdfast.kit.tables import Table
from holdfast.moderation.rules.reports import Door, Step, Told


class ReportRow(Table):
    """One person's claim about a message, or without one about a person.

    `words` are sealed with the reporter's key, so that they go when the reporter goes. `kept` is
    what the reported message said then, as it was sealed by its author: it opens with the author's
    key alone, and shows what was there before it was changed or taken back.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("seat_id", "message_id"),
        Index("ix_reports_case", "case_id"),
        Index("ix_reports_member", "member_id", "at"),
    )

    id: Mapped[ReportId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"))
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL")
    )
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"))  # whose report it is
    about_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"))  # whom it is about
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"))
    kind: Mapped[Door]
    at: Mapped[datetime]
    message_id: Mapped[MessageId | None] = mapped_column(default=None)
    seq: Mapped[int | None] = mapped_column(BigInteger, default=None)
    words: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    key_id: Mapped[KeyId | None] = mapped_column(default=None)
    kept: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    kept_key_id: Mapped[KeyId | None] = mapped_column(default=None)
    step: Mapped[Step] = mapped_column(default=Step.RECEIVED)
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    told: Mapped[Told | None] = mapped_column(default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
