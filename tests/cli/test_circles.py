"""`holdfast circles`: forming by hand, and the fairness audit as the keyboard shows it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import app

runner = CliRunner()
ROW = (
    "INSERT INTO placings (week, language, age_band, themes, placed, hours_waited, fit)"
    " VALUES ('2026-11-16', ?, '18+', ?, ?, ?, ?)"
)


def holdfast(data: Path, *arguments: str) -> Result:
    return runner.invoke(app, [*arguments, "--data", str(data)])


@pytest.fixture
def place(sqlite_template: Path, tmp_path: Path) -> Path:
    """A place in which forty wishes are over: thirty English, seven Spanish, three Arabic."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "holdfast.db").write_bytes(sqlite_template.read_bytes())
    rows: list[tuple[object, ...]] = []
    rows += [("en", "grief", 1, 20, 0.6) for _ in range(30)]
    rows += [("es", "grief anxiety", 1, 40, 0.4) for _ in range(7)]
    rows += [("ar", "anxiety", 0, 900, None) for _ in range(3)]
    with closing(sqlite3.connect(data / "holdfast.db")) as opened:
        opened.executemany(ROW, rows)
        opened.commit()
    return data


@pytest.mark.full
def test_the_audit_says_who_is_placed_after_what_wait_and_how_well(place: Path) -> None:
    found = holdfast(place, "circles", "audit")
    assert found.exit_code == 0, found.output
    everybody = next(line for line in found.stdout.splitlines() if "everybody" in line)
    assert everybody.split() == ["everybody", "40", "90", "%", "1008", "h", "0.40"]
    assert "grief" in found.stdout


@pytest.mark.full
def test_the_audit_hides_the_small_and_what_would_give_them_away(place: Path) -> None:
    found = json.loads(holdfast(place, "circles", "audit", "--json").stdout)
    assert found["by"]["language"]["es"] is found["by"]["language"]["ar"] is None
    assert found["by"]["language"]["en"]["people"] == 30
    assert "900" not in json.dumps(found), "a wait is not told to the hour"


@pytest.mark.full
def test_with_fewer_than_ten_wishes_the_audit_shows_nothing(place: Path) -> None:
    with closing(sqlite3.connect(place / "holdfast.db")) as opened:
        opened.execute("DELETE FROM placings WHERE language = 'en'")
        opened.execute("DELETE FROM placings WHERE language = 'ar'")
        opened.commit()
    found = holdfast(place, "circles", "audit")
    assert found.exit_code == 0
    assert "nothing is shown" in found.stdout
    assert "es" not in found.stdout.split()


def test_where_there_is_no_place_nothing_is_audited(tmp_path: Path) -> None:
    found = holdfast(tmp_path / "nowhere", "circles", "audit")
    assert found.exit_code == 1
    assert "There is no Holdfast" in found.output


WISH = (
    "INSERT INTO wishes (member_id, age_band, languages, times, zone, wished_at, until, themes,"
    " stage, cultures, pace, manner, closer, refused)"
    " VALUES (?, '18+', 'en', 'evening', 'UTC', ?, ?, 'grief', '', '', '', '', 0, '')"
)


@pytest.mark.full
def test_forming_by_hand_asks_those_who_fit_and_puts_nobody_anywhere(place: Path) -> None:
    assert holdfast(place, "town", "members", "--count", "5").exit_code == 0
    now = datetime.now(UTC)
    with closing(sqlite3.connect(place / "holdfast.db")) as opened:
        for (member,) in opened.execute("SELECT id FROM members").fetchall():
            times = (now, now + timedelta(days=30))
            opened.execute(WISH, (member, *(round(at.timestamp() * 1000) for at in times)))
        opened.commit()
    found = holdfast(place, "circles", "form")
    assert found.exit_code == 0, found.output
    assert "People who waited: 5. Free seats found: 0. Circles that could begin: 1." in found.stdout
    with closing(sqlite3.connect(place / "holdfast.db")) as opened:
        assert opened.execute("SELECT count(*) FROM proposal_answers").fetchone() == (5,)
        assert opened.execute("SELECT count(*) FROM circles").fetchone() == (0,)
