"""Times to meet in a room, with rounds and turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = 32


def upgrade() -> None:
    _meetings()
    _turns()
    _reminders()


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("planned_at", sa.BigInteger(), nullable=False),
        sa.Column("box", sa.Integer(), nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=True),
        sa.Column("series_id", ROW_ID, nullable=True),
        sa.Column("round", sa.String(CODE), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=True)
            for name in ("began_at", "round_until", "turn_at", "turn_until")
        ),
        sa.Column("began_seq", sa.BigInteger(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_meetings_room_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_meetings_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
    )
    op.create_index("ix_meetings_room", "meetings", ["room_id", "starts_at"])
    op.create_index("ix_meetings_round", "meetings", ["round", "starts_at"])
    op.create_index("ix_meetings_series", "meetings", ["series_id"])


def _turns() -> None:
    op.create_table(
        "meeting_turns",
        sa.Column("meeting_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(CODE), nullable=False),
        sa.Column("sign_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meetings.id"],
            name=op.f("fk_meeting_turns_meeting_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_meeting_turns_seat_id")),
        sa.PrimaryKeyConstraint("meeting_id", "seat_id", name=op.f("pk_meeting_turns")),
    )
    op.create_index("ix_meeting_turns_seat", "meeting_turns", ["seat_id"])


def _reminders() -> None:
    op.create_table(
        "meeting_reminders",
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"], ["seats.id"], name=op.f("fk_meeting_reminders_seat_id")
        ),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_meeting_reminders")),
    )


def downgrade() -> None:
    op.drop_table("meeting_reminders")
    op.drop_table("meeting_turns")
    op.drop_table("meetings")
