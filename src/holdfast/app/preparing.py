"""Preparing the data before the house opens: folder, shape, root key, epoch, first rooms."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import IntEnum

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.arriving import refuse_unfinished
from holdfast.app.parting import carry_apart
from holdfast.app.schema import Unfit, prepare_schema, recognise
from holdfast.app.unlocking import carry_over, unlock
from holdfast.audit.jobs import Witness
from holdfast.kit.cipher import RootKey, WrongKey, check_of
from holdfast.kit.database import Database, weaknesses
from holdfast.kit.facts import ROOT_KEY, epoch_of, fact, set_fact
from holdfast.kit.primary import told
from holdfast.kit.roots import KmsAway, NotOurs, RootFiles, Transit
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System
from holdfast.rooms.actions import open_first_rooms
from holdfast.sealing.keystore import Keystore
from holdfast.settings import Settings

KEY_LOST = (
    "The data is sealed with a root key, and {file} is {what}. Put back the root.key that "
    "belongs to this data (from your backup of it){or_else}. Without it nobody can read what was "
    "said. Nothing was changed."
)
KEY_SHUT = (
    "The root key in {file} may not be read by this account. Start Holdfast as the one that it "
    "belongs to, or hand it over as a credential, as the units in deploy/systemd do. Nothing was "
    "changed."
)
KMS_AWAY = (
    "The root key is closed by the KMS at {url}, and that does not open it ({why}). Is it "
    "unsealed? Is the token in HOLDFAST_KMS_TOKEN still good? Nothing was changed."
)
ANOTHER_MACHINE = (
    ", or, on another machine of the same place, bring it over from the first one and say with "
    "HOLDFAST_ROOT_KEY where it lies"
)


class Lock(IntEnum):
    """What only one process does at a time, where several serve a place on PostgreSQL."""

    PLACE = 0x48464C44  # the first half of each of them
    PREPARING = 1
    DUTIES = 2
    ALONE = 3


def prepare_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone. Raises `Unfit` where that cannot be."""
    try:
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as no:
        raise Unfit(f"Cannot use {settings.data} as a data folder: {no.strerror}.") from None


async def prepare(
    settings: Settings, workshop: Workshop, store: Keystore
) -> tuple[RootKey, str, str]:
    """Bring the data to the newest shape and find its keys. Raises `Unfit` in words that help."""
    database = workshop.database
    await reach(database)
    await refuse_unfinished(database)
    async with one_at_a_time(database):
        done = await prepare_schema(database, settings.data / "backups")
        if weak := await weaknesses(database):
            raise Unfit(
                f"This database may forget what it said it kept: {', '.join(weak)}. "
                "Holdfast acknowledges a message only when it is on disk, so it does not start."
            )
        root, epoch = await _settle_in(settings, workshop, store)
        await carry_over(workshop, store, settings.data / "backups")
        await carry_apart(workshop, store, root, settings.data / "backups")
    await Witness(settings.data, workshop).catch_up()
    return root, epoch, done


async def _settle_in(
    settings: Settings, workshop: Workshop, store: Keystore
) -> tuple[RootKey, str]:
    """The keys, the epoch and the first rooms: found, or made where there are none yet."""
    async with workshop.work() as work:
        known = await fact(work, ROOT_KEY)
        root = root_key_of(settings, known)
        if known is None:
            await set_fact(work, ROOT_KEY, root.check())
        await unlock(settings, work, root, store, is_new=known is None)
        epoch = await epoch_of(work)
        await open_first_rooms(work, System())
    return root, epoch


def root_key_of(settings: Settings, known: bytes | None) -> RootKey:
    """The root key by which the data are known; a new one for new data. Raises `Unfit`."""
    files = root_files(settings)
    or_else = ANOTHER_MACHINE if settings.database_url else ""
    try:
        keys = files.all()
        if not keys and known is None:
            keys = [files.write(files.file)]
    except NotOurs:
        raise Unfit(KEY_SHUT.format(file=files.file)) from None
    except WrongKey:
        raise Unfit(KEY_LOST.format(file=files.file, what="not a key", or_else=or_else)) from None
    except KmsAway as no:
        raise Unfit(KMS_AWAY.format(url=settings.kms_url, why=no)) from None
    except OSError as no:
        raise Unfit(f"Cannot write a root key to {files.file}: {no.strerror}.") from None
    the_one = [key for key in keys if known is None or check_of(key) == known]
    if not the_one:
        what = "another key" if keys else "missing"
        raise Unfit(KEY_LOST.format(file=files.file, what=what, or_else=or_else))
    root = RootKey(the_one[0])
    root.look_again = files.look_again
    return root


def root_files(settings: Settings) -> RootFiles:
    """Where this place has its root key."""
    kms = None
    if settings.kms_url and settings.kms_token:
        kms = Transit(settings.kms_url, settings.kms_key, settings.kms_token)
    return RootFiles(settings.root_key_file, settings.keys_folder, kms)


@asynccontextmanager
async def one_at_a_time(database: Database) -> AsyncIterator[None]:
    """Processes that start together on PostgreSQL prepare it one after the other.

    So they agree on one root key, and only one of them migrates. SQLite has its lease and its pen.
    """
    if database.is_sqlite:
        yield
        return
    names = {"place": int(Lock.PLACE), "what": int(Lock.PREPARING)}
    async with database.writer.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SELECT pg_advisory_lock(:place, :what)"), names)
        try:
            yield
        finally:
            with suppress(SQLAlchemyError, OSError):  # a lost connection has let go of it
                await connection.execute(text("SELECT pg_advisory_unlock(:place, :what)"), names)


async def reach(database: Database) -> None:
    """Raises `Unfit` where the database does not answer, or its file is none."""
    if database.is_sqlite:
        recognise(database.file)
    try:
        async with asyncio.timeout(10), database.reader.connect():
            return
    except (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError) as no:
        raise Unfit(told(database.url, no)) from None
