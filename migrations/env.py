"""Runs migrations on the connection that holdfast hands over."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Enum

import holdfast.app.tables  # noqa: F401 - every table is known
from holdfast.kit.tables import Moment, Table


def drawn(kind: str, item: object, _: object) -> str | bool:
    """Our own column types are written as the plain ones they are."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, Enum):
        return "sa.String(32)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transaction_per_migration=False,
    render_item=drawn,
)
context.run_migrations()
