"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None
phase = "expand"  # or "contract": what takes away waits for a release that does not need it


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}
