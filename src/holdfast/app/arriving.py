"""Whether a place that moves into this database has arrived as a whole (`app.moving`)."""

from __future__ import annotations

from holdfast.app.schema import Unfit
from holdfast.kit.database import Database

DONE = "done"
HALF = (
    "A place is on its way into this database, and has not arrived. Run `holdfast move` again, "
    "from where it came: it goes on."
)


async def refuse_half_moved(database: Database) -> None:
    """Raises `Unfit` while only a part of the place is there."""
    if database.is_sqlite:
        return
    async with database.reader.connect() as connection:
        there = await connection.exec_driver_sql("SELECT to_regclass('moving.place') IS NOT NULL")
        if there.scalar():
            stage = await connection.exec_driver_sql("SELECT stage FROM moving.place")
            if stage.scalar() != DONE:
                raise Unfit(HALF)
