"""The keys of the machine: what is done from its keyboard, and what it refuses in words."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from holdfast.cli import app
from holdfast.kit.clock import WallClock
from holdfast.rights.rules import STAFF_ROLES


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty place for a data folder."""
    return tmp_path / "data"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a place in it, made once and left alone."""
    folder = tmp_path_factory.mktemp("made") / "data"
    assert holdfast("migrate", "--data", folder).exit_code == 0
    return folder


@pytest.fixture
def place(made: Path, data: Path) -> Path:
    """A data folder with a place in it."""
    shutil.copytree(made, data)
    return data


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set around the tests is not set in them."""
    for name in [name for name in os.environ if name.startswith("HOLDFAST_")]:
        monkeypatch.delenv(name)


def holdfast(*arguments: object, **environment: str) -> Result:
    """One call of the command line."""
    return CliRunner().invoke(app, [str(word) for word in arguments], env=environment)


@pytest.mark.full
def test_a_steward_s_token_is_printed_alone(place: Path) -> None:
    done = holdfast("steward", "token", "--role", "steward", "--data", place)
    assert done.exit_code == 0, done.output
    assert len(done.stdout.split()) == 1
    assert len(done.stdout.strip()) == 43


@pytest.mark.full
def test_a_new_root_key_comes_with_what_to_do_next(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("holdfast.app.turning.HEARD", 0)
    done = holdfast("keys", "rotate", "--data", place)
    assert done.exit_code == 0, done.output
    steps = (
        "`holdfast backup root-key --to NEW`",
        "`holdfast backup`:",
        "Keep the old copy until ",
    )
    places = [done.output.index(step) for step in steps]
    assert places == sorted(places)
    until = re.findall(r"until (\d{4}-\d\d-\d\d)\.", done.output)
    days = [(date.fromisoformat(one) - WallClock().now().date()).days for one in until]
    assert days in ([7], [6]), "seven days on; midnight may lie between"


@pytest.mark.full
def test_a_new_place_is_for_its_owner_alone_whatever_the_machine_is_set_to(data: Path) -> None:
    before = os.umask(0o022)
    try:
        assert holdfast("migrate", "--data", data).exit_code == 0
        with closing(sqlite3.connect(data / "holdfast.db")) as kept:
            kept.execute("CREATE TABLE written (here)")
            modes = {file.name: file.stat().st_mode & 0o777 for file in data.glob("holdfast.db*")}
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("holdfast.db", "holdfast.db-wal", "holdfast.db-shm"), 0o600)


def test_a_role_that_is_none_is_refused_with_those_there_are(data: Path) -> None:
    done = holdfast("steward", "token", "--role", "king", "--data", data)
    assert done.exit_code == 2
    for role in STAFF_ROLES:
        assert role in done.output.replace("\n", " ")
    assert not data.exists(), "nothing was made for a refusal"


@pytest.mark.full
def test_a_name_gets_a_token_each_time_and_keeps_its_role(place: Path) -> None:
    def token_of(name: str, role: str) -> Result:
        words = ("token", "--role", role, "--name", name, "--data", place)
        return holdfast("steward", *words)

    tokens = {token_of(name, "lead").stdout for name in ("Fern", " fern ", "FERN")}
    assert len(tokens) == 3
    other = token_of("Fern", "moderator")
    assert other.exit_code == 1
    assert "here already, with another role" in other.output.replace("\n", " ")
    with sqlite3.connect(place / "holdfast.db") as kept:
        people = kept.execute("SELECT name, role FROM staff WHERE role = 'lead'").fetchall()
    assert people == [("Fern", "lead")]


@pytest.mark.full
def test_a_code_for_a_steward_is_printed_alone_and_only_a_hash_of_it_is_kept(place: Path) -> None:
    done = holdfast("steward", "code", "--data", place)
    assert done.exit_code == 0, done.output
    assert re.fullmatch(r"([A-Z2-7]{4}-){3}[A-Z2-7]{4}\n", done.stdout)
    assert "/staff/begin within an hour" in done.stderr
    written = b"".join(file.read_bytes() for file in place.glob("holdfast.db*"))
    code = done.stdout.strip()
    assert code.encode() not in written
    assert code.replace("-", "").encode() not in written


@pytest.mark.full
def test_a_room_is_added_once(place: Path) -> None:
    words = ("rooms", "add", "gardening", "--name", "Gardening", "--topic", "Soil", "--data", place)
    assert holdfast(*words).stdout.strip() == "/rooms/gardening"
    again = holdfast(*words)
    assert again.exit_code == 1
    assert "already a room" in again.output
    bad = holdfast("rooms", "add", "Not-One", "--name", "x", "--topic", "y", "--data", place)
    assert bad.exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        {"name": ""},
        {"name": "  "},
        {"name": "x" * 61},
        {"name": "a\nb"},
        {"topic": ""},
        {"topic": "x" * 201},
        {"about": "x" * 1_001},
        {"language": "klingon!"},
        {"language": ""},
    ],
)
def test_a_room_that_the_api_would_refuse_is_refused_here_too(
    place: Path, words: dict[str, str]
) -> None:
    said = {"name": "Gardening", "topic": "Soil"} | words
    options = [word for name, value in said.items() for word in (f"--{name}", value)]
    done = holdfast("rooms", "add", "gardening", *options, "--data", place)
    assert done.exit_code == 1
    assert "A room has a name" in done.output.replace("\n", " ")


