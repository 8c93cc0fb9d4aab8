"""What guides the talk in a room: pins, questions, pace, twins."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
phase = "expand"


ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.add_column(
        "seats", sa.Column("reads_after", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_table(
        "guidances",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", ROW_ID, nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", ROW_ID, nullable=True),
        to("guidances", "room_id", "rooms.id"),
        to("guidances", "by", "staff.id"),
        to("guidances", "ended_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guidances")),
    )
    op.create_index("ix_guidances_room", "guidances", ["room_id", "ended_at"])
    op.create_table(
        "second_rooms",
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("first_id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", ROW_ID, nullable=False),
        to("second_rooms", "room_id", "rooms.id"),
        to("second_rooms", "first_id", "rooms.id"),
        to("second_rooms", "by", "staff.id"),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_second_rooms")),
    )
    op.create_index("ix_second_rooms_first", "second_rooms", ["first_id"])
