"""Keys of plans, sealed lines and addresses leave the database.

As with `0016` the keys themselves are not touched here: a migration has no keystore. Whoever next
opens a house carries them over and empties `wrapped_before`. A copy of the database that somebody
made earlier has them still, until it is thrown away.

It contracts: a process of an older release would look for the keys where they lay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None
phase = "contract"

CARRIED = ("plan_keys", "contacts", "notice_devices")


def upgrade() -> None:
    op.create_table(
        "leaving_keys",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaving_keys")),
    )
    for table in CARRIED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN wrapped TO wrapped_before")


def downgrade() -> None:
    for table in CARRIED:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN wrapped_before TO wrapped")
    op.drop_table("leaving_keys")
