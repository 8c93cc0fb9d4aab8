"""Moving a place from its SQLite file into PostgreSQL, with nothing lost on the way.

The file is only read. Table after table is copied in the order in which they refer to each other,
in batches that are kept together with how far they came, so that a move that was cut off goes on.
In the end both sides are counted and compared, row by row, before a house may open on the new one;
and the file says where its place is now, so that none opens on it beside.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from holdfast.app.arriving import DONE
from holdfast.app.moving.alike import Moved, everything
from holdfast.app.moving.source import Source, come_back, leave
from holdfast.app.moving.target import BEGUN, COPYING, Target, target_at
from holdfast.app.preparing import prepare_folder, root_files
from holdfast.app.schema import Unfit, recognise, revisions, scripts
from holdfast.app.unlocking import keystore_at, know_place
from holdfast.audit.jobs import Verdict, Witness, verified
from holdfast.kit.cipher import RootKey, WrongKey, check_of
from holdfast.kit.clock import WallClock
from holdfast.kit.database import async_url, open_database
from holdfast.kit.pen import Lease, Pen
from holdfast.kit.roots import KmsAway
from holdfast.kit.work import Workshop
from holdfast.settings import Settings

BATCH = 2_000  # rows
FIRST = -(2**63)  # before all rows of a table
NOT_ROWS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, ValueError, OverflowError)
SERVED = "Holdfast is serving this data folder. Stop it first; then it can move."
OLDER = "This data folder has an older shape ({shape}). Run `holdfast migrate` first, then move."
NO_KEY = "The root key of this place is not at {file}. Without it nobody could read it there."
CHANGED_SINCE = (
    "This place was moved there before, and it has gone on since, here or there: {tables} differ. "
    "Nothing was changed."
)
NOT_THE_SAME = (
    "What arrived is not what was sent: {tables} differ. The place here is as it was. "
    "Run it again: it begins anew."
)
NOT_TAKEN = "The database does not take “{table}” ({error}). Run it again: it begins anew."
REFUSES = (asyncpg.InsufficientPrivilegeError, asyncpg.InsufficientResourcesError)
REFUSED = "The database does not let us: {error}. What was moved is kept; run it again after that."
AWAY = "The database went away ({error}). Nothing is lost: run it again, and it goes on."
Tell = Callable[[str, int, int], None]  # what is done, how much of it, of how much


class Moving(Struct, frozen=True):
    """What was moved, and whether the record of what staff did is whole there."""

    tables: int
    rows: int
    copied: int  # of them this time
    record: Verdict


async def move(settings: Settings, to: str, tell: Tell) -> Moving:
    """Move the place in this data folder there. Raises `Unfit` in words that help."""
    try:
        return await _move(settings, to, tell)
    except REFUSES as no:
        raise Unfit(REFUSED.format(error=no)) from no
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as no:
        raise Unfit(AWAY.format(error=type(no).__name__)) from no


async def _move(settings: Settings, to: str, tell: Tell) -> Moving:
    async with _source_of(settings) as source, target_at(to) as target:
        tables = everything()
        root = await _refuse_unfit(source, tables, settings)
        stage = await _stage_of(target, source)
        if stage == BEGUN:
            await target.begin_copying(tables, source.stamp())
        copied = 0 if stage == DONE else await _copy(source, target, tables, tell)
        rows = await _compare(source, target, tables, tell, arrived=stage == DONE)
        _leave(settings, to)  # first: never may both be opened
        if stage != DONE:
            await target.arrive(tables)
        return Moving(len(tables), rows, copied, await _record_at(settings, to, root))


def _leave(settings: Settings, to: str) -> None:
    where = async_url(to).set(drivername="postgresql", username=None, password=None)
    day = WallClock().now().date().isoformat()
    leave(settings.database_file, where.render_as_string(), day)


async def back(settings: Settings) -> bool:
    """The place lives here again, as it was when it moved. Whether it had left."""
    async with _source_of(settings):
        return come_back(settings.database_file)


@asynccontextmanager
async def _source_of(settings: Settings) -> AsyncIterator[Source]:
    """The place here, with nobody else at it until the move ends."""
    recognise(settings.database_file)
    if not settings.database_file.exists():
        raise Unfit(f"There is no Holdfast in {settings.data}.")
    prepare_folder(settings)
    lease, pen = Lease(settings.data / "lease"), Pen(settings.data / "pen")
    try:
        if not lease.take():
            raise Unfit(SERVED)
        async with pen.held():
            source = Source(settings.database_file)
            try:
                yield source
            finally:
                source.close()
    finally:
        pen.close()
        lease.close()


async def _refuse_unfit(source: Source, tables: list[Moved], settings: Settings) -> RootKey:
    """The root key by which the place is known, and which knows the place by its keystore."""
    if source.shape() != revisions(scripts())[-1]:
        raise Unfit(OLDER.format(shape=source.shape()))
    source.refuse_unknown(tables)
    try:
        keys = root_files(settings).all()
    except (WrongKey, KmsAway):
        keys = []
    known = set(source.whose().split(":"))
    root = next((RootKey(key) for key in keys if check_of(key).hex() in known), None)
    if root is None:
        raise Unfit(NO_KEY.format(file=settings.root_key_file))
    async with keystore_at(settings) as store:
        await know_place(settings, root, store, source.keystore())
    return root


async def _stage_of(target: Target, source: Source) -> str:
    """Where to go on: from the beginning also where the source was written to since."""
    stage = await target.stage(source.whose())
    if not stage:
        await target.begin(source.whose())
    if not stage or (stage == COPYING and not await target.is_of(source.stamp())):
        return BEGUN
    return stage


async def _copy(source: Source, target: Target, tables: list[Moved], tell: Tell) -> int:
    """Every row that is not there yet. Says how many those were."""
    total = sum(source.count(table) for table in tables)
    done, copied = await target.progress(), 0
    before = sum([source.count_until(table, done.get(table.name, FIRST)) for table in tables])
    for table in tables:
        after = done.get(table.name, FIRST)
        while True:
            rows, last = source.batch(table, after, BATCH)
            if not rows:
                break
            try:
                await target.take(table, rows, last)
            except NOT_ROWS as no:
                await target.begin_anew_next_time()
                raise Unfit(NOT_TAKEN.format(table=table.name, error=type(no).__name__)) from no
            after, copied = last, copied + len(rows)
            tell("Moving", before + copied, total)
        if table.numbered is not None:
            await target.go_on_from(table, source.last_number(table))
    return copied


async def _compare(
    source: Source, target: Target, tables: list[Moved], tell: Tell, *, arrived: bool
) -> int:
    """How many rows both sides have. Raises `Unfit` where they are not the same."""
    differ, rows = [], 0
    for number, table in enumerate(tables, 1):
        here = source.sum(table)
        if await target.sum(table) != here:
            differ.append(table.name)
        rows += here.rows
        tell("Comparing", number, len(tables))
    if differ and arrived:
        raise Unfit(CHANGED_SINCE.format(tables=", ".join(differ)))
    if differ:
        await target.begin_anew_next_time()
        raise Unfit(NOT_THE_SAME.format(tables=", ".join(differ)))
    return rows


async def _record_at(settings: Settings, to: str, root: RootKey) -> Verdict:
    """Walk the record of what staff did, where it is now; also whether we signed its beginning."""
    workshop = Workshop(open_database(to), WallClock())
    try:
        return await verified(workshop, Witness(settings.data, workshop, root))
    finally:
        await workshop.close()
