"""Proof of work, invitations for members, the ladder and raid mode."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    the_door()
    the_ladder()
    raids()


def the_door() -> None:
    op.create_table(
        "used_once",
        sa.Column("mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_used_once")),
    )
    op.create_table(
        "door_batches",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("made_by", ROW_ID, nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("burned_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_door_batches_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_door_batches")),
    )
    op.create_table(
        "door_codes",
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("batch_id", ROW_ID, nullable=False),
        sa.Column("is_used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["door_batches.id"],
            name=op.f("fk_door_codes_batch_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_door_codes")),
    )
    op.create_index("ix_door_codes_batch", "door_codes", ["batch_id"])


def the_ladder() -> None:
    op.create_table(
        "standings",
        sa.Column("member_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("said", sa.SmallInteger(), nullable=False),
        sa.Column("today", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_standings_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_standings")),
    )


def raids() -> None:
    op.create_table(
        "raids",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=True),
        sa.Column("how", sa.String(32), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", ROW_ID, nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", ROW_ID, nullable=True),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", ROW_ID, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_raids_room_id")),
        sa.ForeignKeyConstraint(["begun_by"], ["staff.id"], name=op.f("fk_raids_begun_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["staff.id"], name=op.f("fk_raids_ended_by")),
        sa.ForeignKeyConstraint(["undone_by"], ["staff.id"], name=op.f("fk_raids_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raids")),
    )
    op.create_index("ix_raids_ended_at", "raids", ["ended_at"])
    op.create_table(
        "raid_cohorts",
        sa.Column("raid_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["raid_id"], ["raids.id"], name=op.f("fk_raid_cohorts_raid_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_raid_cohorts_member_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raid_id", "member_id", name=op.f("pk_raid_cohorts")),
    )
    op.create_index("ix_raid_cohorts_member", "raid_cohorts", ["member_id"])
    op.create_table(
        "raid_measures",
        sa.Column("raid_id", ROW_ID, nullable=False),
        sa.Column("measure_id", ROW_ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["raid_id"], ["raids.id"], name=op.f("fk_raid_measures_raid_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["measure_id"],
            ["measures.id"],
            name=op.f("fk_raid_measures_measure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("raid_id", "measure_id", name=op.f("pk_raid_measures")),
    )
    op.create_table(
        "arrivals",
        sa.Column("place", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("slot", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("place", "slot", name=op.f("pk_arrivals")),
    )
    op.create_table(
        "read_first_rooms",
        sa.Column("room_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("set_by", ROW_ID, nullable=False),
        sa.Column("set_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_read_first_rooms_room_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_read_first_rooms_set_by")),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_read_first_rooms")),
    )
