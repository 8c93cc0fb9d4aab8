"""Safeguarding holds, and messages that go by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = 32


def upgrade() -> None:
    _holds()
    _deeds()
    _words()
    _goings()


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(CODE), nullable=False),
        sa.Column("why", sa.String(CODE), nullable=True),
        sa.Column("set_by", ROW_ID, nullable=True),
        sa.Column("seconded_by", ROW_ID, nullable=True),
        sa.Column("set_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(CODE), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
        sa.ForeignKeyConstraint(["set_by"], ["staff.id"], name=op.f("fk_holds_set_by")),
        sa.ForeignKeyConstraint(["seconded_by"], ["staff.id"], name=op.f("fk_holds_seconded_by")),
    )
    living = sa.text("state <> 'ended'")
    op.create_index(
        "uq_holds_living",
        "holds",
        ["about"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )
    op.create_index("ix_holds_member", "holds", ["member_id"])
    op.create_index("ix_holds_state", "holds", ["state", "until"])
    op.create_table(
        "hold_names",
        sa.Column("hold_id", ROW_ID, nullable=False),
        sa.Column("message_id", sa.LargeBinary(16), nullable=False),
        sa.PrimaryKeyConstraint("hold_id", "message_id", name=op.f("pk_hold_names")),
        sa.ForeignKeyConstraint(
            ["hold_id"], ["holds.id"], name=op.f("fk_hold_names_hold_id"), ondelete="CASCADE"
        ),
    )
    op.create_index("ix_hold_names_message", "hold_names", ["message_id"])


def _deeds() -> None:
    op.create_table(
        "hold_deeds",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("what", sa.String(CODE), nullable=False),
        sa.Column("why", sa.String(CODE), nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("granted_by", ROW_ID, nullable=True),
        sa.Column("granted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold_deeds")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_hold_deeds_asked_by")),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["staff.id"], name=op.f("fk_hold_deeds_granted_by")
        ),
    )
    op.create_index("ix_hold_deeds_about", "hold_deeds", ["about"])


def _words() -> None:
    op.create_table(
        "held_words",
        sa.Column("row", ROW_ID, nullable=False),
        sa.Column("message_id", sa.LargeBinary(16), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("seat_id", ROW_ID, nullable=False),
        sa.Column("key_id", sa.LargeBinary(16), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_held_words")),
        sa.UniqueConstraint("message_id", "key_id", name=op.f("uq_held_words_message_id_key_id")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("fk_held_words_room_id")),
        sa.ForeignKeyConstraint(["seat_id"], ["seats.id"], name=op.f("fk_held_words_seat_id")),
    )
    op.create_index("ix_held_words_seat", "held_words", ["seat_id"])
    op.create_index("ix_held_words_key", "held_words", ["key_id"])
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _guard() -> None:
    """No held words under a key that is gone, as with all that a seat's key seals (0017)."""
    op.execute(
        "CREATE TRIGGER sealed_words BEFORE INSERT OR UPDATE ON held_words"
        " FOR EACH STATEMENT EXECUTE FUNCTION holdfast_sealed_words()"
    )
    for what, before in (("INSERT", ""), ("UPDATE", " OLD TABLE AS before")):
        op.execute(
            f"CREATE TRIGGER no_retired_key_{what.lower()} AFTER {what} ON held_words"
            f" REFERENCING NEW TABLE AS written{before}"
            " FOR EACH STATEMENT EXECUTE FUNCTION holdfast_no_retired_key('key_id|text|note')"
        )


def _goings() -> None:
    op.create_table(
        "goings",
        sa.Column("message_id", sa.LargeBinary(16), nullable=False),
        sa.Column("hours", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_goings")),
    )
    op.create_index("ix_goings_at", "goings", ["at"])
    op.create_table(
        "fadings",
        sa.Column("member_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_fadings")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_fadings_member_id"), ondelete="CASCADE"
        ),
    )


def downgrade() -> None:
    for table in ("fadings", "goings", "held_words", "hold_deeds", "hold_names", "holds"):
        op.drop_table(table)
