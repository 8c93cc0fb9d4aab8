"""`holdfast disclose` tells the whole of what is held: the map, and every row about one member."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from holdfast.app.knowing.archive import new_passphrase
from holdfast.app.knowing.columns import Privacy, privacy_of
from holdfast.app.knowing.disclosing import DISCLOSED, Reason, disclosed, member_named
from holdfast.app.knowing.kept import as_plain
from holdfast.app.knowing.reached import NOBODY
from holdfast.audit.tables import AuditRow
from holdfast.cli import app
from holdfast.kit.tables import Table
from holdfast.settings import Settings
from town import Person, Town, mostly_on_sqlite, on_sqlite
from trust.planted import Planted, planted
from trust.test_export_complete import is_canary


async def told(town: Town, person: Person, why: Reason | None) -> dict[str, Any]:
    """What is disclosed about somebody, as it is printed."""
    async with town.house.workshop.work() as work:
        found = await disclosed(work, town.house.ledger.keyring, person.member.id, why=why)
    printed: dict[str, Any] = json.loads(json.dumps(found))
    return printed


async def canaries(town: Town) -> tuple[Planted, Planted]:
    async with town.house.workshop.work() as work:
        ash = await planted(work, town, town.ash, "ash", told=False)
        return ash, await planted(work, town, town.birch, "birch", told=False)


def is_there(found: dict[str, Any], column: str, value: object) -> bool:
    table, name = column.split(".")
    return as_plain(value) in [row[name] for row in found["tables"].get(table, [])]


@pytest.mark.full
@mostly_on_sqlite
async def test_every_column_of_every_row_about_a_member_is_in_it(town: Town) -> None:
    ash, birch = await canaries(town)
    found = await told(town, town.ash, None)
    of_ash = {
        column: value
        for column, value in ash.canaries.items()
        if column.split(".")[0] not in NOBODY and column not in ash.words | secret_columns()
    }
    assert [column for column, value in of_ash.items() if not is_there(found, column, value)] == []
    shown = json.dumps(found)
    of_birch = [value for value in birch.canaries.values() if is_canary(value)]
    assert of_birch
    assert [value for value in of_birch if json.dumps(as_plain(value)) in shown] == []


def secret_columns() -> dict[str, object]:
    """Hashes, sums and sealed keys: whoever has them can try guesses, or come in."""
    return {
        f"{table.name}.{column.name}": column
        for table in Table.metadata.tables.values()
        for column in table.columns
        if privacy_of(column) is Privacy.SECRET
    }


@pytest.mark.full
@mostly_on_sqlite
async def test_of_a_hash_only_what_it_is_for_is_told(town: Town) -> None:
    ash, _ = await canaries(town)
    found = await told(town, town.ash, Reason.COURT)
    shown, secrets = json.dumps(found), secret_columns()
    kept = {column: value for column, value in ash.canaries.items() if column in secrets}
    assert {"messages.mac", "sessions.token_hash"} <= kept.keys()
    assert [column for column, value in kept.items() if json.dumps(as_plain(value)) in shown] == []
    assert all(row["mac"].startswith("a hash, kept so that") for row in found["tables"]["messages"])


@pytest.mark.full
@mostly_on_sqlite
async def test_sealed_words_are_opened_for_a_reason_alone(town: Town) -> None:
    ash, birch = await canaries(town)
    closed, opened = [json.dumps(await told(town, town.ash, why)) for why in (None, Reason.COURT)]
    assert [words for words in ash.words.values() if words in closed] == []
    assert [column for column, words in ash.words.items() if words not in opened] == []
    assert [words for words in birch.words.values() if words in opened] == []


@pytest.mark.full
@mostly_on_sqlite
async def test_that_somebody_asked_stands_in_the_record_with_the_reason(town: Town) -> None:
    await told(town, town.ash, None)
    await told(town, town.ash, Reason.COURT)
    async with town.house.workshop.reading() as work:
        query = select(AuditRow).where(AuditRow.what == DISCLOSED).order_by(AuditRow.seq)
        rows = [(row.about, row.why, row.detail) for row in await work.db.scalars(query)]
    about = f"member:{town.ash.member.id}"
    assert rows == [(about, None, '{"words":0}'), (about, "court", '{"words":1}')]


@pytest.mark.full
@on_sqlite
async def test_a_member_is_found_by_number_or_by_a_seat_and_by_nothing_else(town: Town) -> None:
    seat = (await town.seat(town.ash)).author
    async with town.house.workshop.reading() as work:
        for named in (str(town.ash.member.id), seat.seat):
            assert await member_named(work, named) == town.ash.member.id
        for named in (seat.pseudonym, "0", "9" * 40, ""):
            assert await member_named(work, named) is None


def test_the_map_names_every_table_and_every_column() -> None:
    made = CliRunner().invoke(app, ["disclose"])
    assert made.exit_code == 0, made.output
    printed = json.loads(made.stdout)
    found = {one["name"]: {kept["name"] for kept in one["columns"]} for one in printed["tables"]}
    assert found == {name: set(one.columns.keys()) for name, one in Table.metadata.tables.items()}
    assert all(one["ways"] or one["nobody"] for one in printed["tables"])


@on_sqlite
@pytest.mark.parametrize(
    ("asked", "code"), [(["--member", "4711"], 1), (["--member", "1", "--words"], 2)]
)
def test_nobody_is_asked_about_who_is_not_here_or_without_a_reason_for_words(
    settings: Settings, asked: list[str], code: int
) -> None:
    made = CliRunner().invoke(app, ["disclose", *asked, "--data", str(settings.data)])
    assert (made.exit_code, made.stdout) == (code, "")


@pytest.mark.full
@on_sqlite
@pytest.mark.parametrize("stage", ["town"])
def test_from_the_keyboard_a_member_is_found_by_the_handle_of_a_seat(settings: Settings) -> None:
    by_number = asked_about(settings, "1")
    (seat,) = by_number["tables"]["seats"]
    by_handle = asked_about(settings, seat["handle"], "--words", "--reason", "asked")
    assert by_handle["member"] == by_number["member"] == 1
    assert set(by_number["elsewhere"]) >= {"keystore", "erasure ledger"}


def asked_about(settings: Settings, member: str, *more: str) -> Any:
    made = CliRunner().invoke(
        app, ["disclose", "--member", member, *more, "--data", str(settings.data)]
    )
    assert made.exit_code == 0, made.output
    return json.loads(made.stdout)


@pytest.mark.slow
def test_what_was_taken_along_is_opened_with_its_seven_words(tmp_path: Path) -> None:
    words, file = new_passphrase(), tmp_path / "notes.zip.age"
    file.write_bytes(pyrage.passphrase.encrypt(b"everything", words))
    wrong = opened(file, new_passphrase())
    assert (wrong.exit_code, list(tmp_path.iterdir())) == (1, [file])
    right = opened(file, words.upper().replace("-", "  "))
    assert right.exit_code == 0, right.output
    assert (tmp_path / "notes.zip").read_bytes() == b"everything"
    again = opened(file, words)
    assert again.exit_code == 1
    assert "is there already" in again.output


def opened(file: Path, words: str) -> Any:
    return CliRunner().invoke(app, ["export", "open", str(file)], input=f"{words}\n")
