"""A database that may forget what it said it kept is noticed before anyone relies on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from holdfast.app.opening import open_house
from holdfast.app.schema import Unfit
from holdfast.kit.clock import WallClock
from holdfast.kit.database import async_url, open_database, weaknesses
from holdfast.settings import Settings
from town import on_postgresql, on_sqlite


async def test_a_database_as_we_open_it_has_no_weakness(settings: Settings) -> None:
    database = open_database(settings.database)
    assert await weaknesses(database) == []
    await database.close()


@on_sqlite
@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE"])
async def test_sqlite_that_does_not_wait_for_the_disk_is_noticed(
    settings: Settings, pragma: str
) -> None:
    database = open_database(settings.database)
    async with database.writer.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        assert raw is not None
        await connection.rollback()
        await raw.execute(f"PRAGMA {pragma}")
    assert len(await weaknesses(database)) == 1
    await database.close()


@on_postgresql
@pytest.mark.parametrize("level", ["off", "local"])
async def test_postgresql_that_does_not_wait_for_the_disk_is_noticed_and_not_started_on(
    settings: Settings, level: str
) -> None:
    database = open_database(settings.database)
    async with database.writer.begin() as connection:
        name = (await connection.execute(text("SELECT current_database()"))).scalar()
        await connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = {level}"))
    await database.close()
    with pytest.raises(Unfit, match=f"synchronous_commit is {level}"):
        await _open(settings)


async def _open(settings: Settings) -> None:
    async with open_house(settings, WallClock()):
        pass


@on_sqlite
async def test_every_connection_to_sqlite_waits_for_the_disk(settings: Settings) -> None:
    database = open_database(settings.database)
    for engine in (database.writer, database.reader):
        async with engine.connect() as connection:
            for ask, wanted in (("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1)):
                assert (await connection.execute(text(f"PRAGMA {ask}"))).scalar() == wanted
    await database.close()


def test_addresses_get_the_drivers_we_use() -> None:
    assert async_url("sqlite:///data/holdfast.db").drivername == "sqlite+aiosqlite"
    assert async_url("postgresql://localhost/x").drivername == "postgresql+asyncpg"


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql"):
        async_url("mysql://localhost/x")


async def test_the_sqlite_file_is_known_by_its_path(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    assert database.file == tmp_path / "a.db"
    assert database.is_sqlite
    await database.close()


@on_postgresql
async def test_of_several_hosts_the_one_that_answers_is_used(settings: Settings) -> None:
    who, at, where = settings.database.rpartition("@")
    mark = "" if at else "postgresql://"
    database = open_database(f"{who}{at}{mark}127.0.0.1:1,{where.removeprefix('postgresql://')}")
    async with database.writer.connect() as connection:
        assert await connection.scalar(text("SELECT 1")) == 1
    assert await weaknesses(database) == []
    await database.close()
