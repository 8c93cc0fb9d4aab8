"""Wishes, circles, and what they agree on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "proposals",
    "wishes",
    "wish_words",
    "aparts",
    "proposal_answers",
    "circles",
    "circle_seats",
    "circle_checks",
    "placings",
)


def upgrade() -> None:
    _proposals()
    _wishes()
    _wish_words()
    _aparts()
    _proposal_answers()
    _circles()
    _circle_seats()
    _circle_checks()
    _placings()


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("slots", sa.BigInteger(), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=True),
        sa.Column("is_seat", sa.Boolean(), nullable=False),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_proposals_room_id")),
    )
    op.create_index("ix_proposals_over", "proposals", ["over_at", "until"])


def _wishes() -> None:
    op.create_table(
        "wishes",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("times", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("wished_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("cultures", sa.String(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("manner", sa.String(), nullable=False),
        sa.Column("closer", sa.Integer(), nullable=False),
        sa.Column("refused", sa.String(), nullable=False),
        sa.Column("proposal_id", ROW_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_wishes_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_wishes_member_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("member_id", name=op.f("uq_wishes_member_id")),
    )


def _wish_words() -> None:
    op.create_table(
        "wish_words",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("wish_id", ROW_ID, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped_before", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish_words")),
        sa.ForeignKeyConstraint(
            ["wish_id"], ["wishes.id"], name=op.f("fk_wish_words_wish_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("wish_id", name=op.f("uq_wish_words_wish_id")),
    )


def _aparts() -> None:
    op.create_table(
        "aparts",
        sa.Column("member_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("seat_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("other_id", ROW_ID, nullable=False),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "seat_id", name=op.f("pk_aparts")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_aparts_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["members.id"], name=op.f("fk_aparts_other_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_aparts_seat_id")),
    )
    op.create_index("ix_aparts_other", "aparts", ["other_id"])


def _proposal_answers() -> None:
    op.create_table(
        "proposal_answers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("proposal_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("fit", sa.Double(), nullable=False),
        sa.Column("said", sa.String(32), nullable=True),
        sa.Column("weeks", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_answers")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_proposal_answers_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_answers_proposal_id")
        ),
        sa.UniqueConstraint(
            "proposal_id", "member_id", name=op.f("uq_proposal_answers_proposal_id_member_id")
        ),
    )
    op.create_index("ix_proposal_answers_member", "proposal_answers", ["member_id"])


def _circles() -> None:
    op.create_table(
        "circles",
        sa.Column("room_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("slots", sa.BigInteger(), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("cultures", sa.String(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("manner", sa.String(), nullable=False),
        sa.Column("host_id", ROW_ID, nullable=True),
        sa.Column("week_theme", sa.String(), nullable=False),
        sa.Column("themed_at", sa.BigInteger(), nullable=True),
        sa.Column("short_since", sa.BigInteger(), nullable=True),
        sa.Column("last_told_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_circles")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_circles_room_id")),
        sa.ForeignKeyConstraint(["host_id"], ["seats.id"], name=op.f("fk_circles_host_id")),
    )
    op.create_index("ix_circles_ends", "circles", ["ended_at", "ends_at"])


def _circle_seats() -> None:
    op.create_table(
        "circle_seats",
        sa.Column("seat_id", ROW_ID, nullable=False, autoincrement=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("agreed_at", sa.BigInteger(), nullable=False),
        sa.Column("sits_in_until", sa.BigInteger(), nullable=True),
        sa.Column("free_told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_circle_seats")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_circle_seats_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_circle_seats_seat_id")),
    )
    op.create_index("ix_circle_seats_room", "circle_seats", ["room_id"])


def _circle_checks() -> None:
    op.create_table(
        "circle_checks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_checks")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_circle_checks_member_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_circle_checks_room_id")),
        sa.UniqueConstraint(
            "room_id", "member_id", name=op.f("uq_circle_checks_room_id_member_id")
        ),
    )


def _placings() -> None:
    op.create_table(
        "placings",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("themes", sa.String(), nullable=False),
        sa.Column("placed", sa.Boolean(), nullable=False),
        sa.Column("hours_waited", sa.Integer(), nullable=False),
        sa.Column("fit", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placings")),
    )
    op.create_index("ix_placings_week", "placings", ["week"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
