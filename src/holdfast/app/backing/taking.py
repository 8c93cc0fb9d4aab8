"""`holdfast backup`: one file of the data and one of the keys, while people talk.

The data are of one moment. The keystore is read twice around it, before and after: what people
erase meanwhile takes old keys away and brings new ones for the words beside it, and the copied
words need those of the moment. Only then the data are copied, however long that takes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import asyncpg
import pyrage
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import text

from holdfast import __version__
from holdfast.app.arriving import refuse_unfinished
from holdfast.app.backing import folder, keys, on_postgresql, on_sqlite
from holdfast.app.backing.archive import PURPOSE, Archive, Head, Tell
from holdfast.app.backing.noted import BACKED_UP, note
from holdfast.app.backing.pairs import public_keys
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.roots import root_for
from holdfast.app.backing.sealed import SealedWriter
from holdfast.app.backing.stores import secrets_of, weather, workshop_of
from holdfast.app.preparing import reach
from holdfast.app.schema import revision_of
from holdfast.app.unlocking import KNOWN, keystore_at
from holdfast.kit.clock import Clock
from holdfast.kit.facts import EPOCH, fact
from holdfast.kit.primary import connect
from holdfast.kit.tables import to_millis
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Workshop
from holdfast.settings import Settings

FIRST_SHAPE = "0016"  # from which on no key lies among the data
OLD_KEYS = text("SELECT count(*) FROM data_keys")
DRAFT = "backing.db"
Moment = Callable[[Archive, Tell], Awaitable[None]]  # adds the data as they were then


class Where(Struct, frozen=True):
    """The folders: of the data's backups, and of the keys'."""

    data: Path
    keys: Path


class Taken(Struct, frozen=True):
    """What was made, and what was thrown away because it became too old."""

    data: Path
    keys: Path
    rows: int
    count: int  # keys
    size: int  # bytes, of both files
    seconds: float
    thrown_away: tuple[Path, ...] = ()


class Sealing(Struct, frozen=True):
    """To whom backups are sealed, and by what their place knows them again."""

    to: list[pyrage.x25519.Recipient]
    seal: bytes
    clock: Clock

    @contextmanager
    def archive(self, file: Path, head: Head) -> Iterator[Archive]:
        """A backup while it is written; under its name only when all of it is on disk."""
        with SealedWriter(file, self.to) as out:
            archive = Archive(out, head)
            yield archive
            archive.close(to_millis(self.clock.now()), self.seal)


async def back_up(settings: Settings, where: Where, clock: Clock, tell: Tell) -> Taken:
    """Make a backup of this place. Raises `Unfit` in words that help."""
    public_keys(settings)
    if not settings.database_url and not settings.database_file.exists():
        raise Refused("no_place", data=settings.data)
    folder.made_ready(where.data)
    folder.made_ready(where.keys)
    with folder.one_at_a_time(settings.data):
        async with weather(), workshop_of(settings, clock) as workshop:
            head = await _head(workshop)
            taken = await _take_both(settings, workshop, head, where, tell)
        away = _throw_old_away(settings, where, clock.now(), folder.mark_of(head.whose))
        return replace(taken, thrown_away=away)


async def _take_both(
    settings: Settings, workshop: Workshop, head: Head, where: Where, tell: Tell
) -> Taken:
    clock, mark = workshop.clock, folder.mark_of(head.whose)
    began, now = clock.ticks(), clock.now()
    data = where.data / folder.name_of(folder.DATA, now, mark)
    held = where.keys / folder.name_of(folder.KEYS, now, mark)
    async with keystore_at(settings) as keystore:
        secrets = await secrets_of(keystore)
        root = root_for(settings, None, (), secrets)
        sealing = Sealing(public_keys(settings), root.key.derive(PURPOSE), clock)
        of_keys = replace(head, id=random_handle(), what=folder.KEYS)
        with (
            sealing.archive(held, of_keys) as kept,
            keys.Taking(kept, tell, settings.data) as reading,
        ):
            reading.begin(secrets)
            await reading.read(keystore)
            async with _moment(settings, workshop) as moment:
                await reading.read_again(keystore)
                reading.end()
                with sealing.archive(data, head) as archive:
                    await _take_data(moment, archive, tell)
    size, seconds = data.stat().st_size + held.stat().st_size, round(clock.ticks() - began, 1)
    told = {"at": to_millis(now), "data": data.name, "keys": held.name, "size": size}
    async with workshop.work() as work:
        await note(work, BACKED_UP, **told, seconds=seconds)
    return Taken(data, held, archive.rows, kept.rows - len(secrets), size, seconds)


def _now(clock: Clock) -> int:
    return to_millis(clock.now())


async def _head(workshop: Workshop) -> Head:
    """What is backed up. Raises `Unfit` where that cannot be."""
    database = workshop.database
    await reach(database)
    await refuse_unfinished(database)
    async with database.reader.connect() as connection:
        shape = await connection.run_sync(revision_of) or ""
        if shape < FIRST_SHAPE or (await connection.execute(OLD_KEYS)).scalar():
            raise Refused("too_old_to_back_up", shape=shape)
    async with workshop.reading() as work:
        epoch, whose = await fact(work, EPOCH), await fact(work, KNOWN)
    if epoch is None or whose is None:
        raise Refused("no_place", data=database.url.render_as_string(hide_password=True))
    kind = "sqlite" if database.is_sqlite else "postgresql"
    about = {"what": folder.DATA, "kind": kind, "version": __version__, "migration": shape}
    since = _now(workshop.clock)
    return Head(random_handle(), **about, epoch=epoch.decode(), whose=whose.hex(), taken_at=since)


@asynccontextmanager
async def _moment(settings: Settings, workshop: Workshop) -> AsyncIterator[Moment]:
    """The data as they are now, whatever is said or erased until they are copied."""
    database = workshop.database
    if database.is_sqlite:
        with closing(on_sqlite.moment(database.file)) as here:

            async def take(archive: Archive, tell: Tell) -> None:
                on_sqlite.take(here, settings.data / DRAFT, archive, tell)

            yield take
        return
    db: asyncpg.Connection = await connect(database.url, server_settings=on_postgresql.PATIENT)
    try:
        async with db.transaction(isolation="repeatable_read", readonly=True):
            await db.execute(on_postgresql.NOW)
            yield partial(on_postgresql.take, db)
    finally:
        db.terminate()


async def _take_data(moment: Moment, archive: Archive, tell: Tell) -> None:
    await moment(archive, tell)


def _throw_old_away(settings: Settings, where: Where, now: datetime, mark: str) -> tuple[Path, ...]:
    """Only now, when there are new ones: what is older than it may become."""
    return (
        *folder.throw_away(where.data, folder.DATA, now, mark),
        *folder.throw_away(where.keys, folder.KEYS, now, mark),
        *folder.throw_copies_away(settings.data / "backups", now),
    )
