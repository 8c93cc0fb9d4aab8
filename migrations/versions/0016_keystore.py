"""The keystore: keys leave the database.

The rows of `data_keys` are not touched here: a migration has no keystore. Whoever next opens a
house (or runs `holdfast migrate`) carries them over, makes sure they are on disk there, and then
empties the table so that no byte of them stays in the database's files. A copy of the database or a
log archive that somebody made before has them still, until it is thrown away.

It contracts: a process of an older release would not find a key, and would make others in the old
place. So none starts on this shape, and a place is not brought over it while older processes serve.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None
phase = "contract"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

BESIDE = (
    "UPDATE held SET suggestion_key_id = (SELECT m.key_id FROM messages m"
    " WHERE m.id = held.message_id) WHERE suggestion IS NOT NULL"
)
ROOM = "UPDATE packets SET room_id = (SELECT s.room_id FROM seats s WHERE s.id = packets.seat_id)"


def upgrade() -> None:
    op.create_table(
        "retired_keys",
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retired_keys")),
    )
    op.add_column("held", sa.Column("suggestion_key_id", sa.LargeBinary(16), nullable=True))
    op.add_column("packets", sa.Column("room_id", ROW_ID, nullable=True))
    op.execute(BESIDE)
    op.execute(ROOM)


def downgrade() -> None:
    op.drop_column("packets", "room_id")
    op.drop_column("held", "suggestion_key_id")
    op.drop_table("retired_keys")
