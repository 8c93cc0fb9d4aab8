"""Words that are only kept; a key for each line of a plan; a record that may be rolled off.

A line of a plan that is older stays under its plan's key here, because a migration has no keystore.
Whoever next opens a house gives each of them a key of its own and destroys the one before.

It contracts: a process of an older release would look for a line under its plan's key, and would
take a record whose beginning was rolled off for a broken one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
phase = "contract"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSE = " BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END"
# The record may lose its beginning only up to where its newest row says that it was rolled off,
# and what is left stands on the hash of the last row that went.
SAYS_SO = (
    "EXISTS (SELECT 1 FROM audit WHERE seq = OLD.seq AND what = 'audit:rolled'"
    " AND about = 'audit:' || {number}) AND EXISTS (SELECT 1 FROM audit"
    " WHERE seq = NEW.rolled AND hash = NEW.genesis)"
)
ADDS = "NEW.seq = OLD.seq + 1 AND NEW.genesis = OLD.genesis AND NEW.rolled = OLD.rolled"
ROLLS = (
    "NEW.rolled > OLD.rolled AND NEW.rolled < OLD.seq AND NEW.seq = OLD.seq AND NEW.hash = OLD.hash"
)
STANDS = "OLD.seq > (SELECT rolled FROM audit_head WHERE id = 1)"
ON_SQLITE = (
    "DROP TRIGGER audit_unremoved",
    "DROP TRIGGER audit_head_moves_on",
    f"CREATE TRIGGER audit_unremoved BEFORE DELETE ON audit WHEN {STANDS}" + REFUSE,
    "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head"
    f" WHEN NOT (({ADDS}) OR ({ROLLS} AND {SAYS_SO.format(number='NEW.rolled')}))" + REFUSE,
)
ON_POSTGRESQL = (
    "DROP TRIGGER audit_unchanged ON audit",
    "DROP TRIGGER audit_head_moves_on ON audit_head",
    "CREATE FUNCTION audit_unremoved() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN IF {STANDS} THEN"
    " RAISE EXCEPTION 'the record is only added to'"
    " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
    "CREATE FUNCTION audit_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN IF NOT (({ADDS}) OR ({ROLLS}"
    f" AND {SAYS_SO.format(number='NEW.rolled::text')})) THEN"
    " RAISE EXCEPTION 'the record is only added to'"
    " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR TRUNCATE ON audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_unremoved BEFORE DELETE ON audit"
    " FOR EACH ROW EXECUTE FUNCTION audit_unremoved()",
    "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head"
    " FOR EACH ROW EXECUTE FUNCTION audit_head_moves_on()",
)

BEFORE_ON_SQLITE = (
    "DROP TRIGGER audit_unremoved",
    "DROP TRIGGER audit_head_moves_on",
    "CREATE TRIGGER audit_unremoved BEFORE DELETE ON audit" + REFUSE,
    "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head"
    " WHEN (NEW.seq <> OLD.seq + 1 OR NEW.genesis <> OLD.genesis)" + REFUSE,
)
BEFORE_ON_POSTGRESQL = (
    "DROP TRIGGER audit_unchanged ON audit",
    "DROP TRIGGER audit_unremoved ON audit",
    "DROP TRIGGER audit_head_moves_on ON audit_head",
    "DROP FUNCTION audit_unremoved()",
    "DROP FUNCTION audit_head_moves_on()",
    "CREATE TRIGGER audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()",
    "CREATE TRIGGER audit_head_moves_on BEFORE UPDATE ON audit_head"
    " FOR EACH ROW WHEN (NEW.seq <> OLD.seq + 1 OR NEW.genesis <> OLD.genesis)"
    " EXECUTE FUNCTION audit_refuses()",
)


def upgrade() -> None:
    _freezes()
    _lines()
    op.add_column(
        "audit_head", sa.Column("rolled", sa.BigInteger(), nullable=False, server_default="0")
    )
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in ON_SQLITE if sqlite else ON_POSTGRESQL:
        op.execute(statement)


def _freezes() -> None:
    op.create_table(
        "freezes",
        sa.Column("member_id", ROW_ID, autoincrement=False, nullable=False),
        sa.Column("number", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("apart_at", sa.BigInteger(), nullable=True),
        sa.Column("thawed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_freezes_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_freezes")),
        sa.UniqueConstraint("number", name=op.f("uq_freezes_number")),
    )
    op.add_column(
        "hidden_words",
        sa.Column("frozen", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def _lines() -> None:
    for table in ("plan_lines", "plan_undos"):
        op.add_column(table, sa.Column("key_id", sa.LargeBinary(16), nullable=True))
    with op.batch_alter_table("plan_keys") as keys:
        keys.drop_constraint(op.f("uq_plan_keys_member_id_purpose"), type_="unique")
        keys.create_index("ix_plan_keys_member", ["member_id", "purpose"])


def downgrade() -> None:
    """Lines that have keys of their own do not open after it, and words that are frozen stay so."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in BEFORE_ON_SQLITE if sqlite else BEFORE_ON_POSTGRESQL:
        op.execute(statement)
    op.drop_column("audit_head", "rolled")
    with op.batch_alter_table("plan_keys") as keys:
        keys.drop_index("ix_plan_keys_member")
        keys.create_unique_constraint(
            op.f("uq_plan_keys_member_id_purpose"), ["member_id", "purpose"]
        )
    for table in ("plan_lines", "plan_undos"):
        op.drop_column(table, "key_id")
    op.drop_column("hidden_words", "frozen")
    op.drop_table("freezes")
