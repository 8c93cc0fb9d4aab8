"""`holdfast drill restore`: a restore of the newest backup, into a folder that is thrown away."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrage
from sqlalchemy import func, select

from holdfast.app.backing.archive import Tell
from holdfast.app.backing.folder import DATA, KEYS, newest_in
from holdfast.app.backing.ledgers import copy_ledger
from holdfast.app.backing.noted import DRILLED, note
from holdfast.app.backing.restoring import Asked, Restored, restore
from holdfast.app.backing.roots import root_for
from holdfast.app.backing.stores import secrets_of, weather, workshop_of
from holdfast.app.backing.taking import Where
from holdfast.app.unlocking import keystore_at
from holdfast.kit.cipher import WrongKey
from holdfast.kit.clock import Clock
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import System
from holdfast.sealing.register import REGISTER, SealedWords
from holdfast.sealing.seam import Keyring, Sealed
from holdfast.settings import Settings

ALONE: dict[str, Any] = {
    "database_url": "", "keystore_url": "", "redis_url": "", "replicas": "", "root_key": None,
}  # fmt: skip
THROWN_AWAY = "drill-"  # how the folders begin that drills restore into
SAMPLE = 100  # newest rows of each kind of words that are opened


@dataclass(frozen=True)
class Asking:
    """What opens the backups. `root_key`: the copy that is kept elsewhere, where one is tried."""

    identities: Sequence[pyrage.x25519.Identity]
    root_key: Path | None = None


@dataclass(frozen=True)
class Drilled:
    """How it went: how long a restore takes, and how old what it restores would be."""

    seconds: float
    age: float  # of the backup, in seconds
    said_since: int  # messages that are not in it
    opened: int
    tried: int
    restored: Restored


async def drill_restore(
    settings: Settings, where: Where, asked: Asking, clock: Clock, tell: Tell
) -> Drilled:
    """Restore the newest backup and open some of its words. Raises `Unfit` in words that help."""
    began = clock.ticks()
    data, keys = newest_in(where.data, DATA), newest_in(where.keys, KEYS)
    with _folder(settings.data) as folder:
        apart = settings.model_copy(update=ALONE | {"data": folder, "keys": folder / "keys"})
        given = asked.root_key or settings.root_key_file
        await copy_ledger(settings, apart)
        done = await restore(apart, Asked(data, keys, asked.identities, given), clock, tell)
        opened, tried = await _opened(apart, clock)
    seconds, now = clock.ticks() - began, clock.now()
    age = (now - done.taken_at).total_seconds()
    async with weather(), workshop_of(settings, clock) as workshop:
        async with workshop.reading() as work:
            since = await _said_since(work, done.taken_at)
        async with workshop.work() as work:
            told = {
                "opened": opened,
                "tried": tried,
                "root_key": "copy" if asked.root_key else "own",
            }
            times = {"seconds": round(seconds, 1), "age": round(age, 1)}
            await note(work, DRILLED, at=to_millis(now), **times, **told)
    return Drilled(seconds, age, since, opened, tried, done)


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


async def _opened(settings: Settings, clock: Clock) -> tuple[int, int]:
    """How many of the newest words there opened, of how many that were tried."""
    opened = tried = 0
    async with workshop_of(settings, clock) as workshop, keystore_at(settings) as keystore:
        root = root_for(settings, None, (), await secrets_of(keystore))
        keyring = Keyring(root.key, keystore)
        async with workshop.reading() as work:
            for sealed in REGISTER.values():
                for row in await _newest(work, sealed):
                    for good in await _tried(keyring, sealed, row):
                        tried, opened = tried + 1, opened + good
    return opened, tried


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
            except (KeyError, WrongKey):
                found.append(False)
            else:
                found.append(True)
    return found