@pytest.mark.full
def test_a_folder_without_a_place_is_refused_and_not_made(data: Path) -> None:
    for command in (
        ("steward", "token"),
        ("town", "members"),
        ("rooms", "add", "quiet", "--name", "Quiet", "--topic", "Sitting"),
    ):
        done = holdfast(*command, "--data", data)
        assert done.exit_code == 1
        assert f"There is no Holdfast in {data}" in done.output.replace("\n", " ")
        assert not data.exists()


@pytest.mark.full
def test_made_up_members_get_a_token_each(place: Path) -> None:
    done = holdfast("town", "members", "--count", "7", "--data", place)
    assert len(set(done.stdout.split())) == 7


@pytest.mark.full
def test_migrating_an_empty_folder_makes_it(data: Path) -> None:
    done = holdfast("migrate", "--data", data)
    assert (done.exit_code, (data / "holdfast.db").exists()) == (0, True)
    assert "up to date" in done.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("HOLDFAST_PORT", "many", "HOLDFAST_PORT"),
        ("HOLDFAST_PORT", "70000", "HOLDFAST_PORT"),
        ("HOLDFAST_LIMITS", "maybe", "HOLDFAST_LIMITS"),
        ("HOLDFAST_COVERAGE", "no", "HOLDFAST_COVERAGE"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_in_words(
    data: Path, name: str, value: str, words: str
) -> None:
    done = holdfast("serve", "--data", data, **{name: value})
    assert done.exit_code == 2
    assert words in done.output
    assert "Traceback" not in done.output
    assert not data.exists()


@pytest.mark.parametrize("name", ["HOLDFAST_LIMITS", "HOLDFAST_COVERAGE"])
def test_weakened_it_does_not_serve_an_https_origin(data: Path, name: str) -> None:
    origin = {"HOLDFAST_ORIGIN": "https://peer.example"}
    done = holdfast("serve", "--data", data, **{name: "off"}, **origin)
    assert done.exit_code == 2
    assert name in done.output
    assert "https" in done.output


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::", "example.org"])  # noqa: S104
def test_the_demonstration_is_for_this_machine_alone(data: Path, host: str) -> None:
    done = holdfast("serve", "--demo", "--host", host, "--data", data)
    assert done.exit_code == 2
    assert "this machine alone" in done.output.replace("\n", " ")
    assert not data.exists()


@pytest.mark.full
def test_with_another_root_key_every_command_refuses_in_words(data: Path) -> None:
    assert holdfast("migrate", "--data", data).exit_code == 0
    (data / "root.key").write_text("ab" * 32)
    for command in (("migrate",), ("steward", "token"), ("town", "members")):
        done = holdfast(*command, "--data", data)
        assert done.exit_code == 1
        assert "Put back the" in done.output.replace("\n", " ")
        assert "Traceback" not in done.output


@pytest.mark.parametrize("how", ["another", "damaged", "foreign"])
@pytest.mark.parametrize("command", [("migrate",), ("serve", "--port", "0"), ("town", "members")])
def test_a_file_that_is_no_database_of_ours_is_refused_in_words_and_left_alone(
    place: Path, command: tuple[str, ...], how: str
) -> None:
    file = place / "holdfast.db"
    if how == "foreign":
        file.unlink()
        with sqlite3.connect(file) as foreign:
            foreign.execute("CREATE TABLE recipes (name TEXT)")
        foreign.close()
    else:
        whole = file.read_bytes()
        file.write_bytes(b"\xff" * len(whole) if how == "another" else spoiled(whole))
    before = file.read_bytes()
    done = holdfast(*command, "--data", place)
    assert done.exit_code == 1
    assert "is not a Holdfast database, or it is damaged" in " ".join(done.output.split())
    assert isinstance(done.exception, SystemExit)
    if how == "foreign":
        with sqlite3.connect(file) as foreign:
            assert foreign.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
        foreign.close()
    else:
        assert file.read_bytes() == before


def spoiled(whole: bytes) -> bytes:
    """A database whose header is whole and whose first page is not."""
    return whole[:100] + b"\xff" * 4_000 + whole[4_100:]


@pytest.mark.full
def test_invitations_are_printed_once_one_on_each_line(place: Path) -> None:
    done = holdfast("invitations", "make", "--count", "200", "--data", place)
    assert len(set(done.stdout.split())) == 200
    assert holdfast("invitations", "make", "--count", "1001", "--data", place).exit_code == 2
