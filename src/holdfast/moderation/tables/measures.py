"""Measures, each with its rule, reason and end; and the appeals against them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import (
    AppealId,
    CaseId,
    KeyId,
    MeasureId,
    MemberId,
    MessageId,
    RoomId,
    SeatId,
    StaffId,
)
from holdfast.kit.tables import Table
from holdfast.moderation.rules.appeals import AppealState
from holdfast.moderation.rules.measures import Ending, MeasureKind, MeasureState


class MeasureRow(Table):
    """Something a moderator did about a seat, its words, or a room.

    The member's own words are never copied here: `message_id` says where they lie. What staff
    wrote is sealed: `reason` for staff, `words` and `rewrite` for the member, all with a key of
    the member's seat, so that it goes when they go. Of a room's measure the house keeps the key.
    """

    __tablename__ = "measures"
    __table_args__ = (
        Index("ix_measures_case", "case_id"),
        Index("ix_measures_member", "member_id", "at"),
        Index("ix_measures_seat", "seat_id"),
        Index("ix_measures_state", "state", "until"),
    )

    id: Mapped[MeasureId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    case_id: Mapped[CaseId] = mapped_column(ForeignKey("cases.id"), info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    kind: Mapped[MeasureKind] = mapped_column(info={"privacy": "state"})
    rule: Mapped[str] = mapped_column(info={"privacy": "state"})
    by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    reason: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    seat_id: Mapped[SeatId | None] = mapped_column(
        ForeignKey("seats.id"), default=None, info={"privacy": "link"}
    )
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), default=None, info={"privacy": "link"}
    )
    message_id: Mapped[MessageId | None] = mapped_column(default=None, info={"privacy": "link"})
    seq: Mapped[int | None] = mapped_column(BigInteger, default=None, info={"privacy": "link"})
    key_id: Mapped[KeyId | None] = mapped_column(default=None, info={"privacy": "link"})
    words: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )
    rewrite: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )
    until: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    seconds: Mapped[int | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # of a slowed room
    state: Mapped[MeasureState] = mapped_column(
        default=MeasureState.IN_FORCE, info={"privacy": "state"}
    )
    agreed_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    agreed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    done_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # the room was told
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_how: Mapped[Ending | None] = mapped_column(default=None, info={"privacy": "state"})
    ended_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    undone_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # the room was told of the end


class AppealRow(Table):
    """The member's answer to a measure, read by somebody else; and what they said to it."""

    __tablename__ = "appeals"
    __table_args__ = (
        UniqueConstraint("measure_id"),
        Index("ix_appeals_state", "state", "due_at"),
        Index("ix_appeals_member", "member_id"),
    )

    id: Mapped[AppealId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    measure_id: Mapped[MeasureId] = mapped_column(
        ForeignKey("measures.id"), info={"privacy": "link"}
    )
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="SET NULL"), info={"privacy": "link"}
    )
    seat_id: Mapped[SeatId] = mapped_column(ForeignKey("seats.id"), info={"privacy": "link"})
    room_id: Mapped[RoomId] = mapped_column(ForeignKey("rooms.id"), info={"privacy": "place"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    due_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    words: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    state: Mapped[AppealState] = mapped_column(
        default=AppealState.WAITING, info={"privacy": "state"}
    )
    judged_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    judged_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    answer: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "words"}
    )
    called_at: Mapped[datetime | None] = mapped_column(
        default=None, info={"privacy": "time"}
    )  # people were called about it
