"""The doctor and where the data lie: shape, promises, SQLite's pen, Redis."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from holdfast.app.doctor import Level, looked_at
from holdfast.app.doctor.data import (
    database_keeps_its_word,
    redis_keeps_nothing,
    shape_is_the_newest,
    sqlite_and_its_pen,
)
from holdfast.app.schema import revisions, scripts
from holdfast.kit.database import Database, open_database
from holdfast.kit.house import House
from holdfast.kit.work import Workshop
from holdfast.settings import Settings
from redis_server import RedisServer
from town import StillClock, on_postgresql, on_sqlite
from trust.doctor.conftest import MadeUp, is_green, levels, red


async def test_data_of_the_newest_shape_that_are_kept_are_well(
    house: House, examine: Any, tmp_path: Path
) -> None:
    for check in (shape_is_the_newest, database_keeps_its_word):
        assert is_green(await examine(check, workshop=house.workshop))
        assert levels(await examine(check, data=tmp_path / "none")) == [Level.UNSEEN]


@pytest.mark.full
@on_sqlite
async def test_a_migration_that_waits_is_told_and_not_made(
    house: House, examine: Any, settings: Settings, made_up: MadeUp, clock: StillClock
) -> None:
    newest = revisions(scripts())[-1]
    for shape, said in (("0001", "migration waits"), ("9999", "newer Holdfast")):
        with closing(sqlite3.connect(settings.database_file)) as opened:
            opened.execute("UPDATE alembic_version SET version_num = ?", (shape,))
            opened.commit()
        found = red(await examine(shape_is_the_newest, workshop=house.workshop))
        assert said in found.what
        assert newest in found.what + found.why
        every = await looked_at(settings, clock, made_up.machine())
        assert found in every
        assert {one.level for one in every if one.check == "staff"} == {Level.UNSEEN}


@on_sqlite
async def test_a_database_that_is_none_is_unsafe(
    settings: Settings, made_up: MadeUp, clock: StillClock
) -> None:
    settings.database_file.write_bytes(b"not a database at all" * 400)
    found = await looked_at(settings, clock, made_up.machine())
    assert [one.level for one in found if one.check == "shape"] == [Level.UNSAFE]


@on_postgresql
async def test_a_database_that_may_forget_is_unsafe(
    settings: Settings, examine: Any, clock: StillClock
) -> None:
    forgetful = open_database(f"{settings.database}?options=-csynchronous_commit%3Doff")
    for database, well in ((open_database(settings.database), True), (forgetful, False)):
        async for workshop in opened(database, clock):
            found = await examine(database_keeps_its_word, workshop=workshop)
            assert is_green(found) if well else red(found).level is Level.UNSAFE


async def opened(database: Database, clock: StillClock) -> AsyncIterator[Workshop]:
    workshop = Workshop(database, clock)
    try:
        yield workshop
    finally:
        await workshop.close()


# ---------------------------------------------------------------- SQLite and its pen


@on_sqlite
async def test_an_old_sqlite_is_well_as_long_as_its_pen_can_be_locked(
    house: House, examine: Any, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house.workshop.work() as work:
        await work.db.execute(text("SELECT 1"))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    assert is_green(await examine(sqlite_and_its_pen, data=settings.data))
    monkeypatch.setattr("fcntl.flock", lambda *_: None)  # as on a disk where locks do nothing
    found = red(await examine(sqlite_and_its_pen, data=settings.data))
    assert (found.level, "pen" in found.what) == (Level.UNSAFE, True)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 54, 0))
    assert is_green(await examine(sqlite_and_its_pen, data=settings.data))


async def test_a_sqlite_that_is_far_too_old_is_unsafe(
    examine: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))
    assert red(await examine(sqlite_and_its_pen)).level is Level.UNSAFE
    elsewhere = {"database_url": "postgresql://h@db/holdfast"}
    assert await examine(sqlite_and_its_pen, set=elsewhere) == []


# ---------------------------------------------------------------- Redis


def with_redis(url: str) -> dict[str, str]:
    return {"database_url": "postgresql://h@db/holdfast", "redis_url": url}


async def test_a_redis_that_anybody_may_use_wants_care(
    examine: Any, redis_apart: RedisServer
) -> None:
    found = red(await examine(redis_keeps_nothing, set=with_redis(redis_apart.url)))
    assert (found.level, "password" in found.what) == (Level.CARE, True)
    redis_apart.ask("CONFIG", "SET", "requirepass", "let-me-in")
    asked = redis_apart.url.replace("redis://", "redis://:let-me-in@")
    assert is_green(await examine(redis_keeps_nothing, set=with_redis(asked)))


async def test_a_redis_that_writes_to_disk_wants_care(
    examine: Any, redis_apart: RedisServer
) -> None:
    redis_apart.ask("CONFIG", "SET", "save", "60 1")
    found = await examine(redis_keeps_nothing, set=with_redis(redis_apart.url))
    assert levels(found) == [Level.CARE, Level.CARE]
    assert "save 60 1" in found[1].what
    redis_apart.kill()
    gone = await examine(redis_keeps_nothing, set=with_redis(redis_apart.url))
    assert levels(gone) == [Level.CARE, Level.UNSEEN]
    assert await examine(redis_keeps_nothing) == []
