"""Shifts, room states and the pager."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
phase = "expand"

ROW_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("rooms", sa.Column("state_until", sa.BigInteger(), nullable=True))
    _shifts()
    _pager()


def _of_staff(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_staff_id")
    return sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=name, ondelete="CASCADE")


def _moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("languages", sa.String(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("planned_by", ROW_ID, nullable=True),
        sa.Column("checked_in_at", sa.BigInteger(), nullable=True),
        sa.Column("checked_out_at", sa.BigInteger(), nullable=True),
        sa.Column("called_off_at", sa.BigInteger(), nullable=True),
        _of_staff("shifts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shifts")),
    )
    op.create_index("ix_shifts_ends_at", "shifts", ["ends_at"], unique=False)
    op.create_index("ix_shifts_staff", "shifts", ["staff_id", "ends_at"], unique=False)


def _pager() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(length=32), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _moment("made_at"),
        _moment("reached_at", nullable=True),
        _moment("gone_at", nullable=True),
        _of_staff("contacts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("lookup", name=op.f("uq_contacts_lookup")),
    )
    op.create_index("ix_contacts_staff", "contacts", ["staff_id"], unique=False)
    op.create_table(
        "pager_chain",
        sa.Column("staff_id", ROW_ID, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        _of_staff("pager_chain"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_pager_chain")),
    )
    op.create_table(
        "pages",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(32), nullable=False),
        _moment("raised_at"),
        _moment("climbing_since"),
        sa.Column("until_taken", sa.Boolean(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        _moment("next_at", nullable=True),
        sa.Column("acknowledged_by", ROW_ID, nullable=True),
        _moment("acknowledged_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    op.create_index("ix_pages_next_at", "pages", ["next_at"], unique=False)
    op.create_index("ix_pages_about", "pages", ["about"], unique=False)
    unanswered = sa.text("acknowledged_at IS NULL")
    op.create_index(
        "ix_pages_open",
        "pages",
        ["about"],
        unique=True,
        sqlite_where=unanswered,
        postgresql_where=unanswered,
    )
    _page_tries()


def _page_tries() -> None:
    op.create_table(
        "page_tries",
        sa.Column("id", ROW_ID, nullable=False),
        sa.Column("page_id", ROW_ID, nullable=True),
        sa.Column("staff_id", ROW_ID, nullable=True),
        sa.Column("contact_id", ROW_ID, nullable=True),
        sa.Column("way", sa.String(32), nullable=True),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        _moment("at"),
        sa.Column("tries", sa.Integer(), nullable=False),
        _moment("again_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages.id"], name=op.f("fk_page_tries_page_id"), ondelete="CASCADE"
        ),
        _of_staff("page_tries"),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("fk_page_tries_contact_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_tries")),
    )
    op.create_index("ix_page_tries_page", "page_tries", ["page_id"], unique=False)
    op.create_index("ix_page_tries_at", "page_tries", ["at"], unique=False)
