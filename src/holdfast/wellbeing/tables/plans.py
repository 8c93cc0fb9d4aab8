"""A member's safety plan, and one sealed line for the worst night."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.apart import IN_KEYSTORE
from holdfast.kit.ids import (
    EscalationId,
    KeyId,
    MemberId,
    OpeningId,
    PlanLineId,
    StaffId,
)
from holdfast.kit.tables import RowId, Table
from holdfast.wellbeing.rules.plans import Change, Part
from holdfast.wellbeing.rules.seals import Purpose


class PlanKeyRow(Table):
    """A key in the keystore that is a member's own.

    For one line of the plan alone, for the sealed line, or for what staff wrote to open that.
    """

    __tablename__ = "plan_keys"
    __table_args__ = (Index("ix_plan_keys_member", "member_id", "purpose"),)

    id: Mapped[KeyId] = mapped_column(primary_key=True, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    purpose: Mapped[Purpose] = mapped_column(info={"privacy": "state"})
    wrapped_before: Mapped[bytes] = mapped_column(
        LargeBinary, default=IN_KEYSTORE, info={"privacy": "secret"}
    )  # the key, in places that are older than its lying in the keystore; empty once carried over


class PlanLineRow(Table):
    """One line of a plan. `shared_at` is when its member agreed that it may be handed over."""

    __tablename__ = "plan_lines"
    __table_args__ = (Index("ix_plan_lines_member", "member_id"),)

    id: Mapped[PlanLineId] = mapped_column(primary_key=True, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    part: Mapped[Part] = mapped_column(info={"privacy": "choice"})
    words: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    written_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    shared_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    key_id: Mapped[KeyId | None] = mapped_column(
        default=None, info={"privacy": "link"}
    )  # this line's alone; empty as long as a line from before lies under the one of its plan


class PlanUndoRow(Table):
    """The one last change of a plan, so that it can be taken back: the line as it was before."""

    __tablename__ = "plan_undos"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    change: Mapped[Change] = mapped_column(info={"privacy": "state"})
    line_id: Mapped[PlanLineId] = mapped_column(info={"privacy": "link"})
    part: Mapped[Part] = mapped_column(info={"privacy": "choice"})
    words: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "words"})
    written_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    shared_at: Mapped[datetime | None] = mapped_column(info={"privacy": "time"})
    key_id: Mapped[KeyId | None] = mapped_column(
        default=None, info={"privacy": "link"}
    )  # of the words of before


class PlanSignalRow(Table):
    """What was noticed in a plan, as long as nobody upstairs has heard of it. Never the words.

    Written in the transaction that kept or refused the words, so that a stop loses nothing.
    """

    __tablename__ = "plan_signals"
    __table_args__ = (Index("ix_plan_signals_member", "member_id"),)

    row: Mapped[int] = mapped_column(RowId, primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    concern: Mapped[int] = mapped_column(info={"privacy": "state"})
    tracks: Mapped[str] = mapped_column(info={"privacy": "state"})  # letters: C A X V M T W
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class SealedLineRow(Table):
    """What a member left, by their own wish, for a night when they may be in danger."""

    __tablename__ = "sealed_lines"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    words: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    left_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class LineOpeningRow(Table):
    """Two staff people and a sealed line: asked, approved, opened, told, each with its time."""

    __tablename__ = "line_openings"
    __table_args__ = (Index("ix_line_openings_member", "member_id"),)

    id: Mapped[OpeningId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    escalation_id: Mapped[EscalationId] = mapped_column(
        info={"privacy": "link"}
    )  # of the storey above; no key leads up there
    asked_by: Mapped[StaffId] = mapped_column(ForeignKey("staff.id"), info={"privacy": "staff"})
    reason: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "words"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    approved_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    approved_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    opened_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    told_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
