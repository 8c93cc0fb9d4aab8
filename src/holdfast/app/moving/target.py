"""Where a place moves to: a database of PostgreSQL that knows how far the move has come.

What it knows lies beside the place, in a schema of its own, and is written together with the rows
it speaks of: whenever the move is cut off, the next one goes on from exactly there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.exc import ArgumentError

from holdfast.app.arriving import DONE
from holdfast.app.moving.alike import Moved, Row, Sum
from holdfast.app.schema import Unfit, prepare_schema
from holdfast.kit.database import Database, open_database, weaknesses
from holdfast.kit.primary import connect, told

NOTED = (
    "CREATE SCHEMA moving",
    "CREATE TABLE moving.place (whose text NOT NULL, stamp text NOT NULL, stage text NOT NULL)",
    "CREATE TABLE moving.progress (name text PRIMARY KEY, after bigint NOT NULL)",
)
BEGUN, COPYING = "begun", "copying"
ONE_AT_A_TIME = 0x48464D56
AT_ONCE = 5_000  # rows read back at a time
OTHERS = (
    "SELECT count(*) FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'moving')"
)
ANOTHER = (
    "The database at {where} holds something already. A place moves only into an empty database; "
    "nothing was changed."
)
WEAK = "This database may forget what it said it kept: {what}. Nothing was changed."
AT_IT = "Another move to this database is under way. Nothing was changed."


class Target:
    """The database, and how far the move into it has come."""

    def __init__(self, database: Database, connection: asyncpg.Connection) -> None:
        self._database = database
        self._db = connection

    # ------------------------------------------------------------ whose it is

    async def stage(self, whose: str) -> str:
        """How far the move has come. Raises `Unfit` where the database holds something else."""
        where = self._database.url.render_as_string(hide_password=True)
        if not await self._db.fetchval("SELECT pg_try_advisory_lock($1)", ONE_AT_A_TIME):
            raise Unfit(AT_IT)
        found = None
        if await self._db.fetchval("SELECT to_regclass('moving.place') IS NOT NULL"):
            found = await self._db.fetchrow("SELECT whose, stage FROM moving.place")
        elif not await self._db.fetchval(OTHERS):
            return ""
        if found is None or found["whose"] != whose:
            raise Unfit(ANOTHER.format(where=where))
        stage: str = found["stage"]
        return stage

    async def is_of(self, stamp: str) -> bool:
        """Whether what was moved so far is of the source as it is now."""
        kept: str = await self._db.fetchval("SELECT stamp FROM moving.place")
        return kept == stamp

    async def begin(self, whose: str) -> None:
        """Take the empty database for this place. Raises `Unfit` where it is not to be trusted."""
        if weak := await weaknesses(self._database):
            raise Unfit(WEAK.format(what=", ".join(weak)))
        async with self._db.transaction():
            for statement in NOTED:
                await self._db.execute(statement)
            await self._db.execute("INSERT INTO moving.place VALUES ($1, '', $2)", whose, BEGUN)

    async def begin_copying(self, tables: list[Moved], stamp: str) -> None:
        """Make every table, and make it empty: what a migration wrote is in the source, too."""
        await prepare_schema(self._database, Path())  # nothing is to be backed up here
        names = ", ".join(quoted(table.name) for table in tables)
        async with self._db.transaction():
            await self._guards(tables, on=False)
            await self._db.execute(f"TRUNCATE {names}")
            await self._db.execute("TRUNCATE moving.progress")
            await self._db.execute("UPDATE moving.place SET stamp = $1, stage = $2", stamp, COPYING)

    async def _guards(self, tables: list[Moved], *, on: bool) -> None:
        """Triggers that keep the record from being changed, which would keep it from arriving."""
        turn = "ENABLE" if on else "DISABLE"
        for table in tables:
            await self._db.execute(f"ALTER TABLE {quoted(table.name)} {turn} TRIGGER USER")

    # ------------------------------------------------------------ the rows

    async def progress(self) -> dict[str, int]:
        """For every table of which some was moved: the source's row after which to go on."""
        return dict(await self._db.fetch("SELECT name, after FROM moving.progress"))

    async def take(self, table: Moved, rows: list[Row], after: int) -> None:
        """Keep these rows, and that they are here."""
        async with self._db.transaction():
            await self._db.copy_records_to_table(
                table.name, records=rows, columns=list(table.columns)
            )
            await self._db.execute(
                "INSERT INTO moving.progress VALUES ($1, $2)"
                " ON CONFLICT (name) DO UPDATE SET after = excluded.after",
                table.name,
                after,
            )

    async def go_on_from(self, table: Moved, number: int) -> None:
        """The next row of this table gets the number after this one."""
        named = await self._db.fetchval(
            "SELECT pg_get_serial_sequence($1, $2)", quoted(table.name), table.numbered
        )
        if named is not None and number > 0:
            await self._db.execute("SELECT setval($1::text::regclass, $2)", named, number)

    async def sum(self, table: Moved) -> Sum:
        """What the table comes to, in the form the source has for it."""
        names, found = ", ".join(quoted(name) for name in table.columns), Sum()
        async with self._db.transaction():
            reading = await self._db.cursor(f"SELECT {names} FROM {quoted(table.name)}")  # noqa: S608
            while rows := await reading.fetch(AT_ONCE):
                found = found.with_rows(table.changed(map(tuple, rows), table.as_on_sqlite))
        return found

    # ------------------------------------------------------------ the end

    async def arrive(self, tables: list[Moved]) -> None:
        """All of it is here: from now on a house may open on it."""
        async with self._db.transaction():
            await self._guards(tables, on=True)
            await self._db.execute("UPDATE moving.place SET stage = $1", DONE)

    async def begin_anew_next_time(self) -> None:
        """What is here is not what it should be: the next move makes it all empty first."""
        await self._db.execute("UPDATE moving.place SET stage = $1", BEGUN)


def quoted(name: str) -> str:
    return f'"{name}"'


@asynccontextmanager
async def target_at(url: str) -> AsyncIterator[Target]:
    """The database at this address. Raises `Unfit` where there is none."""
    try:
        database = open_database(url)
        if database.is_sqlite:
            raise ValueError
    except (ValueError, ArgumentError):
        raise Unfit("A place moves to PostgreSQL: --to postgresql://…") from None
    try:
        connection = await connect(database.url)
    except OSError as no:
        raise Unfit(told(database.url, no)) from None
    try:
        yield Target(database, connection)
    finally:
        connection.terminate()
        await database.close()
