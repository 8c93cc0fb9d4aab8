"""Own keys of members, and the parts of private talks."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _keys_of_members()
    _keys_of_staff()
    op.create_table(
        "talk_parts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        _of("talk_parts", "room_id", "rooms", gone=None),
        sa.PrimaryKeyConstraint("id", name="pk_talk_parts"),
        sa.UniqueConstraint("room_id", "number", name="uq_talk_parts_room_id_number"),
    )
    _boxes()
    _halves()


def _of(table: str, column: str, other: str, gone: str | None = "CASCADE") -> Any:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=gone
    )


def _keys_of_members() -> None:
    op.create_table(
        "own_keys",
        sa.Column("member_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("by_phrase", sa.LargeBinary(), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        _of("own_keys", "member_id", "members"),
        sa.PrimaryKeyConstraint("member_id", name="pk_own_keys"),
    )
    op.create_table(
        "session_keys",
        sa.Column("session_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        _of("session_keys", "session_id", "sessions"),
        sa.PrimaryKeyConstraint("session_id", name="pk_session_keys"),
    )
    op.add_column("device_links", sa.Column("own_key", sa.LargeBinary(), nullable=True))


def _keys_of_staff() -> None:
    op.create_table(
        "staff_session_keys",
        sa.Column("session_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        _of("staff_session_keys", "session_id", "staff_sessions"),
        sa.PrimaryKeyConstraint("session_id", name="pk_staff_session_keys"),
    )


def _boxes() -> None:
    op.create_table(
        "talk_boxes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("part_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("staff_session_id", ROW_ID, nullable=True),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        _of("talk_boxes", "part_id", "talk_parts"),
        _of("talk_boxes", "member_id", "members"),
        _of("talk_boxes", "staff_session_id", "staff_sessions"),
        sa.PrimaryKeyConstraint("id", name="pk_talk_boxes"),
        sa.UniqueConstraint("part_id", "public", name="uq_talk_boxes_part_id_public"),
    )
    op.create_index("ix_talk_boxes_member", "talk_boxes", ["member_id"])
    op.create_index("ix_talk_boxes_staff_session", "talk_boxes", ["staff_session_id"])


def _halves() -> None:
    op.create_table(
        "talk_halves",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("part_id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("half", sa.String(), nullable=False),
        sa.Column("public", sa.LargeBinary(32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        _of("talk_halves", "part_id", "talk_parts"),
        _of("talk_halves", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name="pk_talk_halves"),
        sa.UniqueConstraint(
            "part_id", "staff_id", "half", name="uq_talk_halves_part_id_staff_id_half"
        ),
    )
    op.create_index("ix_talk_halves_staff", "talk_halves", ["staff_id"])


def downgrade() -> None:
    for table in (
        *("talk_halves", "talk_boxes", "talk_parts"),
        *("staff_session_keys", "session_keys", "own_keys"),
    ):
        op.drop_table(table)
    op.drop_column("device_links", "own_key")
