"""Measures, hushes, pauses and appeals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RANDOM_ID = sa.LargeBinary(length=16)


def to(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)


def upgrade() -> None:
    _what_holds()
    _measures()
    _appeals()


def _what_holds() -> None:
    op.create_table(
        "hushes",
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("measure_id", ROW_ID, nullable=False),
        to("hushes", "seat_id", "seats"),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_hushes")),
    )
    op.create_table(
        "pauses",
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("measure_id", ROW_ID, nullable=False),
        to("pauses", "member_id", "members", "CASCADE"),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_pauses")),
    )
    op.create_table(
        "hidden_words",
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("message_id", RANDOM_ID, nullable=False),
        sa.Column("key_id", RANDOM_ID, nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        to("hidden_words", "room_id", "rooms"),
        to("hidden_words", "seat_id", "seats"),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_hidden_words")),
    )
    op.create_index("ix_hidden_words_seat", "hidden_words", ["seat_id"])


def _measures() -> None:
    op.create_table(
        "measures",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("case_id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=True),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("message_id", RANDOM_ID, nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("key_id", RANDOM_ID, nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("rewrite", sa.LargeBinary(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("agreed_by", ROW_ID, nullable=True),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(32), nullable=True),
        sa.Column("ended_by", ROW_ID, nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        to("measures", "case_id", "cases"),
        to("measures", "room_id", "rooms"),
        to("measures", "by", "staff"),
        to("measures", "seat_id", "seats"),
        to("measures", "member_id", "members", "SET NULL"),
        to("measures", "agreed_by", "staff"),
        to("measures", "ended_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
    )
    op.create_index("ix_measures_case", "measures", ["case_id"])
    op.create_index("ix_measures_member", "measures", ["member_id", "at"])
    op.create_index("ix_measures_seat", "measures", ["seat_id"])
    op.create_index("ix_measures_state", "measures", ["state", "until"])


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("measure_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", RANDOM_ID, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("judged_by", ROW_ID, nullable=True),
        sa.Column("judged_at", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        to("appeals", "measure_id", "measures"),
        to("appeals", "member_id", "members", "SET NULL"),
        to("appeals", "seat_id", "seats"),
        to("appeals", "room_id", "rooms"),
        to("appeals", "judged_by", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
        sa.UniqueConstraint("measure_id", name=op.f("uq_appeals_measure_id")),
    )
    op.create_index("ix_appeals_state", "appeals", ["state", "due_at"])
    op.create_index("ix_appeals_member", "appeals", ["member_id"])
