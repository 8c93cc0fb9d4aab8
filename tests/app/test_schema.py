"""Data folders of every age: the older is backed up and migrated, the newer refused in words."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from holdfast.app.schema import Unfit, prepare_schema, revisions, scripts
from holdfast.app.tables import TABLES
from holdfast.kit.database import Database, open_database
from holdfast.kit.tables import Table
from holdfast.settings import Settings
from town import on_sqlite


async def made_at(database: Database, revision: str) -> None:
    """Bring an empty database to an older shape."""
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.set_main_option("path_separator", "os")

    def upgrade(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    async with database.writer.begin() as connection:
        await connection.run_sync(upgrade)


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """Where an older data folder's database lies."""
    return tmp_path / "older.db"


@pytest.mark.full
async def test_an_older_data_folder_is_backed_up_and_then_migrated(
    older: Path, tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{older}")
    await made_at(database, "0001")
    async with database.writer.begin() as connection:
        await connection.execute(text("INSERT INTO facts (name, value) VALUES ('mine', x'01')"))
    done = await prepare_schema(database, tmp_path / "backups")
    assert done == f"migrated from 0001 to {revisions(scripts())[-1]}"
    async with database.reader.connect() as connection:
        await connection.execute(text("SELECT * FROM messages"))
        kept = (await connection.execute(text("SELECT value FROM facts"))).scalar()
    assert kept == b"\x01"
    await database.close()
    with sqlite3.connect(tmp_path / "backups" / "holdfast-0001.db") as backup:
        assert backup.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert backup.execute("SELECT value FROM facts").fetchall() == [(b"\x01",)]
        assert backup.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    backup.close()


async def test_a_backup_that_cannot_be_made_stops_the_migration(
    older: Path, tmp_path: Path
) -> None:
    database = open_database(f"sqlite:///{older}")
    await made_at(database, "0001")
    (tmp_path / "backups").write_text("a file stands where the backups should go")
    with pytest.raises(OSError, match="backups"):
        await prepare_schema(database, tmp_path / "backups")
    async with database.reader.connect() as connection:
        version = (
            await connection.execute(text("SELECT version_num FROM alembic_version"))
        ).scalar()
    assert version == "0001"
    await database.close()


async def test_a_newer_data_folder_is_refused_in_words_and_nothing_is_changed(
    sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / "newer.db"
    shutil.copyfile(sqlite_template, file)
    database = open_database(f"sqlite:///{file}")
    async with database.writer.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        before = list(await connection.execute(text("SELECT sql FROM sqlite_master")))
    with pytest.raises(Unfit, match="newer Holdfast") as no:
        await prepare_schema(database, tmp_path / "backups")
    assert "9999" in str(no.value)
    assert "Nothing was changed" in str(no.value)
    async with database.reader.connect() as connection:
        assert list(await connection.execute(text("SELECT sql FROM sqlite_master"))) == before
    assert not (tmp_path / "backups").exists()
    await database.close()


async def test_a_data_folder_of_today_is_left_alone(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "today.db"
    shutil.copyfile(sqlite_template, file)
    database = open_database(f"sqlite:///{file}")
    assert await prepare_schema(database, tmp_path / "backups") == "up to date"
    assert not (tmp_path / "backups").exists()
    await database.close()


def test_the_newest_shape_is_known_by_its_file_name() -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts()))
    config.set_main_option("path_separator", "os")
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert revisions(scripts()) == [script.revision for script in walked][::-1]


@pytest.mark.slow
@on_sqlite
def test_a_start_with_nothing_to_migrate_does_not_load_the_migrations(settings: Settings) -> None:
    program = (
        "import sys; from holdfast.cli import app\n"
        f"try: app(['steward', 'token', '--data', {str(settings.data)!r}])\n"
        "except SystemExit as end: print(end.code, 'alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 False", done.stderr


def test_the_migrations_make_exactly_the_tables_of_the_house(sqlite_template: Path) -> None:
    with sqlite3.connect(sqlite_template) as made:
        found = {
            table: {row[1] for row in made.execute(f"PRAGMA table_info({table})")}
            for (table,) in made.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if table not in {"alembic_version", "sqlite_sequence"}
        }
    made.close()
    assert len(TABLES) == len(Table.metadata.tables)
    assert found == {
        name: {column.name for column in table.columns}
        for name, table in Table.metadata.tables.items()
    }
