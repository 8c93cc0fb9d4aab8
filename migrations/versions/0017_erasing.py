"""Erasures: what goes, which keys go with it, and what a second person decides."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEALED = (  # every table in which something lies that a seat's key sealed, and its keys' columns
    ("messages", ("key_id",)),
    ("hidden_words", ("key_id",)),
    ("reports", ("key_id", "kept_key_id")),
    ("measures", ("key_id",)),
    ("appeals", ("key_id",)),
    ("packets", ("key_id",)),
    ("held", ("suggestion_key_id",)),
)
LOCK = "hashtext('holdfast keys')"
# Whoever writes sealed words takes this lock with others; whoever retires a key, alone. It is
# taken before any row, so that the two never wait for each other.
TOGETHER = f"""
CREATE FUNCTION holdfast_sealed_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOCK});
    RETURN NULL;
END $$
"""
NO_RETIRED_KEY = """
CREATE FUNCTION holdfast_no_retired_key() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given bytea;
    name text;
BEGIN
    IF NOT EXISTS (SELECT FROM retired_keys) THEN
        RETURN NULL;
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        EXECUTE format(
            'SELECT r.id FROM written w JOIN retired_keys r ON r.id = w.%I LIMIT 1', name
        ) INTO given;
        IF given IS NOT NULL THEN
            RAISE EXCEPTION 'a key that is gone' USING ERRCODE = 'HF001';
        END IF;
    END LOOP;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("number", sa.LargeBinary(16), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("room_id", ROW_ID, nullable=True),
        sa.Column("day", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.LargeBinary(16), nullable=True),
        sa.Column("seat_id", ROW_ID, nullable=True),
        sa.Column("member_id", ROW_ID, nullable=True),
        sa.Column("staff_id", ROW_ID, nullable=True),
        sa.Column("marks", sa.String(), nullable=False),
        sa.Column("counts", sa.String(), nullable=False),
        sa.Column("bare", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("hidden_at", sa.BigInteger(), nullable=True),
        sa.Column("named_at", sa.BigInteger(), nullable=True),
        sa.Column("marked_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasures")),
        sa.UniqueConstraint("number", name=op.f("uq_erasures_number")),
    )
    op.create_index("ix_erasures_done_at", "erasures", ["done_at"])
    op.create_index("ix_erasures_member", "erasures", ["member_id"])
    op.create_index("ix_erasures_message", "erasures", ["message_id"])
    op.create_table(
        "erasure_keys",
        sa.Column("erasure_id", ROW_ID, nullable=False),
        sa.Column("key_id", sa.LargeBinary(16), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"], ["erasures.id"], name=op.f("fk_erasure_keys_erasure_id")
        ),
        sa.PrimaryKeyConstraint("erasure_id", "key_id", name=op.f("pk_erasure_keys")),
    )
    op.create_index("ix_erasure_keys_key", "erasure_keys", ["key_id"])
    _asks()
    if op.get_bind().dialect.name == "postgresql":
        _guard()


def _asks() -> None:
    op.create_table(
        "erasure_asks",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("room_id", ROW_ID, nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("asked_by", ROW_ID, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("decided_by", ROW_ID, nullable=True),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("erasure_id", ROW_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_asks")),
    )
    op.create_index("ix_erasure_asks_state", "erasure_asks", ["state"])


def _guard() -> None:
    """PostgreSQL refuses words under a key that is gone, whoever comes late with them."""
    op.execute(TOGETHER)
    op.execute(NO_RETIRED_KEY)
    for table, columns in SEALED:
        names = ", ".join(f"'{name}'" for name in columns)
        op.execute(
            f"CREATE TRIGGER sealed_words BEFORE INSERT OR UPDATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION holdfast_sealed_words()"
        )
        for what in ("INSERT", "UPDATE"):
            op.execute(
                f"CREATE TRIGGER no_retired_key_{what.lower()} AFTER {what} ON {table}"
                " REFERENCING NEW TABLE AS written"
                f" FOR EACH STATEMENT EXECUTE FUNCTION holdfast_no_retired_key({names})"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, _ in SEALED:
            for name in ("sealed_words", "no_retired_key_insert", "no_retired_key_update"):
                op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute("DROP FUNCTION holdfast_no_retired_key()")
        op.execute("DROP FUNCTION holdfast_sealed_words()")
    op.drop_table("erasure_asks")
    op.drop_table("erasure_keys")
    op.drop_table("erasures")
