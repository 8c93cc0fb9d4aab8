"""`holdfast backup`: one file of the data, then one of the keys, while people talk.

The data are read in one snapshot, and the keystore after it: so every key that a copied word needs
is there, and a key that was destroyed in between is missing, as it should be.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import asyncpg
import pyrage
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


@dataclass(frozen=True)
class Where:
    """The folders: of the data's backups, and of the keys'."""

    data: Path
    keys: Path


@dataclass(frozen=True)
class Taken:
    """What was made, and what was thrown away because it became too old."""

    data: Path
    keys: Path
    rows: int
    count: int  # keys
    size: int  # bytes, of both files
    seconds: float
    thrown_away: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Sealing:
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
    to = public_keys(settings)
    if not settings.database_url and not settings.database_file.exists():
        raise Refused("no_place", data=settings.data)
    folder.made_ready(where.data)
    folder.made_ready(where.keys)
    with folder.one_at_a_time(settings.data):
        async with weather(), workshop_of(settings, clock) as workshop:
            taken = await _take_both(settings, workshop, to, where, tell)
        return replace(taken, thrown_away=_throw_old_away(settings, where, clock))


async def _take_both(
    settings: Settings,
    workshop: Workshop,
    to: list[pyrage.x25519.Recipient],
    where: Where,
    tell: Tell,
) -> Taken:
    clock, head = workshop.clock, await _head(workshop)
    began, now = clock.ticks(), clock.now()
    data = where.data / folder.name_of(folder.DATA, now)
    held = where.keys / folder.name_of(folder.KEYS, now)
    async with keystore_at(settings) as keystore:
        secrets = await secrets_of(keystore)
        root = root_for(settings, None, (), secrets)
        sealing = Sealing(to, root.key.derive(PURPOSE), clock)
        with sealing.archive(data, head) as archive:
            await _take_data(settings, workshop, archive, tell)
        rows = archive.rows
        head = replace(head, id=random_handle(), what=folder.KEYS, taken_at=_now(clock))
        with sealing.archive(held, head) as archive:
            await keys.take(keystore, secrets, archive, tell)
    size, seconds = data.stat().st_size + held.stat().st_size, round(clock.ticks() - began, 1)
    told = {"at": to_millis(now), "data": data.name, "keys": held.name, "size": size}
    async with workshop.work() as work:
        await note(work, BACKED_UP, **told, seconds=seconds)
    return Taken(data, held, rows, archive.rows - len(secrets), size, seconds)


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


async def _take_data(settings: Settings, workshop: Workshop, archive: Archive, tell: Tell) -> None:
    database = workshop.database
    if database.is_sqlite:
        on_sqlite.take(database.file, settings.data / DRAFT, archive, tell)
        return
    db: asyncpg.Connection = await connect(database.url, server_settings=on_postgresql.PATIENT)
    try:
        async with db.transaction(isolation="repeatable_read", readonly=True):
            await on_postgresql.take(db, archive, tell)
    finally:
        db.terminate()


def _throw_old_away(settings: Settings, where: Where, clock: Clock) -> tuple[Path, ...]:
    """Only now, when there are new ones: what is older than it may become."""
    now = clock.now()
    return (
        *folder.throw_away(where.data, folder.DATA, now),
        *folder.throw_away(where.keys, folder.KEYS, now),
        *folder.throw_copies_away(settings.data / "backups", now),
    )
