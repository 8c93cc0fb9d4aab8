"""Restoring into PostgreSQL: a schema beside the place says that it is not all there yet.

All rows come in one transaction, with the word that they are there: cut off, it never began.
"""

from __future__ import annotations

import asyncpg
from sqlalchemy.exc import ArgumentError

from holdfast.app.backing import on_postgresql
from holdfast.app.backing.archive import Backup
from holdfast.app.backing.refusals import Refused
from holdfast.app.schema import Unfit, migrate, scripts
from holdfast.kit.database import Database, open_database, weaknesses
from holdfast.kit.primary import connect, told
from holdfast.settings import Settings

NOTED = (
    "CREATE SCHEMA restoring",
    "CREATE TABLE restoring.place (of text NOT NULL, loaded boolean NOT NULL)",
)
MARKED = "SELECT to_regclass('restoring.place') IS NOT NULL"
OTHERS = (
    "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
)
ONE_AT_A_TIME = 0x48464252
WEAK = "This database may forget what it said it kept: {what}. Nothing was changed."


class IntoDatabase:
    """The database that a place is restored into."""

    def __init__(self, settings: Settings) -> None:
        try:
            self._database: Database = open_database(settings.database)
        except (ValueError, ArgumentError):
            raise Unfit("A place is restored into PostgreSQL: --to postgresql://…") from None
        self._db: asyncpg.Connection | None = None
        self.is_begun = False

    @property
    def _where(self) -> str:
        return self._database.url.set(drivername="postgresql").render_as_string(hide_password=True)

    async def take(self, of: str) -> bool:
        """Whether this backup was loaded already. Raises `Refused` unless the database is free."""
        try:
            self._db = await connect(self._database.url, server_settings=on_postgresql.PATIENT)
        except OSError as no:
            raise Unfit(told(self._database.url, no)) from None
        if not await self._db.fetchval("SELECT pg_try_advisory_lock($1)", ONE_AT_A_TIME):
            raise Refused("served", where=self._where)
        self.is_begun = await self._db.fetchval(MARKED)
        if not self.is_begun:
            if await self._db.fetchval(OTHERS):
                raise Refused("not_empty", where=self._where)
            if weak := await weaknesses(self._database):
                raise Unfit(WEAK.format(what=", ".join(weak)))
            return False
        begun = await self._db.fetchrow("SELECT of, loaded FROM restoring.place")
        if begun["of"] != of:
            raise Refused("another_restore", where=self._where)
        loaded: bool = begun["loaded"]
        return loaded

    @property
    def _connected(self) -> asyncpg.Connection:
        assert self._db is not None  # noqa: S101 - `take` comes first
        return self._db

    async def begin(self, of: str) -> None:
        """From now on no house opens here until the end."""
        if self.is_begun:
            return
        async with self._connected.transaction():
            for statement in NOTED:
                await self._connected.execute(statement)
            await self._connected.execute("INSERT INTO restoring.place VALUES ($1, false)", of)

    async def load(self, backup: Backup, rows: dict[str, int], of: str) -> None:
        """All data of the backup. Raises `Refused` where they are not what was backed up."""
        if backup.head.kind != "postgresql":
            raise Refused("needs_folder")
        db = self._connected
        await migrate(self._database, scripts(), backup.head.migration)
        async with db.transaction():
            await on_postgresql.empty(db)
            for name, about, data in backup.sections():
                if await on_postgresql.put_down(db, name, about["columns"], data) != rows[name]:
                    raise Refused("not_the_same", what=name)
            for section in backup.manifest.sections:
                numbers = section.about.get("numbers", {})
                await on_postgresql.go_on_from(db, section.name, numbers)
            await on_postgresql.guards(db, await on_postgresql.shapes(db), on=True)
            await db.execute("UPDATE restoring.place SET loaded = true WHERE of = $1", of)
        await db.execute("ANALYZE")

    async def arrived(self) -> None:
        """All of it is here: a house may open."""
        await self._connected.execute("DROP SCHEMA restoring CASCADE")

    async def close(self) -> None:
        if self._db is not None:
            self._db.terminate()
        await self._database.close()
