"""The two halves of a place, opened for a backup or a restore: its data, and its keys."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.backing.refusals import Refused
from holdfast.app.unlocking import PLACE
from holdfast.kit.clock import Clock
from holdfast.kit.database import open_database
from holdfast.kit.errors import NotKept
from holdfast.kit.work import Workshop
from holdfast.sealing.keystore import Keystore
from holdfast.settings import Settings

NAMES = (PLACE,)  # of what the keystore keeps besides keys
AWAY = (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)
NOT_TAKEN = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.InsufficientResourcesError,
    asyncpg.SyntaxOrAccessError,
)


@asynccontextmanager
async def workshop_of(settings: Settings, clock: Clock) -> AsyncIterator[Workshop]:
    """The data, as they are: nothing is migrated."""
    workshop = Workshop(open_database(settings.database), clock)
    try:
        yield workshop
    finally:
        await workshop.close()


@asynccontextmanager
async def weather() -> AsyncIterator[None]:
    """What may go wrong between us and a disk or a server, told in words: raises `Refused`."""
    try:
        yield
    except NotKept as no:
        raise Refused("keystore_away", error=type(no.__cause__ or no).__name__) from no
    except sqlite3.Error as no:
        raise Refused("not_taken", error=no) from no
    except NOT_TAKEN as no:
        raise Refused("not_taken", error=type(no).__name__) from no
    except OSError as no:
        if no.errno is None or isinstance(no, ConnectionError):
            raise Refused("database_away", error=type(no).__name__) from no
        raise Refused("not_taken", error=no.strerror) from no
    except AWAY as no:
        raise Refused("database_away", error=type(no).__name__) from no


async def secrets_of(keystore: Keystore) -> dict[str, bytes]:
    """What the place keeps besides keys, wrapped like them."""
    found = {name: await keystore.secret(name) for name in NAMES}
    return {name: value for name, value in found.items() if value is not None}
