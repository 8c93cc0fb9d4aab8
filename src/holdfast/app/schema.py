"""Bringing a data folder to the newest shape: backed up before, refused if it is newer than us.

Each migration says its phase. One that only expands leaves older code running: it may also start
on such a newer shape. So a place is brought forward while old and new processes serve it.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from holdfast.kit.database import Database

PACKAGED = Path(__file__).parent.parent / "migrations"
IN_CHECKOUT = Path(__file__).parents[3] / "migrations"

EXPAND, CONTRACT = "expand", "contract"
PHASE = re.compile(r'^phase = "(expand|contract)"', re.MULTILINE)
PHASES = "phases"  # the fact that says them
LOCK_WITHIN = "150ms"  # for 200 ms nobody waits behind a migration: giving up takes time, too
LOCKED = "55P03"  # what PostgreSQL calls a lock that was not to be had in time
PAUSES = (0.1, 0.2, 0.4, 0.8, *(1.5,) * 40)  # before it asks again; a minute in all

NEWER = (
    "This data folder was last used by a newer Holdfast (its shape is {shape}). "
    "Start it with that version or a later one. Nothing was changed."
)
BUSY = (
    "The tables could not be changed for a minute, because something else keeps them locked. "
    "Look for a long transaction in the database, then run `holdfast migrate` again. "
    "What was changed before is kept; people could talk meanwhile."
)
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
    location = location or scripts()
    shapes = revisions(location)
    newest = shapes[-1]
    async with database.pen.held(), database.writer.connect() as connection:
        current = await connection.run_sync(revision_of)
        newer = await connection.run_sync(phases_known) if current not in {None, *shapes} else {}
    if current == newest:
        return "up to date"
    if current is not None and current not in shapes:
        if not only_expands(newer, since=newest, to=current):
            raise Unfit(NEWER.format(shape=current))
        return f"newer, and it only expands: {current}"
    if current is not None and database.is_sqlite:
        back_up(database.file, backups / f"holdfast-{current}.db")
    for step in steps(shapes, current, in_one=database.is_sqlite):
        await migrate(database, location, step)
    return "made" if current is None else f"migrated from {current} to {newest}"


async def still_fits(database: Database) -> bool:
    """Whether nothing was taken from the shape of now that this code may still ask for."""
    shapes = revisions(scripts())
    async with database.reader.connect() as connection:
        current = await connection.run_sync(revision_of)
        if current is None or current in shapes:
            return current == shapes[-1]
        newer = await connection.run_sync(phases_known)
    return only_expands(newer, since=shapes[-1], to=current)


def steps(shapes: list[str], current: str | None, *, in_one: bool) -> list[str]:
    """The shapes to bring it to, one after the other: locks are held as shortly as can be."""
    if current is None or in_one:
        return shapes[-1:]
    return shapes[shapes.index(current) + 1 :]


async def migrate(database: Database, location: Path, to: str) -> None:
    """One transaction. Where people talk meanwhile, it never makes them wait for long."""
    for pause in (*PAUSES, None):
        try:
            async with database.pen.held(), database.writer.begin() as connection:
                if not database.is_sqlite:
                    await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_WITHIN}'"))
                await connection.run_sync(_upgrade, location, to)
                await connection.run_sync(_write_phases, phases(location))
                return
        except DBAPIError as no:
            if getattr(no.orig, "sqlstate", None) != LOCKED:
                raise
            if pause is None:
                raise Unfit(BUSY) from None
            await asyncio.sleep(pause)


def phases(location: Path) -> dict[str, str]:
    """What each shape does to the one before: "expand" or "contract", as its file says."""
    found = {}
    for file in sorted(location.glob("versions/[0-9]*_*.py")):
        said = PHASE.search(file.read_text("utf-8"))
        found[file.name.partition("_")[0]] = said[1] if said else CONTRACT
    return found


def only_expands(known: dict[str, str], *, since: str, to: str) -> bool:
    """Whether code that knows shapes up to `since` can work on the shape `to`."""
    return since in known and all(
        known.get(shape) == EXPAND for shape in [*known, to] if since < shape <= to
    )


def phases_known(connection: Connection) -> dict[str, str]:
    """What whoever migrated these data last wrote down of every shape's phase."""
    query = text("SELECT value FROM facts WHERE name = :name")
    found = connection.scalar(query, {"name": PHASES})
    return {} if found is None else dict(json.loads(found))


def _write_phases(connection: Connection, found: dict[str, str]) -> None:
    connection.execute(text("DELETE FROM facts WHERE name = :name"), {"name": PHASES})
    written = {"name": PHASES, "value": json.dumps(found).encode()}
    connection.execute(text("INSERT INTO facts (name, value) VALUES (:name, :value)"), written)


def revisions(location: Path) -> list[str]:
    """The shapes there have been, oldest first: what the migrations' files begin with."""
    return sorted(file.name.partition("_")[0] for file in location.glob("versions/[0-9]*_*.py"))


def revision_of(connection: Connection) -> str | None:
    """The shape this database has; none in an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    shape: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return shape


def back_up(file: Path, to: Path) -> None:
    """A consistent copy of a SQLite file, made while nothing else writes."""
    to.parent.mkdir(parents=True, exist_ok=True)
    source, target = sqlite3.connect(file), sqlite3.connect(to)
    with source, target:
        source.backup(target)
    source.close()
    target.close()


def _upgrade(connection: Connection, location: Path, to: str) -> None:
    # Slow to import, and most starts have nothing to migrate.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(location))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, to)
