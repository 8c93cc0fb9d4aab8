"""Shifts, room states and the pager."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("rooms", sa.Column("state_until", sa.BigInteger(), nullable=True))
    _shifts()


def _of_staff(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_staff_id")
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=name, ondelete="CASCADE")


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("planned_by", ROW_ID, nullable=True),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_out_at", sa.BigInteger(), nullable=True),
        sa.Column("called_off_at", sa.BigInteger(), nullable=True),
        _of_staff("shifts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_ends_at", "shifts", ["ends_at"], unique=False)
    op.create_index("ix_shifts_staff", "shifts", ["staff_id", "ends_at"], unique=False)
