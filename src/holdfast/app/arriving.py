"""Whether a place is whole here: it may be on its way in (a move, a restore), or have left."""

from __future__ import annotations

import json

from sqlalchemy import text

from holdfast.app.schema import Unfit
from holdfast.kit.database import Database

DONE = "done"
HALF = (
    "A place is on its way into this database, and has not arrived. Run `holdfast move` again, "
    "from where it came: it goes on. (half_moved)"
)
RESTORING = "restoring"  # a file beside the database, or a schema in it, until all of it is there
HALF_RESTORED = (
    "A backup is being restored here, or was and did not come to its end. Run `holdfast restore` "
    "again, as before: it goes on. (half_restored)"
)
LEFT = "moved_away"  # a table in the old database, with one row
MOVED_AWAY = (
    "This place moved to {where} on {when}. Two copies of it must not go on side by side, or words "
    "are lost. Set HOLDFAST_DATABASE_URL to its new database. Only if it shall live here again, "
    "and nobody said anything there: `holdfast move --back`. (moved_away)"
)


async def refuse_unfinished(database: Database) -> None:
    """Raises `Unfit` where only a part of the place is here, or where it has left."""
    if database.is_sqlite:
        if database.file.with_name(RESTORING).exists():
            raise Unfit(HALF_RESTORED)
        await _refuse_left(database)
        return
    async with database.reader.connect() as connection:
        half = await connection.scalar(text("SELECT to_regclass('restoring.place') IS NOT NULL"))
        if half:
            raise Unfit(HALF_RESTORED)
        if await connection.scalar(text("SELECT to_regclass('moving.place') IS NOT NULL")):
            stage = await connection.scalar(text("SELECT stage FROM moving.place"))
            if stage != DONE:
                raise Unfit(HALF)


async def _refuse_left(database: Database) -> None:
    asked = text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = :name")
    async with database.reader.connect() as connection:
        if await connection.scalar(asked, {"name": LEFT}):
            told = json.loads(await connection.scalar(text("SELECT told FROM moved_away")))
            raise Unfit(MOVED_AWAY.format(**told))
