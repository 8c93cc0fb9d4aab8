"""What stewards look after: helpline checks, wording, settings, retention, rooms that close."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    op.create_table(
        "wordings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=True),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        to("wordings", "by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
    )
    op.create_index("ix_wordings_name", "wordings", ["name", "language", "id"])
    op.create_table(
        "choices",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        to("choices", "by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
    )
    op.create_index("ix_choices_name", "choices", ["name", "id"])
    op.create_table(
        "helpline_checks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("numbers", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("undone_by", ROW_ID, nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        to("helpline_checks", "by", "staff.id"),
        to("helpline_checks", "undone_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpline_checks")),
    )
    op.create_index("ix_helpline_checks_line", "helpline_checks", ["line", "id"])
    op.create_table(
        "retentions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("room_id", ROW_ID, nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        to("retentions", "room_id", "rooms.id"),
        to("retentions", "by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retentions")),
    )
    op.create_index("ix_retentions_kind", "retentions", ["kind"])
    op.create_index("ix_retentions_room", "retentions", ["room_id"])
    op.create_table(
        "forgettings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        to("forgettings", "room_id", "rooms.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forgettings")),
        sa.UniqueConstraint("room_id", "before", name=op.f("uq_forgettings_room_id_before")),
    )
    op.create_table(
        "room_closings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("closes_at", sa.BigInteger(), nullable=False),
        sa.Column("told_to", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", ROW_ID, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        to("room_closings", "room_id", "rooms.id"),
        to("room_closings", "by", "staff.id"),
        to("room_closings", "ended_by", "staff.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_closings")),
    )
    op.create_index("ix_room_closings_room", "room_closings", ["room_id"])
