"""`holdfast rights`: given by a code, listed without a name, ended by a number."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import app
from holdfast.kit.clock import WallClock
from holdfast.kit.tokens import hash_of
from holdfast.rights.queries import CODE

runner = CliRunner()
NOW = WallClock().now()
LAST = (NOW + timedelta(days=90)).date().isoformat()


def holdfast(data: Path, *arguments: str) -> Result:
    return runner.invoke(app, [*arguments, "--data", str(data)])


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Path:
    """A place in which one member has made a code."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "holdfast.db").write_bytes(sqlite_template.read_bytes())
    until = int((NOW + timedelta(hours=20)).timestamp() * 1000)
    with closing(sqlite3.connect(data / "holdfast.db")) as opened:
        opened.execute(
            "INSERT INTO members (id, age_band, came_in_week, seen_week, language, time_zone,"
            " theme, text_size, letters) VALUES (1, '18+', '2026-11-16', '2026-11-16', 'en',"
            " 'UTC', 'system', '100', 'plain')"
        )
        mine = (1, hash_of(CODE + "abcdefghjk"), until)
        opened.execute("INSERT INTO granting_codes VALUES (?, ?, ?)", mine)
        opened.commit()
    return data


@pytest.mark.full
def test_a_right_is_given_by_a_code_listed_and_ended(place: Path) -> None:
    given = holdfast(place, "rights", "grant", "ABCDE-fghjk", "--until", LAST, "--language", "es")
    assert given.exit_code == 0, given.output
    number = given.stdout.split()[-1]
    listed = holdfast(place, "rights", "list").stdout.split()
    assert listed[-4:] == [number, "listener", LAST, "es"]
    assert holdfast(place, "rights", "end", number).exit_code == 0
    assert number not in holdfast(place, "rights", "list").stdout.split()
    again = holdfast(place, "rights", "end", number)
    assert again.exit_code == 1


def test_a_code_nobody_has_and_a_day_too_far_are_refused_in_words(place: Path) -> None:
    unknown = holdfast(place, "rights", "grant", "nobody", "--until", LAST)
    assert unknown.exit_code == 1
    assert "Nobody has this code" in unknown.output
    far = (NOW + timedelta(days=800)).date().isoformat()
    too_long = holdfast(place, "rights", "grant", "abcde-fghjk", "--until", far)
    assert too_long.exit_code == 1
    assert "at most a year" in too_long.output
