"""`holdfast restore`: a place again, from its data, its keys, and the list of what was erased.

First everything is read and compared, and only then anything is written. Until the end nobody can
open what is there; cut off at any point, the restore goes on when it is run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import pyrage
from msgspec import Struct

from holdfast.app.backing import folder
from holdfast.app.backing.archive import PURPOSE, Backup, Manifest, Tell, checked
from holdfast.app.backing.into_postgresql import IntoDatabase
from holdfast.app.backing.into_sqlite import IntoFolder
from holdfast.app.backing.keys import SECRETS, is_empty, keys_in, put_down, secrets_in
from holdfast.app.backing.ledgers import ledger_brought, take_over
from holdfast.app.backing.refusals import Refused
from holdfast.app.backing.roots import Root, root_for
from holdfast.app.backing.sealed import SealedReader
from holdfast.app.backing.settling import Settled, settle
from holdfast.app.backing.stores import secrets_of, weather
from holdfast.app.preparing import prepare_folder
from holdfast.app.schema import revisions, scripts
from holdfast.app.unlocking import keystore_at, where_is
from holdfast.kit.clock import Clock
from holdfast.kit.tables import from_millis
from holdfast.sealing.keystore import Keystore
from holdfast.sealing.keystore.sqlite import NAME
from holdfast.settings import Settings


class Into(Protocol):
    """Where a place is restored into, with a mark on it until all of it is there."""

    @property
    def is_begun(self) -> bool:
        """Whether a restore began here and did not end."""

    async def take(self, of: str) -> bool:
        """Whether this backup was loaded already. Raises `Refused` unless it is free."""

    async def begin(self, of: str) -> None:
        """From now on no house opens here until the end."""

    async def load(self, backup: Backup, rows: dict[str, int], of: str) -> None:
        """All data of the backup."""

    async def arrived(self) -> None:
        """All of it is here: a house may open."""

    async def close(self) -> None: ...


class Asked(Struct, frozen=True):
    """What is restored, and what the operator says to it."""

    data: Path
    keys: Path | None  # none: the keystore outlived the data
    identities: Sequence[pyrage.x25519.Identity]
    root_key: Path | None = None
    erasures: str = ""  # a file, or `lost`; empty: it is in its place
    accept_loss: int = 0


class Restored(Struct, frozen=True):
    """What was restored, how long it took, and what came of it."""

    taken_at: datetime  # what was said later is not there
    rows: int
    size: int  # bytes, as they were before they were packed
    seconds: float
    settled: Settled


class Whole(Struct, frozen=True):
    """Backups that were read to their end, and found to be what they were."""

    data: Manifest
    keys: Manifest | None
    root: Root

    @property
    def of(self) -> str:
        """What tells this restore from any other."""
        return f"{self.data.head.id}:{self.keys.head.id if self.keys else ''}"


async def restore(settings: Settings, asked: Asked, clock: Clock, tell: Tell) -> Restored:
    """Load these backups into an empty place. Raises `Unfit` in words that help."""
    began = clock.ticks()
    prepare_folder(settings)
    async with weather():
        whole = await _checked(settings, asked, tell)
        erased = await ledger_brought(settings, asked.erasures)
        into: Into = IntoDatabase(settings) if settings.database_url else IntoFolder(settings)
        try:
            await _load(settings, asked, whole, into, tell)
            await take_over(settings, erased)
            settled = await settle(
                settings, whole.root.key, clock, tell,
                taken_at=whole.data.head.taken_at, accept_loss=asked.accept_loss,
            )  # fmt: skip
            await into.arrived()
        finally:
            await into.close()
    data, seconds = whole.data, clock.ticks() - began
    return Restored(from_millis(data.head.taken_at), data.rows, data.size, seconds, settled)


# ---------------------------------------------------------------- nothing is written yet


async def _checked(settings: Settings, asked: Asked, tell: Tell) -> Whole:
    """Both backups, read to their end. Raises `Refused` for anything that is not as it was."""
    data = checked(asked.data, asked.identities, tell)
    if data.head.what != folder.DATA:
        raise Refused("not_data", file=asked.data)
    shapes = revisions(scripts())
    if data.head.migration not in shapes:
        raise Refused("newer", file=asked.data, shape=data.head.migration)
    keys = None if asked.keys is None else checked(asked.keys, asked.identities, tell)
    if keys is not None and keys.head.what != folder.KEYS:
        raise Refused("not_keys", file=asked.keys)
    secrets = await _secrets(settings, asked)
    root = root_for(settings, asked.root_key, asked.identities, secrets)
    for file, manifest in ((asked.keys, keys), (asked.data, data)):
        if manifest is not None and not manifest.is_sealed_by(root.key.derive(PURPOSE)):
            raise Refused("not_genuine", file=file)
    if asked.keys is not None:
        _open_every_key(asked.keys, asked, root)
    return Whole(data, keys, root)


async def _secrets(settings: Settings, asked: Asked) -> dict[str, bytes]:
    """What the place keeps besides keys, wrapped like them."""
    if asked.keys is None:
        if not settings.keystore_url and not (settings.keys_folder / NAME).exists():
            raise Refused("keystore_empty", where=where_is(settings))
        async with keystore_at(settings) as keystore:
            found = await secrets_of(keystore)
        if not found:
            raise Refused("keystore_empty", where=where_is(settings))
        return found
    with SealedReader(asked.keys, asked.identities) as reader:
        for name, _, data in Backup(reader).sections():
            if name == SECRETS:
                return secrets_in(data)
    return {}


def _open_every_key(file: Path, asked: Asked, root: Root) -> None:
    """Raises `Refused` where the root key is not the one that wrapped them."""
    with SealedReader(file, asked.identities) as reader:
        for name, _, data in Backup(reader).sections():
            if name == SECRETS:
                secrets_in(data)
                continue
            for some in keys_in(data):
                for key in some:
                    root.refuse_unless_it_opens(key)


# ---------------------------------------------------------------- from here on it is written


async def _load(settings: Settings, asked: Asked, whole: Whole, into: Into, tell: Tell) -> None:
    """Keys first, then data: what is there when it is cut off, nobody can open."""
    is_loaded = await into.take(whole.of)
    async with keystore_at(settings) as keystore:
        empty = await is_empty(keystore)
        if asked.keys is not None and not into.is_begun and not empty:
            raise Refused("keystore_not_empty", where=where_is(settings))
        if is_loaded:
            return
        await into.begin(whole.of)
        whole.root.keep(settings)
        if asked.keys is not None:
            await _load_keys(keystore, asked.keys, asked, tell)
    rows = {section.name: section.rows for section in whole.data.sections}
    with SealedReader(asked.data, asked.identities, partial(tell, "Loading")) as reader:
        await into.load(Backup(reader), rows, whole.of)


async def _load_keys(keystore: Keystore, file: Path, asked: Asked, tell: Tell) -> None:
    with SealedReader(file, asked.identities, partial(tell, "Keys")) as reader:
        for name, _, data in Backup(reader).sections():
            if name == SECRETS:
                for secret, value in secrets_in(data).items():
                    await keystore.keep_secret(secret, value)
            else:
                for some in keys_in(data):
                    await put_down(keystore, some)
