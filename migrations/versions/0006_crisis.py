"""Held messages, concerns, escalations and side spaces."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.alter_column("seq", existing_type=sa.BigInteger(), nullable=True)
    with op.batch_alter_table("seats") as seats:
        seats.add_column(sa.Column("staff_id", ROW_ID, nullable=True))
        seats.create_foreign_key(op.f("fk_seats_staff_id"), "staff", ["staff_id"], ["id"])
        seats.create_index("ix_seats_staff", ["staff_id", "room_id"], unique=True)
    op.create_table(
        "escalations",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("concern", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("side_room_id", ROW_ID, nullable=True),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("stage", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("taken_by", ROW_ID, nullable=True),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("claim_until", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=True),
        sa.Column("second_by", ROW_ID, nullable=True),
        sa.Column("handed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_how", sa.String(), nullable=True),
        sa.Column("check_in_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("review_at", sa.BigInteger(), nullable=True),
        sa.Column("left_how", sa.String(), nullable=True),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_escalations_member_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_escalations_room_id")),
        sa.ForeignKeyConstraint(["second_by"], ["staff.id"], name=op.f("fk_escalations_second_by")),
        sa.ForeignKeyConstraint(
            ["side_room_id"], ["rooms.id"], name=op.f("fk_escalations_side_room_id")
        ),
        sa.ForeignKeyConstraint(["taken_by"], ["staff.id"], name=op.f("fk_escalations_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index("ix_escalations_member", "escalations", ["member_id"], unique=False)
    op.create_index("ix_escalations_stage", "escalations", ["stage", "concern"], unique=False)
    op.create_table(
        "shift_notes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("by", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("signed_by", ROW_ID, nullable=True),
        sa.Column("signed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_shift_notes_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["staff.id"], name=op.f("fk_shift_notes_signed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_notes")),
    )
    op.create_table(
        "approvals",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("to", sa.Integer(), nullable=False),
        sa.Column("check_in_hours", sa.Integer(), nullable=False),
        sa.Column("granted_by", ROW_ID, nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_approvals_asked_by")),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_approvals_escalation_id")
        ),
        sa.ForeignKeyConstraint(["granted_by"], ["staff.id"], name=op.f("fk_approvals_granted_by")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_approvals")),
    )
    op.create_index("ix_approvals_escalation", "approvals", ["escalation_id"], unique=False)
    op.create_table(
        "escalation_steps",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", ROW_ID, nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["staff.id"], name=op.f("fk_escalation_steps_by")),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_escalation_steps_escalation_id")
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_escalation_steps")),
    )
    op.create_index(
        "ix_escalation_steps_escalation", "escalation_steps", ["escalation_id"], unique=False
    )
    op.create_table(
        "held",
        sa.Column("message_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("why", sa.String(32), nullable=False),
        sa.Column("held_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decided_by", ROW_ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("suggestion", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name=op.f("fk_held_decided_by")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_held_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_held_seat_id")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_held")),
    )
    op.create_index("ix_held_seat", "held", ["seat_id"], unique=False)
    op.create_index("ix_held_state", "held", ["state", "held_at"], unique=False)
    op.create_table(
        "packets",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("made_by", ROW_ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("unseen_why", sa.String(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("agreed_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_packets_escalation_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_packets_made_by")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_packets_seat_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packets")),
    )
    op.create_index("ix_packets_escalation", "packets", ["escalation_id"], unique=False)
    op.create_table(
        "signals",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("message_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("concern", sa.Integer(), nullable=False),
        sa.Column("tracks", sa.String(), nullable=False),
        sa.Column("noticed", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("escalation_id", ROW_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalations.id"], name=op.f("fk_signals_escalation_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_signals_member_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_signals_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_signals_seat_id")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_signals")),
    )
    op.create_index("ix_signals_escalation", "signals", ["escalation_id"], unique=False)
    op.create_index("ix_signals_member", "signals", ["member_id"], unique=False)
