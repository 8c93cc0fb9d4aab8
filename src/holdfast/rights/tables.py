"""Rights that one person holds until a day: to listen, to host a circle."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import MemberId, RightId, StaffId
from holdfast.kit.tables import Table


class RightRole(StrEnum):
    """What somebody may do for others."""

    LISTENER = "listener"
    HOST = "host"


class RightRow(Table):
    """A member, or somebody of the staff, may do this until a day. Never twice at once.

    Valid while `until` is to come and it is neither frozen nor ended. `languages` are tags with a
    blank between them; empty: every language.
    """

    __tablename__ = "rights"
    __table_args__ = (
        Index("ix_rights_member", "member_id"),
        Index("ix_rights_staff", "staff_id"),
    )

    id: Mapped[RightId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    role: Mapped[RightRole] = mapped_column(info={"privacy": "state"})
    granted_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    member_id: Mapped[MemberId | None] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), default=None, info={"privacy": "link"}
    )
    staff_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    languages: Mapped[str] = mapped_column(default="", info={"privacy": "choice"})
    granted_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), default=None, info={"privacy": "staff"}
    )
    frozen_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    frozen_why: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "state"}
    )  # a code
    ended_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    ended_why: Mapped[str | None] = mapped_column(default=None, info={"privacy": "state"})  # a code

    def tags(self) -> frozenset[str]:
        """The languages it is for; none: all."""
        return frozenset(self.languages.split())


class GrantingCodeRow(Table):
    """That a member asked for a right: staff, who do not know them, type their code in."""

    __tablename__ = "granting_codes"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )
    code_hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})
