"""Backups and restores: what they note (the last backup, the last drill, a new epoch) are facts.

So no table changes here. The number keeps the chain of this release's migrations whole.
"""

from __future__ import annotations

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    """Facts hold what is noted."""


def downgrade() -> None:
    """Facts hold what is noted."""
