"""A newer release than this one: the same code, and a migration more."""

from __future__ import annotations

import shutil
from pathlib import Path

from faults.places_nodes import Node
from faults.served import ROOT

NEWER = "9001"
MIGRATION = '''"""What the next release brings: a table, and columns of two that are in use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "{newer}"
down_revision = "{newest}"
branch_labels = None
depends_on = None
phase = "expand"


def upgrade() -> None:
    op.create_table("lanterns", sa.Column("id", sa.BigInteger(), primary_key=True))
    op.add_column("messages", sa.Column("lantern", sa.BigInteger(), nullable=True))
    op.add_column("rooms", sa.Column("lanterns", sa.Integer(), server_default="0"))
    op.create_index("ix_lanterns_id", "lanterns", ["id"])


def downgrade() -> None:
    op.drop_column("rooms", "lanterns")
    op.drop_column("messages", "lantern")
    op.drop_table("lanterns")
'''


def newer_release(folder: Path, source: Path = ROOT) -> Path:
    """A copy of the product whose migrations go one step further; where its packages lie."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source / "src", folder / "src", ignore=ignored)
    shutil.copytree(source / "migrations", folder / "migrations", ignore=ignored)
    versions = folder / "migrations" / "versions"
    newest = max(file.name.partition("_")[0] for file in versions.glob("[0-9]*_*.py"))
    step = MIGRATION.format(newer=NEWER, newest=newest)
    (versions / f"{NEWER}_lanterns.py").write_text(step, encoding="utf-8")
    return folder / "src"


def run_from(node: Node, packages: Path | None) -> None:
    """From its next start the node runs this release; none: the one it came with."""
    if packages is None:
        node.environment.pop("PYTHONPATH", None)
    else:
        node.environment["PYTHONPATH"] = str(packages)
