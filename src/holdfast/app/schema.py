"""Bringing a data folder to the newest shape: backed up before, refused if it is newer than us."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from holdfast.kit.database import Database

PACKAGED = Path(__file__).parent.parent / "migrations"
IN_CHECKOUT = Path(__file__).parents[3] / "migrations"


DAMAGED = ("malformed", "not a database", "unsupported file format")


class Unfit(Exception):
    """The data folder cannot be used as it is; the message says why and what to do."""


class NoDatabase(Unfit):
    """A file lies where the database should, and is none of ours or is damaged."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file} is not a Holdfast database, or it is damaged. Put back a copy from your "
            "backup, or move it away to begin anew. Nothing was changed."
        )


def recognise(file: Path) -> None:
    """Raises `NoDatabase` for another program's file, or a damaged one. None at all will do."""
    if not file.is_file():
        return
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            tables = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
    except sqlite3.DatabaseError as no:
        if any(sign in str(no) for sign in DAMAGED):
            raise NoDatabase(file) from None
        return  # locked, or not to be opened: whoever opens it next says so
    if tables and "alembic_version" not in tables:
        raise NoDatabase(file)


def scripts() -> Path:
    """Where the migrations lie."""
    return PACKAGED if PACKAGED.is_dir() else IN_CHECKOUT


async def prepare_schema(database: Database, backups: Path, location: Path | None = None) -> str:
    """Migrate to the newest shape. Says what was done; raises `Unfit` for data newer than us."""
    shapes = revisions(location or scripts())
    newest = shapes[-1]
    async with database.pen.held(), database.writer.connect() as connection:
        current = await connection.run_sync(revision_of)
    if current == newest:
        return "up to date"
    if current is not None:
        _refuse_newer(shapes, current)
        if database.is_sqlite:
            back_up(database.file, backups / f"holdfast-{current}.db")
    async with database.pen.held(), database.writer.begin() as connection:
        await connection.run_sync(_upgrade, location or scripts())
    return "made" if current is None else f"migrated from {current} to {newest}"


def revisions(location: Path) -> list[str]:
    """The shapes there have been, oldest first: what the migrations' files begin with."""
    return sorted(file.name.partition("_")[0] for file in location.glob("versions/[0-9]*_*.py"))


def revision_of(connection: Connection) -> str | None:
    """The shape this database has; none in an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    shape: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return shape


def _refuse_newer(shapes: list[str], current: str) -> None:
    if current not in shapes:
        raise Unfit(
            f"This data folder was last used by a newer Holdfast (its shape is {current}). "
            "Start it with that version or a later one. Nothing was changed."
        )


def back_up(file: Path, to: Path) -> None:
    """A consistent copy of a SQLite file, made while nothing else writes."""
    to.parent.mkdir(parents=True, exist_ok=True)
    source, target = sqlite3.connect(file), sqlite3.connect(to)
    with source, target:
        source.backup(target)
    source.close()
    target.close()


def _upgrade(connection: Connection, location: Path) -> None:
    # Slow to import, and most starts have nothing to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(location))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
