"""Who looks after the place: the account and its sessions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from holdfast.kit.ids import SessionId, StaffId
from holdfast.kit.tables import Table
from holdfast.rights.rules import Role


class Languages(TypeDecorator[tuple[str, ...]]):
    """The languages someone works in, kept as `en es`."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return " ".join(value or ())

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        return tuple((value or "").split())


class StaffWay(StrEnum):
    """How somebody showed who they are."""

    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 - the name of a way
    SSO = "sso"
    CONSOLE = "console"


class StaffSessionKind(StrEnum):
    """`browser` also ends when nobody uses it; `token` is for programs; `link` opens sessions."""

    BROWSER = "browser"
    TOKEN = "token"  # noqa: S105 - the name of a kind
    LINK = "link"


class StaffRow(Table):
    """Someone who looks after the place. The row stays when they are gone, for what they did."""

    __tablename__ = "staff"

    id: Mapped[StaffId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    role: Mapped[Role] = mapped_column(info={"privacy": "staff"})
    name: Mapped[str] = mapped_column(info={"privacy": "staff"})
    name_key: Mapped[str | None] = mapped_column(
        unique=True, info={"privacy": "staff"}
    )  # nothing once they are removed
    handle: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )  # a passkey's, at random
    languages: Mapped[tuple[str, ...]] = mapped_column(Languages, info={"privacy": "staff"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    removed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    removed_by: Mapped[StaffId | None] = mapped_column(default=None, info={"privacy": "staff"})


class StaffSessionRow(Table):
    """One way in. Only a hash of its token is kept."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index("ix_staff_sessions_staff", "staff_id"),)

    id: Mapped[SessionId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    token_hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )
    kind: Mapped[StaffSessionKind] = mapped_column(info={"privacy": "staff"})
    way: Mapped[StaffWay] = mapped_column(info={"privacy": "staff"})
    opened_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    seen_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    fresh_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class StaffSessionKeyRow(Table):
    """A key pair for one session of a staff person who was called into a private talk.

    The private half is locked under the session's token, of which only a hash is kept.
    """

    __tablename__ = "staff_session_keys"

    session_id: Mapped[SessionId] = mapped_column(
        ForeignKey("staff_sessions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "staff"},
    )
    public: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
