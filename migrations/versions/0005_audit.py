"""The record that cannot be quietly changed."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSE = " BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END"
TAKEN = "WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)"
HEAD_JUMPS = "WHEN (NEW.seq <> OLD.seq + 1 OR NEW.genesis <> OLD.genesis)"
ON_SQLITE = (
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit" + REFUSE,
    "CREATE TRIGGER audit_unremoved BEFORE DELETE ON audit" + REFUSE,
    # REPLACE removes a row without asking the trigger above.
    f"CREATE TRIGGER audit_unreplaced BEFORE INSERT ON audit {TAKEN}" + REFUSE,
    f"CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head {HEAD_JUMPS}" + REFUSE,
    "CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head" + REFUSE,
)
ON_POSTGRESQL = (
    "CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'the record is only added to'"
    " USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head"
    f" FOR EACH ROW {HEAD_JUMPS} EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_head_kept BEFORE DELETE OR TRUNCATE ON audit_head"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=True),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("what", sa.String(64), nullable=False),
        sa.Column("about", sa.String(128), nullable=True),
        sa.Column("why", sa.String(32), nullable=True),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_staff_id_seq", "audit", ["staff_id", "seq"])
    op.create_index("ix_audit_about_seq", "audit", ["about", "seq"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("genesis", sa.LargeBinary(length=32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    begin()
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if sqlite else ON_POSTGRESQL:
        op.execute(statement)


def begin() -> None:
    """Every record begins with random bytes of its own, so that no other can take its place."""
    genesis = secrets.token_bytes(32)
    first = sa.text("INSERT INTO audit_head (id, genesis, seq, hash) VALUES (1, :g, 0, :g)")
    op.execute(first.bindparams(sa.bindparam("g", genesis, sa.LargeBinary)))
