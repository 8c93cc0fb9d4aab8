"""Blocks, mutes and what a reporter no longer sees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def of_a_member(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], ["members.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "blocks",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("other_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        of_a_member("blocks", "member_id"),
        of_a_member("blocks", "other_id"),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_blocks_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocks")),
        sa.UniqueConstraint("member_id", "seat_id", name=op.f("uq_blocks_member_id_seat_id")),
    )
    op.create_index("ix_blocks_other", "blocks", ["other_id"])
    op.create_table(
        "hides",
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        of_a_member("hides", "member_id"),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_hides_room_id")),
        sa.PrimaryKeyConstraint("member_id", "room_id", "seq", name=op.f("pk_hides")),
    )
