"""Who has come in, as little of them as can be."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import (
    BatchId,
    ConsentId,
    MemberId,
    MemberPasskeyId,
    SessionId,
    StaffId,
)
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

    id: Mapped[MemberId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    age_band: Mapped[str] = mapped_column(info={"privacy": "choice"})
    came_in_week: Mapped[date] = mapped_column(info={"privacy": "time"})
    seen_week: Mapped[date] = mapped_column(info={"privacy": "time"})
    phrase_lookup: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, default=None, info={"privacy": "secret"}
    )
    language: Mapped[str] = mapped_column(default="en", info={"privacy": "choice"})
    time_zone: Mapped[str] = mapped_column(default="UTC", info={"privacy": "choice"})
    theme: Mapped[str] = mapped_column(default="system", info={"privacy": "choice"})
    text_size: Mapped[str] = mapped_column(default="100", info={"privacy": "choice"})
    letters: Mapped[str] = mapped_column(default="plain", info={"privacy": "choice"})
    first_name: Mapped[str | None] = mapped_column(
        default=None, info={"privacy": "choice"}
    )  # until the first seat is taken
    kept_name: Mapped[str | None] = mapped_column(default=None, info={"privacy": "choice"})
    kept_avatar: Mapped[str | None] = mapped_column(default=None, info={"privacy": "choice"})
    disguise: Mapped[str | None] = mapped_column(default=None, info={"privacy": "choice"})


class ConsentRow(Table):
    """A dated yes, and perhaps a dated no. The words agreed to are kept by their version."""

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_member", "member_id"),)

    id: Mapped[ConsentId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    kind: Mapped[str] = mapped_column(info={"privacy": "choice"})
    version: Mapped[str] = mapped_column(info={"privacy": "choice"})
    language: Mapped[str] = mapped_column(info={"privacy": "choice"})
    given_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class SessionRow(Table):
    """One way in. Only a hash of its token is kept, and the day it was opened.

    On a device that others use, when it was used last (`used_at`), for it ends soon after. With a
    PIN, when it locks itself unless somebody comes back to the page.
    """

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_member", "member_id"),)

    id: Mapped[SessionId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    token_hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )
    kind: Mapped[SessionKind] = mapped_column(info={"privacy": "state"})
    opened_on: Mapped[date] = mapped_column(info={"privacy": "time"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    used_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    pin: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), default=None, info={"privacy": "secret"}
    )
    pin_tries: Mapped[int] = mapped_column(
        SmallInteger, default=0, server_default="0", info={"privacy": "state"}
    )
    locks_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class MemberPasskeyRow(Table):
    """A passkey of a member: its public half, which opens nothing by itself.

    The handle is what the device knows its owner by: random, and the same for all of a member's.
    """

    __tablename__ = "member_passkeys"
    __table_args__ = (Index("ix_member_passkeys_member", "member_id"),)

    id: Mapped[MemberPasskeyId] = mapped_column(
        primary_key=True, init=False, info={"privacy": "id"}
    )
    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True, info={"privacy": "secret"})
    public_key: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    handle: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    count: Mapped[int] = mapped_column(BigInteger, info={"privacy": "state"})
    name: Mapped[str] = mapped_column(info={"privacy": "choice"})
    made_on: Mapped[date] = mapped_column(info={"privacy": "time"})


class OwnKeyRow(Table):
    """A member's own key pair: the public half, and the private one locked under their phrase.

    Nothing kept here opens it: neither the phrase nor a session's token is.
    """

    __tablename__ = "own_keys"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    public: Mapped[bytes] = mapped_column(LargeBinary(32), info={"privacy": "secret"})
    by_phrase: Mapped[bytes | None] = mapped_column(LargeBinary, info={"privacy": "secret"})
    made_on: Mapped[date] = mapped_column(info={"privacy": "time"})


class SessionKeyRow(Table):
    """The private half of a member's own key, locked under the token of one session."""

    __tablename__ = "session_keys"

    session_id: Mapped[SessionId] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})


class DeviceLinkRow(Table):
    """Another device on its way in: six words, for two minutes, and a yes on the device before."""

    __tablename__ = "device_links"
    __table_args__ = (Index("ix_device_links_session", "session_id"),)

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )
    session_id: Mapped[SessionId] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), info={"privacy": "link"}
    )
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info={"privacy": "secret"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    claim: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, default=None, info={"privacy": "secret"}
    )
    said_yes: Mapped[bool] = mapped_column(default=False, info={"privacy": "state"})
    # The private half of the own key on its way: locked under the words, then under the claim.
    own_key: Mapped[bytes | None] = mapped_column(
        LargeBinary, default=None, info={"privacy": "secret"}
    )


class StandingRow(Table):
    """How far a member is up the ladder: two small numbers that stop growing, and no days.

    `today` says that the day now going on is counted already; at its end it is forgotten for all.
    """

    __tablename__ = "standings"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "link"}
    )
    days: Mapped[int] = mapped_column(SmallInteger, info={"privacy": "state"})
    said: Mapped[int] = mapped_column(SmallInteger, info={"privacy": "state"})
    today: Mapped[bool] = mapped_column(info={"privacy": "state"})


class FreezeRow(Table):
    """What a member said and what is known of them is kept and not used, until they thaw it.

    It ends by no clock. `apart_at`: when their words were out of sight everywhere. `thawed_at`:
    when they asked for all of it back; the row goes once it is.
    """

    __tablename__ = "freezes"

    member_id: Mapped[MemberId] = mapped_column(
        ForeignKey("members.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info={"privacy": "link"},
    )
    number: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True, info={"privacy": "id"})
    at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    apart_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})
    thawed_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class UsedOnceRow(Table):
    """What opens the door once (a proof, a wait) and was used; kept until it ends anyway."""

    __tablename__ = "used_once"

    mark: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, info={"privacy": "secret"}
    )
    until: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class DoorBatchRow(Table):
    """Invitations for members that were made together, to be handed out shuffled."""

    __tablename__ = "door_batches"

    id: Mapped[BatchId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    made_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id"), info={"privacy": "staff"}
    )
    made_on: Mapped[date] = mapped_column(info={"privacy": "time"})
    count: Mapped[int] = mapped_column(info={"privacy": "place"})
    burned_on: Mapped[date | None] = mapped_column(default=None, info={"privacy": "time"})


class DoorCodeRow(Table):
    """One invitation, as a hash. Who used it is written nowhere."""

    __tablename__ = "door_codes"
    __table_args__ = (Index("ix_door_codes_batch", "batch_id"),)

    lookup: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, info={"privacy": "secret"}
    )
    batch_id: Mapped[BatchId] = mapped_column(
        ForeignKey("door_batches.id", ondelete="CASCADE"), info={"privacy": "place"}
    )
    is_used: Mapped[bool] = mapped_column(default=False, info={"privacy": "place"})
