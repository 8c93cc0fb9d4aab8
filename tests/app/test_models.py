"""The migrations make what the models say, on either database."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

import holdfast.app.tables  # noqa: F401 - every table there is
from holdfast.kit.house import House
from holdfast.kit.tables import Table


def differences(connection: Connection) -> Any:
    return compare_metadata(MigrationContext.configure(connection), Table.metadata)


async def test_a_migrated_database_holds_what_the_models_say(house: House) -> None:
    async with house.workshop.database.reader.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.full
async def test_a_table_that_no_migration_makes_would_be_seen(house: House) -> None:
    async with house.workshop.database.writer.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE unfolded")
    async with house.workshop.database.reader.connect() as connection:
        assert [what for what, *_ in await connection.run_sync(differences)] == ["add_table"]
