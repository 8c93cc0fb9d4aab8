"""Safety plans and sealed lines, each sealed under a key of the member's own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RANDOM_ID = sa.LargeBinary(length=16)


def of_a_member(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_member_id")
    return sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "plan_keys",
        sa.Column("id", RANDOM_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        of_a_member("plan_keys"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_keys")),
        sa.UniqueConstraint("member_id", "purpose", name=op.f("uq_plan_keys_member_id_purpose")),
    )
    op.create_table(
        "plan_lines",
        sa.Column("id", RANDOM_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("shared_at", sa.BigInteger(), nullable=True),
        of_a_member("plan_lines"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_lines")),
    )
    op.create_index("ix_plan_lines_member", "plan_lines", ["member_id"])
    op.create_table(
        "plan_undos",
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("line_id", RANDOM_ID, nullable=False),
        sa.Column("part", sa.String(32), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("shared_at", sa.BigInteger(), nullable=True),
        of_a_member("plan_undos"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_plan_undos")),
    )
    op.create_table(
        "plan_signals",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("concern", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        of_a_member("plan_signals"),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_plan_signals")),
    )
    op.create_index("ix_plan_signals_member", "plan_signals", ["member_id"])
    op.create_table(
        "sealed_lines",
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=False),
        of_a_member("sealed_lines"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_sealed_lines")),
    )
    op.create_table(
        "line_openings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("approved_by", ROW_ID, nullable=True),
        sa.Column("approved_at", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        of_a_member("line_openings"),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_line_openings_asked_by")),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff.id"], name=op.f("fk_line_openings_approved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_openings")),
    )
    op.create_index("ix_line_openings_member", "line_openings", ["member_id"])
