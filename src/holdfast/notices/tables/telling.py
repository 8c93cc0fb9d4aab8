"""What members are told when they were not there, and how. Never a word that anybody wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.apart import IN_KEYSTORE
from holdfast.kit.ids import KeyId, MemberId, NoticeDeviceId, NoticeId
from holdfast.kit.tables import Table
from holdfast.notices.rules.telling import Kind


class NoticeRow(Table):
    """Something that a member should know: what kind of thing, and the place it leads to.

    `about` names the thing, so that the same one is told once. `push_at` is when a device of
    theirs is to be told as well; nothing where they have none, have looked, or were told.
    """

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "about"),
        Index("ix_notices_member", "member_id", "at"),
        Index("ix_notices_push_at", "push_at"),
    )

    id: Mapped[NoticeId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    kind: Mapped[Kind] = mapped_column(info={"privacy": "state"})
    about: Mapped[str] = mapped_column(info={"privacy": "link"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    slug: Mapped[str] = mapped_column(
        default="", info={"privacy": "place"}
    )  # of the room it leads to
    seq: Mapped[int | None] = mapped_column(
        BigInteger, default=None, info={"privacy": "link"}
    )  # of the message it leads to
    seen_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    push_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class NoticeDeviceRow(Table):
    """A browser that a member chose to be told on. The address is sealed under a key of its own."""

    __tablename__ = "notice_devices"
    __table_args__ = (Index("ix_notice_devices_member", "member_id"),)

    id: Mapped[NoticeDeviceId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    lookup: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )  # the same address, once
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "link"})
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    misses: Mapped[int] = mapped_column(
        default=0, info={"privacy": "state"}
    )  # times in a row that nothing answered
    wrapped_before: Mapped[bytes] = mapped_column(
        LargeBinary, default=IN_KEYSTORE, info={"privacy": "secret"}
    )  # its key, where it lay before the keystore; empty once carried over


class NoticeChoiceRow(Table):
    """When a member wants quiet, in minutes of their own day; and when a device was told last."""

    __tablename__ = "notice_choices"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    quiet_from: Mapped[int | None] = mapped_column(default=None, info={"privacy": "choice"})
    quiet_until: Mapped[int | None] = mapped_column(default=None, info={"privacy": "choice"})
    pushed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
