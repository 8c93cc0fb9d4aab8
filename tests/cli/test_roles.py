"""What is said where a place cannot be served by several processes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.app.schema import revisions, scripts
from holdfast.cli import app


@pytest.fixture
def postgres_template() -> str:
    """An empty database."""
    return "template1"


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


@pytest.mark.slow
def test_a_deploy_brings_the_database_to_its_newest_shape_twice_at_once(
    postgres_url: str, tmp_path: Path
) -> None:
    program = str(Path(sys.executable).with_name("holdfast"))
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")},
        "HOLDFAST_DATABASE_URL": postgres_url,
        "HOLDFAST_ROOT_KEY": str(tmp_path / "root.key"),
    }
    words = [program, "migrate", "--data", str(tmp_path / "data")]
    both = [
        subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate()[0].strip() for one in both]
    assert said == [f"The database is up to date: its shape is {revisions(scripts())[-1]}."] * 2
    assert [one.returncode for one in both] == [0, 0]
