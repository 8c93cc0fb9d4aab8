"""Staff who are known: accounts, passkeys, codes, invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
phase = "contract"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _accounts()
    _ways_in()
    _invitations()


def _accounts() -> None:
    """Accounts from before had no name and lasted twelve hours: they are not carried over."""
    op.drop_table("staff_sessions")
    op.drop_table("staff")
    op.create_table(
        "staff",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=True),
        sa.Column("handle", sa.LargeBinary(length=32), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", ROW_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name_key", name=op.f("uq_staff_name_key")),
        sa.UniqueConstraint("handle", name=op.f("uq_staff_handle")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("fresh_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        _of_staff("staff_sessions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_sessions_token_hash")),
    )
    op.create_index("ix_staff_sessions_staff", "staff_sessions", ["staff_id"], unique=False)


def _of_staff(table: str, column: str = "staff_id") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["staff.id"], name=name, ondelete="CASCADE")


def _ways_in() -> None:
    op.create_table(
        "staff_passkeys",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        _of_staff("staff_passkeys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_staff_passkeys_credential")),
    )
    op.create_index("ix_staff_passkeys_staff", "staff_passkeys", ["staff_id"], unique=False)
    op.create_table(
        "staff_passwords",
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        _of_staff("staff_passwords"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_passwords")),
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        _of_staff("staff_recovery_codes"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_recovery_codes")),
        sa.UniqueConstraint("lookup", name=op.f("uq_staff_recovery_codes_lookup")),
    )
    op.create_index(
        "ix_staff_recovery_codes_staff", "staff_recovery_codes", ["staff_id"], unique=False
    )
    op.create_table(
        "staff_sso",
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        _of_staff("staff_sso"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_staff_sso")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_staff_sso_issuer_subject")),
    )


def _invitations() -> None:
    op.create_table(
        "staff_invitations",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", ROW_ID, nullable=True),
        sa.Column("staff_id", ROW_ID, nullable=True),
        _of_staff("staff_invitations", "made_by"),
        _of_staff("staff_invitations"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_invitations")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_staff_invitations_key_hash")),
    )
    op.create_table(
        "staff_challenges",
        sa.Column("key_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_staff_challenges")),
    )
