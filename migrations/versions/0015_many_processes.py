"""What the processes of one place share: news of the house."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    news = op.create_table(
        "house_news",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_news")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_house_news_at", "house_news", ["at"])
    # One row always stays: by its number whoever was away sees that they missed something.
    op.bulk_insert(news, [{"at": 0, "node": "", "kind": "", "body": b""}])


def downgrade() -> None:
    op.drop_table("house_news")
