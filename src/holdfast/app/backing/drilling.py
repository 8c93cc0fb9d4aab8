"""`holdfast drill restore`: a restore of the newest backup, into a folder that is thrown away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import func, select

from holdfast.app.backing.archive import Tell
from holdfast.app.backing.folder import DATA, KEYS, mark_of, newest_in
from holdfast.app.backing.ledgers import copy_ledger
from holdfast.app.backing.noted import COPY_TRIED, DRILLED, note
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.restoring import Asked, Restored, restore
from holdfast.app.backing.roots import root_for
from holdfast.app.backing.stores import secrets_of, weather, workshop_of
from holdfast.app.backing.taking import Where
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import KNOWN, keystore_at
from holdfast.kit.cipher import WrongKey
from holdfast.kit.clock import Clock
from holdfast.kit.errors import HoldfastError
from holdfast.kit.facts import ROOT_KEY, fact
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import System
from holdfast.sealing.register import REGISTER, SealedWords
from holdfast.sealing.seam import Keyring, Private, Sealed
from holdfast.settings import Settings

ALONE: dict[str, Any] = {
    "database_url": "", "keystore_url": "", "redis_url": "", "replicas": "", "root_key": None,
}  # fmt: skip
THROWN_AWAY = "drill-"  # how the folders begin that drills restore into
SAMPLE = 100  # newest rows of each kind of words that are opened


class Asking(Struct, frozen=True):
    """What opens the backups. `root_key`: the copy that is kept elsewhere, where one is tried."""

    identities: Sequence[pyrage.x25519.Identity]
    root_key: Path | None = None


class Drilled(Struct, frozen=True):
    """How it went: how long a restore takes, and how old what it restores would be."""

    seconds: float
    age: float  # of the backup, in seconds
    said_since: int  # messages that are not in it
    opened: int
    tried: int
    check: bytes  # of the root key that was used
    restored: Restored


async def drill_restore(
    settings: Settings, where: Where, asked: Asking, clock: Clock, tell: Tell
) -> Drilled:
    """Restore the newest backup and open some of its words. Raises `Unfit` in words that help.

    However it ends, that is noted.
    """
    try:
        done = await _drilled(settings, where, asked, clock, tell)
    except (Unfit, HoldfastError) as no:
        await _note_failed(settings, clock, getattr(no, "code", type(no).__name__))
        raise
    return await _noted(settings, clock, done, is_copy=asked.root_key is not None)


async def _drilled(
    settings: Settings, where: Where, asked: Asking, clock: Clock, tell: Tell
) -> Drilled:
    began = clock.ticks()
    mark = await _mark(settings, clock)
    data, keys = newest_in(where.data, DATA, mark), newest_in(where.keys, KEYS, mark)
    with _folder(settings.data) as folder:
        apart = settings.model_copy(update=ALONE | {"data": folder, "keys": folder / "keys"})
        given = asked.root_key or settings.root_key_file
        await copy_ledger(settings, apart)
        done = await restore(apart, Asked(data, keys, asked.identities, given), clock, tell)
        opened, tried, check = await _opened(apart, clock)
    seconds = clock.ticks() - began
    age = (clock.now() - done.taken_at).total_seconds()
    return Drilled(seconds, age, 0, opened, tried, check, done)


async def _noted(settings: Settings, clock: Clock, done: Drilled, *, is_copy: bool) -> Drilled:
    """Note it; and a copy of the root key that is in force now for itself: that stays true."""
    now = to_millis(clock.now())
    told = {
        "seconds": round(done.seconds, 1),
        "age": round(done.age, 1),
        "opened": done.opened,
        "tried": done.tried,
        "root_key": "copy" if is_copy else "own",
        "check": done.check.hex(),
    }
    async with weather(), workshop_of(settings, clock) as workshop:
        async with workshop.reading() as work:
            since = await _said_since(work, done.restored.taken_at)
        async with workshop.work() as work:
            await note(work, DRILLED, at=now, **told)
            if is_copy and done.opened and done.check == await fact(work, ROOT_KEY):
                await note(work, COPY_TRIED, at=now, check=done.check.hex())
    return replace(done, said_since=since)


async def _note_failed(settings: Settings, clock: Clock, code: str) -> None:
    """What kept it from going well is said anyway, also where it cannot be noted."""
    if not settings.database_url and not settings.database_file.exists():
        return
    with suppress(Unfit, HoldfastError):
        async with weather(), workshop_of(settings, clock) as workshop, workshop.work() as work:
            await note(work, DRILLED, at=to_millis(clock.now()), failed=code)


async def _mark(settings: Settings, clock: Clock) -> str:
    """By which the backups of this place are told from another's."""
    if not settings.database_url and not settings.database_file.exists():
        raise Refused("no_place", data=settings.data)
    async with weather(), workshop_of(settings, clock) as workshop, workshop.reading() as work:
        whose = await fact(work, KNOWN)
    if whose is None:
        raise Refused("no_place", data=settings.data)
    return mark_of(whose.hex())


@contextmanager
def _folder(data: Path) -> Iterator[Path]:
    """A folder that is thrown away, and with it those of drills that were killed."""
    for left in data.glob(f"{THROWN_AWAY}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=THROWN_AWAY, dir=data))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


async def _said_since(work: Work, taken_at: datetime) -> int:
    asked = select(func.count()).select_from(MessageRow).where(MessageRow.written_at > taken_at)
    return int(await work.db.scalar(asked) or 0)


async def _opened(settings: Settings, clock: Clock) -> tuple[int, int, bytes]:
    """How many of the newest words there opened, of how many, and by which root key."""
    opened = tried = 0
    async with workshop_of(settings, clock) as workshop, keystore_at(settings) as keystore:
        root = root_for(settings, None, (), await secrets_of(keystore))
        keyring = Keyring(root.key, keystore)
        async with workshop.reading() as work:
            for sealed in REGISTER.values():
                for row in await _newest(work, sealed):
                    for good in await _tried(keyring, sealed, row):
                        tried, opened = tried + 1, opened + good
    return opened, tried, root.key.check()


async def _newest(work: Work, sealed: SealedWords) -> Sequence[Any]:
    columns = sealed.table.__table__
    asked = select(sealed.table).where(columns.c[sealed.key].is_not(None))
    newest = asked.order_by(*(key.desc() for key in columns.primary_key)).limit(SAMPLE)
    return (await work.db.scalars(newest)).all()


async def _tried(keyring: Keyring, sealed: SealedWords, row: Any) -> list[bool]:
    key, found = sealed.key_of(row), []
    if key is not None and sealed.words_of(row):
        await keyring.in_hand([key])
        for text, data in sealed.words_of(row):
            try:
                keyring.open(Sealed(data, key, sealed.place(row, text)), System())
            except Private:
                found.append(True)  # between two: its key is there, and is theirs alone
            except (KeyError, WrongKey):
                found.append(False)
            else:
                found.append(True)
    return found
