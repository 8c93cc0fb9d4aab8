"""What is said where a place cannot be served by several processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.cli import app


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["serve", "--workers", "2"], "--workers"),
        (["web"], "holdfast web"),
        (["live", "--workers", "3"], "holdfast live"),
        (["worker"], "holdfast worker"),
    ],
    ids=["serve", "web", "live", "worker"],
)
def test_sqlite_stays_with_one_process_and_says_why(
    words: list[str], named: str, tmp_path: Path
) -> None:
    done = CliRunner().invoke(app, [*words, "--port", "0", "--data", str(tmp_path / "data")])
    assert done.exit_code == 2
    said = " ".join(done.output.split())
    assert f"`{named}` is for a place with several processes, and those need PostgreSQL" in said
    assert "SQLite lets one process write" in said
    assert not (tmp_path / "data").exists()


def test_a_demonstration_has_one_process(tmp_path: Path) -> None:
    words = ["serve", "--demo", "--workers", "2", "--port", "0", "--data", str(tmp_path / "data")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert "--workers does not go with --demo" in " ".join(done.output.split())
