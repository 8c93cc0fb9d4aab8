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
SEALED = (  # every table in which a seat's key sealed something: its keys, each with its words
    ("messages", ("key_id|text|note",)),
    ("hidden_words", ("key_id|text|note",)),
    ("reports", ("key_id|words", "kept_key_id|kept")),
    ("measures", ("key_id|reason|words|rewrite",)),
    ("appeals", ("key_id|words|answer",)),
    ("packets", ("key_id|data",)),
    ("held", ("suggestion_key_id|suggestion",)),
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
    names text[];
    asked text;
    given bytea;
    place int;
BEGIN
    IF NOT EXISTS (SELECT FROM retired_keys) THEN
        RETURN NULL;
    END IF;
    FOR place IN 0 .. TG_NARGS - 1 LOOP
        names := string_to_array(TG_ARGV[place], '|');
        asked := format(
            'SELECT r.id FROM written w JOIN retired_keys r ON r.id = w.%I'
            ' WHERE greatest(%s) > 0', names[1],
            (SELECT string_agg(format('octet_length(w.%I)', name), ', ')
                FROM unnest(names[2:]) name)
        );
        IF TG_OP = 'UPDATE' THEN  -- what lay there with it before may stay
            asked := asked || format(
                ' AND NOT EXISTS (SELECT FROM before b WHERE b.%I = r.id)', names[1]
            );
        END IF;
        EXECUTE asked || ' LIMIT 1' INTO given;
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
        for what, before in (("INSERT", ""), ("UPDATE", " OLD TABLE AS before")):
            op.execute(
                f"CREATE TRIGGER no_retired_key_{what.lower()} AFTER {what} ON {table}"
                f" REFERENCING NEW TABLE AS written{before}"
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
