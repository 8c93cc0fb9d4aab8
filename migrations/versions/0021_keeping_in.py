"""Passkeys of members, other devices, a PIN, devices that others use, a disguise."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("members", sa.Column("disguise", sa.String(), nullable=True))
    for column in (
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("pin", sa.LargeBinary(32), nullable=True),
        sa.Column("pin_tries", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("locks_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("sessions", column)
    _passkeys()
    _links()


def _passkeys() -> None:
    op.create_table(
        "member_passkeys",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("handle", sa.LargeBinary(32), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_member_passkeys_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_passkeys")),
        sa.UniqueConstraint("credential", name=op.f("uq_member_passkeys_credential")),
    )
    op.create_index("ix_member_passkeys_member", "member_passkeys", ["member_id"])


def _links() -> None:
    op.create_table(
        "device_links",
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("session_id", ROW_ID, nullable=False),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("claim", sa.LargeBinary(32), nullable=True),
        sa.Column("said_yes", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_device_links_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.id"],
            name=op.f("fk_device_links_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_device_links")),
        sa.UniqueConstraint("lookup", name=op.f("uq_device_links_lookup")),
        sa.UniqueConstraint("claim", name=op.f("uq_device_links_claim")),
    )
    op.create_index("ix_device_links_session", "device_links", ["session_id"])


def downgrade() -> None:
    op.drop_table("device_links")
    op.drop_table("member_passkeys")
    for column in ("locks_at", "pin_tries", "pin", "used_at"):
        op.drop_column("sessions", column)
    op.drop_column("members", "disguise")
