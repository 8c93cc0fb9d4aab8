"""`holdfast audit`: what the person with the machine's keyboard sees of the record."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.audit.jobs import WITNESS_FILE
from holdfast.cli import app

runner = CliRunner()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a record of three rows."""
    data = tmp_path_factory.mktemp("place") / "data"
    for command in (["migrate"], ["audit", "witness"], ["audit", "witness"], ["audit", "witness"]):
        assert holdfast(data, *command).exit_code == 0
    return data


@pytest.fixture
def place(template: Path, tmp_path: Path) -> Path:
    """Such a folder, to be spoilt."""
    shutil.copytree(template, tmp_path / "data")
    return tmp_path / "data"


def holdfast(data: Path, *arguments: str) -> Result:
    return runner.invoke(app, [*arguments, "--data", str(data)])


def behind_its_back(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / "holdfast.db")) as opened:
        opened.execute("DROP TRIGGER IF EXISTS audit_unchanged")
        opened.execute("DROP TRIGGER IF EXISTS audit_unremoved")
        opened.execute("DROP TRIGGER IF EXISTS audit_head_moves_on")
        for statement in statements:
            opened.execute(statement)
        opened.commit()


@pytest.mark.full
def test_a_whole_record_is_said_to_be_whole_with_its_head(place: Path) -> None:
    head = holdfast(place, "audit", "head").stdout.strip()
    found = holdfast(place, "audit", "verify")
    assert found.exit_code == 0
    assert found.stdout == f"The record is whole: {head.partition(':')[0]} rows, head {head}\n"


@pytest.mark.full
def test_the_first_broken_row_is_named_and_the_exit_code_is_1(place: Path) -> None:
    assert holdfast(place, "audit", "verify").exit_code == 0
    behind_its_back(place, "UPDATE audit SET role = 'lead' WHERE seq = 2")
    found = holdfast(place, "audit", "verify")
    assert found.exit_code == 1
    assert found.stdout.splitlines()[0] == "row 2 is not what was recorded"


@pytest.mark.full
def test_a_cut_end_is_found_by_the_file_beside_the_data(place: Path) -> None:
    behind_its_back(
        place,
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)",
        "UPDATE audit_head SET seq = seq - 1,"
        " hash = (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1)",
    )
    found = holdfast(place, "audit", "verify")
    assert (found.exit_code, found.stdout) == (1, "the rows from 3 on are gone\n")


@pytest.mark.full
def test_a_head_noted_by_hand_finds_what_the_file_cannot(place: Path) -> None:
    """Whoever can change the database and the file beside it cannot change a sheet of paper."""
    noted = holdfast(place, "audit", "head").stdout.strip()
    assert holdfast(place, "audit", "verify", "--head", noted).exit_code == 0
    behind_its_back(
        place,
        "DELETE FROM audit WHERE seq > 1",
        "UPDATE audit_head SET seq = 1, hash = (SELECT hash FROM audit WHERE seq = 1)",
    )
    (place / WITNESS_FILE).unlink()
    assert holdfast(place, "audit", "witness").exit_code == 0
    assert holdfast(place, "audit", "verify").exit_code == 0
    found = holdfast(place, "audit", "verify", "--head", noted)
    assert (found.exit_code, found.stdout) == (1, "the rows from 3 on are gone\n")


@pytest.mark.full
@pytest.mark.parametrize("noted", ["", "12", "x:00", "12:xyz"])
def test_what_is_no_head_is_refused_in_words(place: Path, noted: str) -> None:
    found = holdfast(place, "audit", "verify", "--head", noted)
    assert found.exit_code == 2
    assert "A head is a number" in found.stderr


@pytest.mark.full
def test_a_missing_witness_is_told_until_somebody_trusts_the_record_anew(place: Path) -> None:
    (place / WITNESS_FILE).unlink()
    found = holdfast(place, "audit", "verify")
    assert found.exit_code == 1
    assert "audit-head.json is missing" in found.stdout
    begun = holdfast(place, "audit", "witness")
    assert begun.stdout == holdfast(place, "audit", "head").stdout
    assert holdfast(place, "audit", "verify").exit_code == 0


@pytest.mark.full
def test_a_folder_that_is_new_to_the_place_is_not_told_that_its_record_is_broken(
    place: Path,
) -> None:
    place.joinpath(WITNESS_FILE).unlink()
    found = holdfast(place, "audit", "verify")
    assert found.exit_code == 1
    assert "The record is broken" not in found.output
    assert "`holdfast audit witness`" in found.output
    behind_its_back(place, "UPDATE audit SET what = 'other' WHERE seq = 2")
    assert "The record is broken" in holdfast(place, "audit", "verify").output


def test_where_there_is_no_holdfast_there_is_no_record(tmp_path: Path) -> None:
    for command in ("verify", "head", "witness"):
        found = holdfast(tmp_path / "nowhere", "audit", command)
        assert found.exit_code == 1
        assert "There is no Holdfast" in found.stderr
