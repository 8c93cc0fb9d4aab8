"""The two halves of a place, opened for a backup or a restore: its data, and its keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.backing.refusals import Refused
from holdfast.kit.clock import Clock
from holdfast.kit.database import open_database
from holdfast.kit.errors import NotKept
from holdfast.kit.work import Workshop
from holdfast.settings import Settings

AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)


@asynccontextmanager
async def workshop_of(settings: Settings, clock: Clock) -> AsyncIterator[Workshop]:
    """The data, as they are: nothing is migrated."""
    workshop = Workshop(open_database(settings.database), clock)
    try:
        yield workshop
    except NotKept as no:
        raise Refused("database_away", error=type(no.__cause__ or no).__name__) from no
    except AWAY as no:
        raise Refused("database_away", error=type(no).__name__) from no
    finally:
        await workshop.close()
