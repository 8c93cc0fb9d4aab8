"""Keys of plans, sealed lines and addresses that lay in the data, carried into the keystore."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, text, update

import holdfast.app.sealed  # noqa: F401 - fills the register of such keys
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import NOT_CARRIED
from holdfast.kit.apart import IN_KEYSTORE
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System
from holdfast.sealing.apart import NO_DAY, KeysApart, nobodys_seat
from holdfast.sealing.keystore import KeptKey, Keystore
from holdfast.sealing.places import day_of, scope_of
from holdfast.sealing.register import APART, WrappedKeys
from holdfast.sealing.seam import Keyring
from holdfast.wellbeing.actions.parting import part_plan
from holdfast.wellbeing.queries.plans import plans_to_part

log = structlog.get_logger()


async def carry_apart(workshop: Workshop, store: Keystore, root: RootKey, backups: Path) -> int:
    """On disk in the keystore first, then gone from the data, and from copies of before; how many.

    Cut off at any point, it goes on at the next start. A key that does not open stays where it is.
    """
    carried = list[str]()
    for name, entry in APART.items():
        rows = await _rows(workshop, entry)
        if rows:
            await _keep(workshop, store, root, entry, rows)
            await _empty(workshop, entry, rows)
            carried += [name] * len(rows)
    if carried:
        await _forget(workshop, set(carried))
        forget_in_copies(backups, APART)
    await part_plans(workshop, store, root)
    return len(carried)


async def part_plans(workshop: Workshop, store: Keystore, root: RootKey) -> int:
    """Each line of a plan gets a key of its own, where lines shared one; how many plans.

    The shared key goes without a tombstone: nobody erased anything, and a backup of before brings
    it back with its plan, which is parted once more then.
    """
    async with workshop.reading() as work:
        members = await plans_to_part(work)
    if members:
        _make_keys_in(store, root)
    for member_id in members:
        async with workshop.work() as work:
            gone = await part_plan(work, System(), root=root, member_id=member_id)
        await store.drop(gone)
    if members:
        await _forget(workshop, ("plan_lines", "plan_undos"))
    return len(members)


def _make_keys_in(store: Keystore, root: RootKey) -> None:
    """Whoever asks the root key for a new key of one person gets one that lies in the keystore."""
    root.apart = KeysApart(Keyring(root, store))


async def _rows(workshop: Workshop, entry: WrappedKeys) -> list[Any]:
    async with workshop.reading() as work:
        there = entry.table.__table__.c["wrapped_before"] != IN_KEYSTORE
        return list(await work.db.execute(select(entry.table.__table__).where(there)))


async def _keep(
    workshop: Workshop, store: Keystore, root: RootKey, entry: WrappedKeys, rows: list[Any]
) -> None:
    ids = [getattr(row, entry.id) for row in rows]
    there = {kept.id for kept in await store.named(ids)}
    today = day_of(workshop.clock.now())
    for row in list(rows):
        key, seat = getattr(row, entry.id), nobodys_seat()
        if key in there:
            continue
        try:
            secret = root.unwrap_secret(row.wrapped_before, key + entry.scope(row))
        except WrongKey:
            log.error("keys.broken")
            rows.remove(row)
            continue
        wrapped = root.wrap(secret, key + scope_of(seat, NO_DAY))
        new = KeptKey(key, seat, NO_DAY, 0, wrapped, today)
        if await store.keep([new]) != [new]:
            raise Unfit(NOT_CARRIED)


async def _empty(workshop: Workshop, entry: WrappedKeys, rows: list[Any]) -> None:
    columns = entry.table.__table__.c
    async with workshop.work() as work:
        for row in rows:
            its = columns[entry.id] == getattr(row, entry.id)
            await work.db.execute(update(entry.table).where(its).values(wrapped_before=IN_KEYSTORE))


async def _forget(workshop: Workshop, tables: Iterable[str]) -> None:
    """No byte of them stays in the files of the database."""
    database = workshop.database
    await database.forget_deleted()
    if database.is_sqlite:
        return
    async with database.writer.connect() as plain:
        connection = await plain.execution_options(isolation_level="AUTOCOMMIT")
        for table in tables:
            await connection.execute(text(f"VACUUM FULL {table}"))


def forget_in_copies(folder: Path, tables: Iterable[str]) -> None:
    """The copies that were made before migrations keep what is sealed, and not its keys."""
    for file in folder.glob("holdfast-*.db"):
        with closing(sqlite3.connect(file, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete=ON")
            for table in tables:
                columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
                for column in columns & {"wrapped", "wrapped_before"}:
                    db.execute(f"UPDATE {table} SET {column} = x''")  # noqa: S608 - our own names
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
