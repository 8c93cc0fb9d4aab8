"""Notices to members, and care for those who care."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RANDOM_ID = sa.LargeBinary(length=16)


def of(table: str, column: str, target: str, ondelete: str = "CASCADE") -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    tell_members()
    care_for_helpers()


def tell_members() -> None:
    op.create_table(
        "notices",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("push_at", sa.BigInteger(), nullable=True),
        of("notices", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint(
            "member_id", "kind", "about", name=op.f("uq_notices_member_id_kind_about")
        ),
    )
    op.create_index("ix_notices_member", "notices", ["member_id", "at"])
    op.create_index("ix_notices_push_at", "notices", ["push_at"])
    op.create_table(
        "notice_devices",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", RANDOM_ID, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        of("notice_devices", "member_id", "members"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_devices")),
        sa.UniqueConstraint("lookup", name=op.f("uq_notice_devices_lookup")),
    )
    op.create_index("ix_notice_devices_member", "notice_devices", ["member_id"])
    op.create_table(
        "notice_choices",
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("pushed_at", sa.BigInteger(), nullable=True),
        of("notice_choices", "member_id", "members"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_notice_choices")),
    )


def care_for_helpers() -> None:
    op.create_table(
        "exposures",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("concern", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        of("exposures", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_exposures")),
        sa.UniqueConstraint("staff_id", "about", name=op.f("uq_exposures_staff_id_about")),
    )
    op.create_index("ix_exposures_at", "exposures", ["at"])
    op.create_table(
        "debriefs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("with_id", ROW_ID, nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("shown_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        of("debriefs", "staff_id", "staff"),
        of("debriefs", "with_id", "staff", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debriefs")),
        sa.UniqueConstraint("staff_id", "about", name=op.f("uq_debriefs_staff_id_about")),
    )
    op.create_index("ix_debriefs_due_at", "debriefs", ["due_at"])
    op.create_table(
        "reliefs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("relieved_by", ROW_ID, nullable=True),
        sa.Column("relieved_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        of("reliefs", "staff_id", "staff"),
        of("reliefs", "relieved_by", "staff", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reliefs")),
    )
    op.create_index("ix_reliefs_staff", "reliefs", ["staff_id", "asked_at"])
    op.add_column("shifts", sa.Column("talk_booked_at", sa.BigInteger(), nullable=True))
    op.add_column("pages", sa.Column("asked_by", ROW_ID, nullable=True))
