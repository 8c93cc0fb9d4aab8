"""A newer Holdfast's migrations: ours, and some more."""

from __future__ import annotations

import shutil
from pathlib import Path

from holdfast.app.schema import revisions, scripts

NEXT = "9001"
ADDS = ("expand", 'op.add_column("rooms", sa.Column("later", sa.BigInteger(), nullable=True))')
ADDS_A_TABLE = ("expand", 'op.create_table("later", sa.Column("id", sa.BigInteger()))')
TAKES = ("contract", 'op.execute("DROP TABLE house_news")')


def newer(to: Path, *steps: tuple[str, str], undo: str = "pass") -> Path:
    """Migrations with these steps at their end: the phase of each, and what it does."""
    shutil.copytree(scripts(), to, ignore=shutil.ignore_patterns("__pycache__"))
    before = revisions(to)[-1]
    for number, (phase, upgrade) in enumerate(steps, int(NEXT)):
        (to / "versions" / f"{number}_later.py").write_text(
            f'"""Later."""\nimport sqlalchemy as sa\nfrom alembic import op\n'
            f'revision = "{number}"\ndown_revision = "{before}"\n'
            f'branch_labels = None\ndepends_on = None\nphase = "{phase}"\n\n\n'
            f"def upgrade() -> None:\n    {upgrade}\n\n\n"
            f"def downgrade() -> None:\n    {undo}\n"
        )
        before = str(number)
    return to
