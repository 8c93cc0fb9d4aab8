"""Opening what the doctor looks at, without changing anything: no folder is made, no table."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from msgspec.structs import replace
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.doctor.findings import Finding, Look
from holdfast.app.doctor.machine import Machine
from holdfast.app.doctor.round import examined
from holdfast.app.schema import revision_of, revisions, scripts
from holdfast.kit.clock import Clock
from holdfast.kit.database import Database, open_database
from holdfast.kit.work import Workshop
from holdfast.settings import Settings

NO_ANSWER = (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError)


async def looked_at(
    settings: Settings,
    clock: Clock,
    machine: Machine,
    *,
    proxy_logs: tuple[Path, ...] = (),
    proxy_configs: tuple[Path, ...] = (),
) -> list[Finding]:
    """What the doctor finds in this installation, whatever state it is in."""
    bare = Look(settings, machine, clock.now(), proxy_logs=proxy_logs, proxy_configs=proxy_configs)
    if not settings.database_url and not settings.database_file.exists():
        return await examined(bare)
    workshop = Workshop(open_database(settings.database), clock)
    try:
        shape = await _shape_of(workshop.database)
        if shape is None:
            return await examined(bare)
        if shape != revisions(scripts())[-1]:
            return await examined(replace(bare, workshop=workshop))
        async with workshop.reading() as work:
            return await examined(replace(bare, workshop=workshop, work=work))
    finally:
        await workshop.close()


async def _shape_of(database: Database) -> str | None:
    """The shape of the data; none where they do not answer or are no data of ours."""
    try:
        async with database.reader.connect() as connection:
            return await connection.run_sync(revision_of)
    except NO_ANSWER:
        return None
