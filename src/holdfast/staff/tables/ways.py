"""The ways in: passkeys, passwords, code apps, recovery codes, single sign-on, invitations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from holdfast.kit.ids import InvitationId, KeyId, PasskeyId, RecoveryCodeId, StaffId
from holdfast.kit.tables import Table
from holdfast.rights.rules import Role
from holdfast.staff.tables.accounts import Languages


class PasskeyRow(Table):
    """A passkey: its public half, which opens nothing by itself."""

    __tablename__ = "staff_passkeys"
    __table_args__ = (Index("ix_staff_passkeys_staff", "staff_id"),)

    id: Mapped[PasskeyId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True, info={"privacy": "secret"})
    public_key: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    count: Mapped[int] = mapped_column(BigInteger, info={"privacy": "staff"})
    name: Mapped[str] = mapped_column(info={"privacy": "staff"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    used_at: Mapped[datetime | None] = mapped_column(default=None, info={"privacy": "time"})


class PasswordRow(Table):
    """A password's hash, and the code app that goes with it, sealed under a key of its own."""

    __tablename__ = "staff_passwords"

    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "staff"}
    )
    hash: Mapped[str] = mapped_column(info={"privacy": "secret"})
    key_id: Mapped[KeyId] = mapped_column(info={"privacy": "staff"})
    wrapped: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info={"privacy": "secret"})
    last_step: Mapped[int] = mapped_column(
        BigInteger, info={"privacy": "staff"}
    )  # no code counts twice
    changed_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})


class RecoveryCodeRow(Table):
    """One code for the day the code app is lost. It goes when it is used."""

    __tablename__ = "staff_recovery_codes"
    __table_args__ = (Index("ix_staff_recovery_codes_staff", "staff_id"),)

    id: Mapped[RecoveryCodeId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), info={"privacy": "staff"}
    )
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True, info={"privacy": "secret"})


class SsoRow(Table):
    """Who somebody is at the organisation's own sign-in: issuer and subject, never an e-mail."""

    __tablename__ = "staff_sso"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, info={"privacy": "staff"}
    )
    issuer: Mapped[str] = mapped_column(info={"privacy": "staff"})
    subject: Mapped[str] = mapped_column(info={"privacy": "staff"})


class InvitationRow(Table):
    """A way in that is used once: for somebody new, or for somebody who lost theirs."""

    __tablename__ = "staff_invitations"

    id: Mapped[InvitationId] = mapped_column(primary_key=True, init=False, info={"privacy": "id"})
    key_hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info={"privacy": "secret"}
    )
    role: Mapped[Role] = mapped_column(info={"privacy": "staff"})
    name: Mapped[str] = mapped_column(
        info={"privacy": "staff"}
    )  # nothing in a code for the first steward, who says it at the door
    languages: Mapped[tuple[str, ...]] = mapped_column(Languages, info={"privacy": "staff"})
    made_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
    made_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), default=None, info={"privacy": "staff"}
    )
    staff_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), default=None, info={"privacy": "staff"}
    )


class ChallengeRow(Table):
    """What a sign-in that takes two steps must remember between them, for some minutes."""

    __tablename__ = "staff_challenges"

    key_hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), primary_key=True, info={"privacy": "secret"}
    )
    purpose: Mapped[str] = mapped_column(info={"privacy": "staff"})
    payload: Mapped[str] = mapped_column(info={"privacy": "secret"})
    ends_at: Mapped[datetime] = mapped_column(info={"privacy": "time"})
