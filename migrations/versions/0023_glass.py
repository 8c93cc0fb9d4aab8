"""Break-glass: two people, a reason, an end; and copies of what was reported between two."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = 32


def upgrade() -> None:
    _keys()
    _requests()
    _shares()
    _tellings()
    _reported_lines()
    if op.get_bind().dialect.name == "postgresql":
        _guard("reported_lines", "key_id|words")


def _of(table: str, column: str, other: str, gone: str | None = None) -> Any:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=gone
    )


def _keys() -> None:
    op.create_table(
        "glass_keys",
        sa.Column("staff_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("half", sa.String(CODE), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("typed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        _of("glass_keys", "staff_id", "staff", "CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name="pk_glass_keys"),
    )


def _requests() -> None:
    staff = ("asked_by", "agreed_by", "untold_asked_by", "untold_by")
    op.create_table(
        "glass_requests",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("why", sa.String(CODE), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("half", sa.String(CODE), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("agreed_by", ROW_ID, nullable=True),
        *_times("agreed_at", "opened_at", "withdrawn_at", "closed_at"),
        sa.Column("shown", sa.Integer(), nullable=False),
        *_times("tell_at", "told_at"),
        sa.Column("untold_why", sa.String(CODE), nullable=True),
        sa.Column("untold_asked_by", ROW_ID, nullable=True),
        *_times("untold_asked_at"),
        sa.Column("untold_by", ROW_ID, nullable=True),
        *_times("untold_at"),
        _of("glass_requests", "room_id", "rooms"),
        *(_of("glass_requests", one, "staff") for one in staff),
        sa.PrimaryKeyConstraint("id", name="pk_glass_requests"),
    )
    for name, column in (("asked_at", "asked_at"), ("room", "room_id"), ("tell_at", "tell_at")):
        op.create_index(f"ix_glass_requests_{name}", "glass_requests", [column])


def _times(*names: str) -> list[Any]:
    return [sa.Column(name, sa.BigInteger(), nullable=True) for name in names]


def _shares() -> None:
    op.create_table(
        "glass_shares",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("request_id", ROW_ID, nullable=False),
        sa.Column("part_id", ROW_ID, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _of("glass_shares", "request_id", "glass_requests", "CASCADE"),
        _of("glass_shares", "part_id", "talk_parts", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_glass_shares"),
        sa.UniqueConstraint("request_id", "part_id", name="uq_glass_shares_request_id_part_id"),
    )


def _tellings() -> None:
    op.create_table(
        "glass_tellings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("request_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        *_times("objected_at", "answered_at"),
        sa.Column("answered_by", ROW_ID, nullable=True),
        sa.Column("was_right", sa.Boolean(), nullable=True),
        _of("glass_tellings", "request_id", "glass_requests", "CASCADE"),
        _of("glass_tellings", "member_id", "members", "CASCADE"),
        _of("glass_tellings", "answered_by", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_glass_tellings"),
        sa.UniqueConstraint(
            "request_id", "member_id", name="uq_glass_tellings_request_id_member_id"
        ),
    )
    op.create_index("ix_glass_tellings_member", "glass_tellings", ["member_id"])


def _reported_lines() -> None:
    op.create_table(
        "reported_lines",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("report_id", sa.LargeBinary(16), nullable=False),
        sa.Column("message_id", sa.LargeBinary(16), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("author_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(16), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        _of("reported_lines", "report_id", "reports", "CASCADE"),
        _of("reported_lines", "room_id", "rooms"),
        _of("reported_lines", "author_id", "seats"),
        _of("reported_lines", "seat_id", "seats"),
        sa.PrimaryKeyConstraint("row", name="pk_reported_lines"),
        sa.UniqueConstraint(
            "report_id", "message_id", name="uq_reported_lines_report_id_message_id"
        ),
    )


def _guard(table: str, columns: str) -> None:
    """No words under a key that is gone, as with all that a seat's key seals (0017)."""
    op.execute(
        f"CREATE TRIGGER sealed_words BEFORE INSERT OR UPDATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION holdfast_sealed_words()"
    )
    for what, before in (("INSERT", ""), ("UPDATE", " OLD TABLE AS before")):
        op.execute(
            f"CREATE TRIGGER no_retired_key_{what.lower()} AFTER {what} ON {table}"
            f" REFERENCING NEW TABLE AS written{before}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION holdfast_no_retired_key('{columns}')"
        )


def downgrade() -> None:
    for table in (
        *("reported_lines", "glass_tellings", "glass_shares"),
        *("glass_requests", "glass_keys"),
    ):
        op.drop_table(table)
