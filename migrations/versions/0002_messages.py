"""What is said: keys, messages, changes, responses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "data_keys",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_keys")),
        sa.UniqueConstraint("seat_id", "day", name=op.f("uq_data_keys_seat_id_day")),
    )
    op.create_table(
        "changes",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("of", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=True),
        sa.Column("nonce", sa.String(), nullable=True),
        sa.Column("mac", sa.LargeBinary(length=16), nullable=True),
        sa.Column("counts", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_changes_room_id")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_changes")),
        sa.UniqueConstraint("room_id", "seq", name=op.f("uq_changes_room_id_seq")),
        sa.UniqueConstraint("seat_id", "nonce", name=op.f("uq_changes_seat_id_nonce")),
    )
    op.create_table(
        "unfolded",
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_unfolded_room_id")),
        sa.PrimaryKeyConstraint("room_id", "seq", name=op.f("pk_unfolded")),
    )
    op.create_table(
        "messages",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mac_key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("reply_to", sa.BigInteger(), nullable=True),
        sa.Column("wants", sa.String(), nullable=True),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("edited_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_messages_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_messages_seat_id")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_messages")),
        sa.UniqueConstraint("room_id", "seq", name=op.f("uq_messages_room_id_seq")),
        sa.UniqueConstraint("seat_id", "nonce", name=op.f("uq_messages_seat_id_nonce")),
    )
    op.create_table(
        "responses",
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_responses_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_responses_seat_id")),
        sa.PrimaryKeyConstraint("room_id", "seq", "seat_id", "response", name=op.f("pk_responses")),
    )
