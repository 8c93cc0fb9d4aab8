"""Bringing a data folder to the newest shape: backed up before, refused if it is newer than us."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from holdfast.kit.database import Database

PACKAGED = Path(__file__).parent.parent / "migrations"
IN_CHECKOUT = Path(__file__).parents[3] / "migrations"


class Unfit(Exception):
    """The data folder cannot be used as it is; the message says why and what to do."""


def scripts() -> Path:
    """Where the migrations lie."""
    return PACKAGED if PACKAGED.is_dir() else IN_CHECKOUT


async def prepare_schema(database: Database, backups: Path, location: Path | None = None) -> str:
    """Migrate to the newest shape. Says what was done; raises `Unfit` for data newer than us."""
    config = Config()
    config.set_main_option("script_location", str(location or scripts()))
    config.set_main_option("path_separator", "os")
    directory = ScriptDirectory.from_config(config)
    newest = directory.get_current_head()
    async with database.pen.held(), database.writer.connect() as connection:
        current = await connection.run_sync(revision_of)
    if current == newest:
        return "up to date"
    if current is not None:
        _refuse_newer(directory, current)
        if database.is_sqlite:
            back_up(database.file, backups / f"holdfast-{current}.db")
    async with database.pen.held(), database.writer.begin() as connection:
        await connection.run_sync(_upgrade, config)
    return "made" if current is None else f"migrated from {current} to {newest}"


def revision_of(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(directory: ScriptDirectory, current: str) -> None:
    try:
        directory.get_revision(current)
    except CommandError:
        raise Unfit(
            f"This data folder was last used by a newer Holdfast (its shape is {current}). "
            "Start it with that version or a later one. Nothing was changed."
        ) from None


def back_up(file: Path, to: Path) -> None:
    """A consistent copy of a SQLite file, made while nothing else writes."""
    to.parent.mkdir(parents=True, exist_ok=True)
    source, target = sqlite3.connect(file), sqlite3.connect(to)
    with source, target:
        source.backup(target)
    source.close()
    target.close()


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
