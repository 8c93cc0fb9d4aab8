"""Backups from the keyboard: a pair of keys, a backup, a restore, a drill, in plain words."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from begun import Begun
from holdfast.cli import app
from postgres import SHARED


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set around the tests is not set in them."""
    for name in [name for name in os.environ if name.startswith("HOLDFAST_") and name != SHARED]:
        monkeypatch.delenv(name)


@pytest.fixture
def data(begun: Callable[[str], Begun], tmp_path: Path) -> Path:
    """The town's place, which nobody serves."""
    return Path(shutil.copytree(begun("sqlite").data("town"), tmp_path / "data"))


def holdfast(*arguments: object, **environment: str) -> Result:
    """One call of the command line."""
    return CliRunner().invoke(app, [str(word) for word in arguments], env=environment)


@pytest.mark.full
def test_from_a_new_pair_to_a_restored_place(data: Path, tmp_path: Path) -> None:
    made = holdfast("backup", "keys")
    public = re.findall(r"HOLDFAST_BACKUP_TO=(age1\w+)", made.output)[0]
    secret = re.findall(r"AGE-SECRET-KEY-1\w+", made.output)
    assert len(secret) == 1, "it is shown once"
    (tmp_path / "identity").write_text(secret[0])
    to, where = {"HOLDFAST_BACKUP_TO": public}, ("--data", data, "--to", tmp_path / "away")

    refused = holdfast("backup", *where)
    assert (refused.exit_code, "(no_public_key)" in refused.output) == (1, True)
    taken = holdfast("backup", *where, **to)
    assert taken.exit_code == 0, taken.output
    files = sorted(tmp_path.joinpath("away").iterdir())
    assert [file.name.partition("-2")[0] for file in files] == ["holdfast-data", "holdfast-keys"]
    assert all(str(file) in taken.output for file in files)
    copied = holdfast("backup", "root-key", "--to", tmp_path / "root.age", "--data", data, **to)
    assert copied.exit_code == 0, copied.output

    identity = "--identity", tmp_path / "identity"
    drilled = holdfast(
        "drill", "restore", *identity, "--from", tmp_path / "away", "--data", data,
        "--root-key", tmp_path / "root.age",
    )  # fmt: skip
    assert drilled.exit_code == 0, drilled.output
    assert "(RTO)" in drilled.output
    assert "(RPO)" in drilled.output

    new = tmp_path / "new"
    rest = "--root-key", tmp_path / "root.age", "--erasures", data / "keys" / "erasures.db"
    several = {
        "HOLDFAST_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/lost",
        "HOLDFAST_REDIS_URL": "redis://127.0.0.1:1",
    }
    restored = holdfast("restore", *files, *identity, "--into", new, *rest, **several)
    assert restored.exit_code == 0, restored.output
    assert [told for told in where_it_went(new) if told not in restored.output] == []
    assert holdfast("migrate", "--data", new).exit_code == 0
    assert holdfast("audit", "verify", "--data", new).exit_code == 0
    again = holdfast("restore", *files, *identity, "--into", new, *rest)
    assert (again.exit_code, "(not_empty)" in again.output) == (1, True)


def where_it_went(new: Path) -> list[str]:
    """What is said of a restore into a folder, where several machines are set."""
    files = [str(new / name) for name in ("holdfast.db", "keys", "root.key")]
    return [*files, "HOLDFAST_DATABASE_URL, ", f"holdfast serve --data {new}"]


def test_a_restore_without_a_place_to_go_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = holdfast("restore", "data.age", "keys.age", "--identity", "identity")
    assert (refused.exit_code, "--into FOLDER" in refused.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_public_key_that_is_none_is_refused_before_anything_is_done(data: Path) -> None:
    refused = holdfast("backup", "--data", data, HOLDFAST_BACKUP_TO="age1nonsense")
    assert refused.exit_code == 2
    assert "HOLDFAST_BACKUP_TO" in refused.output
