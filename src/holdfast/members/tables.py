"""Who has come in, as little of them as can be."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import BatchId, ConsentId, MemberId, SessionId, StaffId
from holdfast.kit.tables import Table


class SessionKind(StrEnum):
    """`visit` ends with the browser; `kept` can be come back to with the recovery phrase.

    `link` is a key that opens visits, and is no session by itself.
    """

    VISIT = "visit"
    KEPT = "kept"
    LINK = "link"


class MemberRow(Table):
    """No name, no address, no birthday: a band, a week and some choices.

    Nobody gets the number of somebody who went: what holds of the one would hold of the other.
    """

    __tablename__ = "members"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - as SQLAlchemy wants it

    id: Mapped[MemberId] = mapped_column(primary_key=True, init=False)
    age_band: Mapped[str]
    came_in_week: Mapped[date]
    seen_week: Mapped[date]
    phrase_lookup: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True, default=None)
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(default="UTC")
    theme: Mapped[str] = mapped_column(default="system")
    text_size: Mapped[str] = mapped_column(default="100")
    letters: Mapped[str] = mapped_column(default="plain")
    first_name: Mapped[str | None] = mapped_column(default=None)  # until the first seat is taken
    kept_name: Mapped[str | None] = mapped_column(default=None)
    kept_avatar: Mapped[str | None] = mapped_column(default=None)


class ConsentRow(Table):
    """A dated yes, and perhaps a dated no. The words agreed to are kept by their version."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_member", "member_id"),)

    id: Mapped[ConsentId] = mapped_column(primary_key=True, init=False)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    kind: Mapped[str]
    version: Mapped[str]
    language: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)


class SessionRow(Table):
    """One way in. Only a hash of its token is kept, and the day it was opened."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_member", "member_id"),)

    id: Mapped[SessionId] = mapped_column(primary_key=True, init=False)
    member_id: Mapped[MemberId] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[SessionKind]
    opened_on: Mapped[date]
    ends_at: Mapped[datetime]


class StandingRow(Table):
    """How far a member is up the ladder: two small numbers that stop growing, and no days.

    `today` says that the day now going on is counted already; at its end it is forgotten for all.
    """

    __tablename__ = "standings"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True
    )
    days: Mapped[int] = mapped_column(SmallInteger)
    said: Mapped[int] = mapped_column(SmallInteger)
    today: Mapped[bool]


class UsedOnceRow(Table):
    """What opens the door once (a proof, a wait) and was used; kept until it ends anyway."""

    __tablename__ = "used_once"

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    until: Mapped[datetime]


class DoorBatchRow(Table):
    """Invitations for members that were made together, to be handed out shuffled."""

    __tablename__ = "door_batches"

    id: Mapped[BatchId] = mapped_column(primary_key=True, init=False)
    made_by: Mapped[StaffId | None] = mapped_column(ForeignKey("staff.id"))
    made_on: Mapped[date]
    count: Mapped[int]
    burned_on: Mapped[date | None] = mapped_column(default=None)


class DoorCodeRow(Table):
    """One invitation, as a hash. Who used it is written nowhere."""

    __tablename__ = "door_codes"
    __table_args__ = (Index("ix_door_codes_batch", "batch_id"),)

    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    batch_id: Mapped[BatchId] = mapped_column(ForeignKey("door_batches.id", ondelete="CASCADE"))
    is_used: Mapped[bool] = mapped_column(default=False)
