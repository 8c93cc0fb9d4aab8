"""The keystore of a place: opened, known again, and given the keys of before there was one."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import asyncpg
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.schema import Unfit
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.database import open_database
from holdfast.kit.errors import HoldfastError
from holdfast.kit.facts import fact, set_fact
from holdfast.kit.work import Work, Workshop
from holdfast.sealing.keystore import ROOT, KeptKey, Keystore
from holdfast.sealing.keystore.sqlite import NAME, SqliteKeystore
from holdfast.sealing.tables import DataKeyRow
from holdfast.settings import Settings

PLACE = "place"  # the secret of the place, in the keystore
KNOWN = "keystore"  # the fact by which the data know their keystore again
ASKED = "SELECT 1 FROM facts WHERE name = 'keystore'"  # whether it stands there, before all else
AT_ONCE = 1_000
NOT_OPENED = "Cannot open the keystore in {where}: {why}."
LOST = (
    "The keys of this place lie in its keystore, and {where} is {what}. Put back the keystore that "
    "belongs to this data (from your backup of it){or_else}. Without it nobody can read what was "
    "said. Nothing was changed."
)
ANOTHER_MACHINE = (
    ", or, on another machine of the same place, say with HOLDFAST_KEYSTORE_URL (or HOLDFAST_KEYS) "
    "where the first one has it"
)
TAKEN = (
    "{where} holds the keys of another place. Every place has a keystore of its own: move that one "
    "away, or say with HOLDFAST_KEYS where the keys of this place shall lie. Nothing was changed."
)
LEFT = "keystore.moved.db"  # the name of the file once its keys went to a cluster
MOVED = (
    "The keys of this place moved to a PostgreSQL cluster; {left} is what they were before. Set "
    "HOLDFAST_KEYSTORE_URL wherever Holdfast is started. Nothing was changed."
)
NOT_CARRIED = "The keystore has other keys where those of this place belong. Nothing was changed."


@asynccontextmanager
async def keystore_at(settings: Settings) -> AsyncIterator[Keystore]:
    """The keystore of these settings, while it is open. Raises `Unfit` where it cannot be."""
    store = await open_keystore(settings)
    try:
        yield store
    finally:
        await store.close()


class InDataCluster(Unfit):
    """The keystore and the data share a cluster: its log and its backups would hold both."""

    code = "keystore_in_data_cluster"

    def __init__(self) -> None:
        super().__init__(
            f"HOLDFAST_KEYSTORE_URL leads into the PostgreSQL cluster of the data ({self.code}). "
            "What is erased would come back with that cluster’s log and backups. Give the keys a "
            "cluster of their own: another server, on another port or machine. Nothing was changed."
        )


async def open_keystore(settings: Settings) -> Keystore:
    """The keystore of these settings. Raises `Unfit` where it cannot be opened."""
    if settings.keystore_url:
        return await _open_cluster(settings)
    if not (settings.keys_folder / NAME).exists():
        if (left := settings.keys_folder / LEFT).exists():
            raise Unfit(MOVED.format(left=left))
        if await _is_known_to_data(settings):
            raise Unfit(lost(settings, "not there"))
    try:
        return SqliteKeystore(settings.keys_folder)
    except (OSError, sqlite3.Error) as no:
        raise Unfit(NOT_OPENED.format(where=where_is(settings), why=no)) from None


async def _is_known_to_data(settings: Settings) -> bool:
    """Whether the data have a keystore already: then none is begun where theirs is missing."""
    if not settings.database_url:
        reading = f"{settings.database_file.absolute().as_uri()}?mode=ro"
        with suppress(sqlite3.Error), closing(sqlite3.connect(reading, uri=True)) as db:
            return db.execute(ASKED).fetchone() is not None
        return False
    database = open_database(settings.database)
    try:
        async with database.reader.connect() as connection:
            return (await connection.execute(text(ASKED))).first() is not None
    except (OSError, TimeoutError, SQLAlchemyError, asyncpg.PostgresError):
        return False  # whoever opens the data says what is wrong with them
    finally:
        await database.close()


async def _open_cluster(settings: Settings) -> Keystore:
    """Only here is its client imported: a place on one machine has no need of it."""
    from holdfast.kit.primary import WEATHER, told  # noqa: PLC0415
    from holdfast.sealing.keystore.postgresql import PostgresKeystore  # noqa: PLC0415

    store = PostgresKeystore(settings.keystore_url)
    try:  # looked at before a table is made there: what is refused leaves nothing behind
        if await _is_cluster_of_data(settings):
            raise InDataCluster
        await store.open()
    except (*WEATHER, HoldfastError) as no:
        await store.close()
        raise Unfit(NOT_OPENED.format(where=where_is(settings), why=told(store.url, no))) from None
    except BaseException:
        await store.close()
        raise
    return store


async def _is_cluster_of_data(settings: Settings) -> bool:
    from holdfast.sealing.keystore.postgresql import cluster_of  # noqa: PLC0415 - as above

    data, keys = settings.database_url, settings.keystore_url
    return data.startswith("postgresql:") and await cluster_of(keys) == await cluster_of(data)


def where_is(settings: Settings) -> str:
    """Where the keystore is, for people."""
    return "HOLDFAST_KEYSTORE_URL" if settings.keystore_url else str(settings.keys_folder)


async def unlock(
    settings: Settings, work: Work, root: RootKey, store: Keystore, *, is_new: bool
) -> None:
    """Know the keystore again, or begin one; and give the root key the secret of the place.

    The secret of a new place is made by chance; that of an older one is what its root key made of
    itself until now. Raises `Unfit` in words that help.
    """
    known, kept = await fact(work, KNOWN), await store.secret(PLACE)
    if known is None and kept is None:
        secret = secrets.token_bytes(len(root.place)) if is_new else root.place
        kept = root.wrap(secret, PLACE.encode())
        await store.keep_secret(PLACE, kept)
    if is_new and await store.newest_day() is not None:
        raise Unfit(TAKEN.format(where=where_is(settings)))
    if kept is None:
        raise Unfit(lost(settings, "not there, or empty"))
    try:
        root.place = root.unwrap_secret(kept, PLACE.encode())
    except WrongKey:
        taken = TAKEN.format(where=where_is(settings))
        raise Unfit(lost(settings, "another one") if known else taken) from None
    if await store.secret(ROOT) != root.check():
        await store.keep_secret(ROOT, root.check())
    if known is None:
        await set_fact(work, KNOWN, root.check_of_place())
    elif known != root.check_of_place():
        raise Unfit(lost(settings, "another one"))


async def know_place(
    settings: Settings, root: RootKey, store: Keystore, known: bytes | None
) -> None:
    """Give the root key the secret of a place that somebody has served, and change nothing.

    `known`: by what its data know their keystore. Raises `Unfit` in words that help.
    """
    kept = await store.secret(PLACE)
    if kept is None:
        raise Unfit(lost(settings, "not there, or empty"))
    try:
        root.place = root.unwrap_secret(kept, PLACE.encode())
    except WrongKey:
        raise Unfit(lost(settings, "another one")) from None
    if known != root.check_of_place():
        raise Unfit(lost(settings, "another one"))


def lost(settings: Settings, what: str) -> str:
    """What to say of a keystore that is not the one of these data."""
    or_else = ANOTHER_MACHINE if settings.database_url else ""
    return LOST.format(where=where_is(settings), what=what, or_else=or_else)


async def carry_over(workshop: Workshop, store: Keystore, backups: Path) -> int:
    """The keys that lay in the data until now: on disk in the keystore, then gone from here.

    Says how many. Raises `Unfit` where the keystore has others, and then takes nothing away.
    """
    carried = await _carried(workshop, store)
    if carried:
        emptied = "DELETE FROM" if workshop.database.is_sqlite else "TRUNCATE"
        async with workshop.work() as work:
            await work.db.execute(text(f"{emptied} {DataKeyRow.__tablename__}"))
        await workshop.database.forget_deleted()
        forget_in_copies(backups)
    return carried


async def _carried(workshop: Workshop, store: Keystore) -> int:
    carried, last = 0, b""
    while True:
        async with workshop.reading() as work:
            query = select(DataKeyRow).where(DataKeyRow.id > last).order_by(DataKeyRow.id)
            rows = (await work.db.scalars(query.limit(AT_ONCE))).all()
        if not rows:
            return carried
        keys = [KeptKey(row.id, row.seat_id, row.day, 0, row.wrapped, row.day) for row in rows]
        if [key.id for key in await store.keep(keys)] != [key.id for key in keys]:
            raise Unfit(NOT_CARRIED)
        carried, last = carried + len(rows), rows[-1].id


def forget_in_copies(folder: Path) -> None:
    """The copies that were made before migrations keep the words, and no keys either."""
    for file in folder.glob("holdfast-*.db"):
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete=ON")
            if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'data_keys'").fetchone():
                db.execute("DELETE FROM data_keys")
                db.execute("VACUUM")
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
