"""Reports: what members tell us is wrong, and how far we are with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import CaseId, KeyId, MemberId, MessageId, ReportId, RoomId, SeatId
from holdfast.kit.tables import RowId, Table
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

    id: Mapped[ReportId] = mapped_column(primary_key=True, info={"privacy": "id"})
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), info={"privacy": "link"})
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    seat_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), info={"privacy": "link"}
    )  # whose report it is
    about_id: Mapped[SeatId] = mapped_column(
        ForeignKey("seats.id"), info={"privacy": "link"}
    )  # whom it is about
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    kind: Mapped[Door] = mapped_column(info={"privacy": "choice"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    message_id: Mapped[MessageId | None] = mapped_column(default=None, info={"privacy": "link"})
    seq: Mapped[int | None] = mapped_column(BigInteger, default=None, info={"privacy": "link"})
    words: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )
    key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})
    kept: Mapped[bytes | None] = mapped_column(LargeBinary, default=None, info={"privacy": "words"})
    kept_key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})
    step: Mapped[Step] = mapped_column(default=Step.RECEIVED, info={"privacy": "state"})
    looked_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    told: Mapped[Told | None] = mapped_column(default=None, info={"privacy": "state"})
    answered_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    undone_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class ReportedLineRow(Table):
    """One line of a talk between two people, as whoever reported it opened it for the case.

    `author_id` said it; `seat_id` is the reporter's, whose ordinary key of that day seals the
    copy. Nothing else of the talk is open with it.
    """

    __tablename__ = "reported_lines"
    __table_args__ = (UniqueConstraint("report_id", "message_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    report_id: Mapped[ReportId] = mapped_column(
        ForeignKey("reports.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    message_id: Mapped[MessageId] = mapped_column(info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    seq: Mapped[int] = mapped_column(BigInteger, info={"privacy": "link"})
    author_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    words: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
