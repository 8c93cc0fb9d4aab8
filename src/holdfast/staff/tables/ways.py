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

    id: Mapped[PasskeyId] = mapped_column(primary_key=True, init=False)
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    credential: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class PasswordRow(Table):
    """A password's hash, and the code app that goes with it, sealed under a key of its own."""

    __tablename__ = "staff_passwords"

    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    hash: Mapped[str]
    key_id: Mapped[KeyId]
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)  # no code counts twice
    changed_at: Mapped[datetime]


class RecoveryCodeRow(Table):
    """One code for the day the code app is lost. It goes when it is used."""

    __tablename__ = "staff_recovery_codes"
    __table_args__ = (Index("ix_staff_recovery_codes_staff", "staff_id"),)

    id: Mapped[RecoveryCodeId] = mapped_column(primary_key=True, init=False)
    staff_id: Mapped[StaffId] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)


class SsoRow(Table):
    """Who somebody is at the organisation's own sign-in: issuer and subject, never an e-mail."""

    __tablename__ = "staff_sso"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    staff_id: Mapped[StaffId] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    issuer: Mapped[str]
    subject: Mapped[str]


class InvitationRow(Table):
    """A way in that is used once: for somebody new, or for somebody who lost theirs."""

    __tablename__ = "staff_invitations"

    id: Mapped[InvitationId] = mapped_column(primary_key=True, init=False)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    role: Mapped[Role]
    name: Mapped[str]  # nothing in a code for the first steward, who says it at the door
    languages: Mapped[tuple[str, ...]] = mapped_column(Languages)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    made_by: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), default=None
    )
    staff_id: Mapped[StaffId | None] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), default=None
    )


class ChallengeRow(Table):
    """What a sign-in that takes two steps must remember between them, for some minutes."""

    __tablename__ = "staff_challenges"

    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    purpose: Mapped[str]
    payload: Mapped[str]
    ends_at: Mapped[datetime]
