"""Rights held by members, asks, listening sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = 32
TABLES = (
    "rights",
    "granting_codes",
    "asks",
    "duties",
    "offers",
    "listening_waits",
    "listening_sessions",
    "raised_hands",
    "hand_overs",
    "listening_feedback",
    "listening_tries",
    "guard_calls",
)
SEALED = {
    "asks": "key_id|words",
    "hand_overs": "key_id|words",
    "listening_sessions": "note_key_id|note",
}


def upgrade() -> None:
    _rights()
    _granting_codes()
    _asks()
    _duties()
    _offers()
    _listening_waits()
    _listening_sessions()
    _raised_hands()
    _hand_overs()
    _listening_feedback()
    _listening_tries()
    _guard_calls()
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in SEALED.items():
            _guard(table, columns)


def _rights() -> None:
    op.create_table(
        "rights",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("role", sa.String(CODE), nullable=False),
        sa.Column("granted_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("staff_id", ROW_ID, nullable=True),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("granted_by", ROW_ID, nullable=True),
        sa.Column("frozen_at", sa.BigInteger(), nullable=True),
        sa.Column("frozen_why", sa.String(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rights")),
        sa.ForeignKeyConstraint(["granted_by"], ["staff.id"], name=op.f("fk_rights_granted_by")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_rights_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_rights_staff_id")),
    )
    op.create_index("ix_rights_member", "rights", ["member_id"])
    op.create_index("ix_rights_staff", "rights", ["staff_id"])


def _granting_codes() -> None:
    op.create_table(
        "granting_codes",
        sa.Column("member_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_granting_codes")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_granting_codes_code_hash")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["members.id"],
            name=op.f("fk_granting_codes_member_id"),
            ondelete="CASCADE",
        ),
    )


def _asks() -> None:
    op.create_table(
        "asks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("age_band", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("wants", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("preferences", sa.String(), nullable=False),
        sa.Column("not_with", sa.String(), nullable=False),
        sa.Column("concern", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(CODE), nullable=False),
        sa.Column("key_id", sa.LargeBinary(16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("again_with", ROW_ID, nullable=True),
        sa.Column("hand_over_id", ROW_ID, nullable=True),
        sa.Column("over_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asks")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_asks_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_asks_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_asks_seat_id")),
    )
    op.create_index("ix_asks_member", "asks", ["member_id"])
    op.create_index("ix_asks_state", "asks", ["state", "asked_at"])
    op.create_index(
        "uq_asks_waiting",
        "asks",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _duties() -> None:
    op.create_table(
        "duties",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("right_id", ROW_ID, nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("wants", sa.String(), nullable=False),
        sa.Column("ways", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_duties_member_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["rights.id"], name=op.f("fk_duties_right_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_duties_member", "duties", ["member_id", "began_at"])
    op.create_index(
        "uq_duties_on",
        "duties",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("ask_id", ROW_ID, nullable=False),
        sa.Column("member_id", ROW_ID, nullable=False),
        sa.Column("offered_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("state", sa.String(CODE), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["asks.id"], name=op.f("fk_offers_ask_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_offers_member_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_offers_ask", "offers", ["ask_id"])
    op.create_index("ix_offers_member", "offers", ["member_id", "state"])
    op.create_index("ix_offers_state", "offers", ["state", "until"])


def _listening_waits() -> None:
    op.create_table(
        "listening_waits",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_listening_waits")),
    )
    op.create_index("ix_listening_waits_hour", "listening_waits", ["hour", "day"])


def _listening_sessions() -> None:
    op.create_table(
        "listening_sessions",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("asker_id", ROW_ID, nullable=True),
        sa.Column("listener_id", ROW_ID, nullable=True),
        sa.Column("asker_seat", ROW_ID, nullable=False),
        sa.Column("listener_seat", ROW_ID, nullable=False),
        sa.Column("right_id", ROW_ID, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("concern", sa.Integer(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("paused_by", sa.String(CODE), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(CODE), nullable=True),
        sa.Column("ended_by", sa.String(CODE), nullable=True),
        sa.Column("was_hard", sa.Boolean(), nullable=False),
        sa.Column("asker_again", sa.Boolean(), nullable=True),
        sa.Column("listener_again", sa.Boolean(), nullable=True),
        sa.Column("has_answered", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("note_key_id", sa.LargeBinary(16), nullable=True),
        sa.Column("earlier_to", ROW_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listening_sessions")),
        sa.ForeignKeyConstraint(
            ["asker_id"],
            ["members.id"],
            name=op.f("fk_listening_sessions_asker_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["asker_seat"], ["seats.id"], name=op.f("fk_listening_sessions_asker_seat")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_to"], ["staff.id"], name=op.f("fk_listening_sessions_earlier_to")
        ),
        sa.ForeignKeyConstraint(
            ["listener_id"],
            ["members.id"],
            name=op.f("fk_listening_sessions_listener_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["listener_seat"], ["seats.id"], name=op.f("fk_listening_sessions_listener_seat")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"],
            ["rights.id"],
            name=op.f("fk_listening_sessions_right_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name=op.f("fk_listening_sessions_room_id")
        ),
    )
    op.create_index("ix_listening_sessions_room", "listening_sessions", ["room_id"])
    op.create_index("ix_listening_sessions_asker", "listening_sessions", ["asker_id"])
    op.create_index("ix_listening_sessions_ended", "listening_sessions", ["ended_at"])
    op.create_index(
        "ix_listening_sessions_listener", "listening_sessions", ["listener_id", "ended_at"]
    )


def _raised_hands() -> None:
    op.create_table(
        "raised_hands",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("session_id", ROW_ID, nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(CODE), nullable=True),
        sa.Column("state", sa.String(CODE), nullable=False),
        sa.Column("answered_by", ROW_ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raised_hands")),
        sa.ForeignKeyConstraint(
            ["answered_by"], ["staff.id"], name=op.f("fk_raised_hands_answered_by")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["listening_sessions.id"], name=op.f("fk_raised_hands_session_id")
        ),
    )
    op.create_index("ix_raised_hands_session", "raised_hands", ["session_id"])
    op.create_index("ix_raised_hands_state", "raised_hands", ["state", "raised_at"])
    op.create_index(
        "uq_raised_hands_up",
        "raised_hands",
        ["session_id"],
        unique=True,
        sqlite_where=sa.text("state = 'raised'"),
        postgresql_where=sa.text("state = 'raised'"),
    )


def _hand_overs() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("session_id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("proposed_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(CODE), nullable=False),
        sa.Column("key_id", sa.LargeBinary(16), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("ask_id", ROW_ID, nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hand_overs")),
        sa.ForeignKeyConstraint(
            ["ask_id"], ["asks.id"], name=op.f("fk_hand_overs_ask_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_hand_overs_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_hand_overs_seat_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["listening_sessions.id"], name=op.f("fk_hand_overs_session_id")
        ),
    )
    op.create_index("ix_hand_overs_session", "hand_overs", ["session_id"])


def _listening_feedback() -> None:
    op.create_table(
        "listening_feedback",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("listener_id", ROW_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("safe", sa.Integer(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_listening_feedback")),
        sa.ForeignKeyConstraint(
            ["listener_id"],
            ["members.id"],
            name=op.f("fk_listening_feedback_listener_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_listening_feedback_listener", "listening_feedback", ["listener_id"])


def _listening_tries() -> None:
    op.create_table(
        "listening_tries",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("session_id", ROW_ID, nullable=False),
        sa.Column("side", sa.String(CODE), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_listening_tries")),
        sa.UniqueConstraint(
            "session_id", "side", "nonce", name=op.f("uq_listening_tries_session_id_side_nonce")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["listening_sessions.id"], name=op.f("fk_listening_tries_session_id")
        ),
    )


def _guard_calls() -> None:
    op.create_table(
        "guard_calls",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("session_id", ROW_ID, nullable=False),
        sa.Column("right_id", ROW_ID, nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(CODE), nullable=True),
        sa.Column("decided_by", ROW_ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("called_at", sa.BigInteger(), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_guard_calls")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name=op.f("fk_guard_calls_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["right_id"], ["rights.id"], name=op.f("fk_guard_calls_right_id"), ondelete="SET NULL"
        ),
        sa.UniqueConstraint("session_id", name=op.f("uq_guard_calls_session_id")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["listening_sessions.id"], name=op.f("fk_guard_calls_session_id")
        ),
    )
    op.create_index("ix_guard_calls_due", "guard_calls", ["due_at"])


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
    for table in reversed(TABLES):
        op.drop_table(table)
