"""A new root key for a place: every key wrapped anew, while people talk, and no phrase lost.

What is so far is written down before anything depends on it. Cut off at any point, it goes on when
it is run again; until the end both root keys are there, and whoever serves the place opens keys of
either. Nothing that was sealed is touched: only the keys' wrappings change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from msgspec import Struct, field
from sqlalchemy import select, update

import holdfast.app.sealed  # noqa: F401 - fills the register of what is wrapped
from holdfast.app.preparing import prepare, prepare_folder, root_files
from holdfast.app.schema import Unfit
from holdfast.app.unlocking import PLACE, keystore_at
from holdfast.kit.cipher import RootKey, WrongKey, check_of
from holdfast.kit.clock import WallClock
from holdfast.kit.database import open_database
from holdfast.kit.facts import ROOT_KEY, fact, set_fact
from holdfast.kit.news import News
from holdfast.kit.pen import Lease
from holdfast.kit.roots import KmsAway, RootFiles
from holdfast.kit.work import Work, Workshop
from holdfast.sealing.alone import wrapped_anew
from holdfast.sealing.events import RootKeyTurned
from holdfast.sealing.keystore import ROOT, KeptKey, Keystore
from holdfast.sealing.register import WRAPPED, WrappedKeys
from holdfast.settings import Settings

BEFORE = "root key before"  # the fact that says that a turn is not done yet
AT_ONCE = 500
HEARD = 2.0  # seconds in which every process has heard of the turn
RUNNING = "The root key is being turned already, by another `holdfast keys rotate`."
NOT_IN_PLACE = (
    "The root key that was made last still lies at {file}. Put it where HOLDFAST_ROOT_KEY leads, "
    "delete it there, and run this again."
)
NOT_WRITTEN = "Cannot write a root key beside {file}: {why}. Nothing was changed."
NOT_READ = (
    "One of the root keys beside {file} cannot be read now ({why}), so no key was wrapped anew. "
    "Both are still there. Run this again when it can."
)
Wrapped = TypeVar("Wrapped")
Tell = Callable[[str, int, int], None]  # what is done, how much of it, of how much


class Turned(Struct, frozen=True):
    """What came of it. `file` is where the new key lies; the operator moves it where it must.

    `broken`: how many keys open with no root key there is. They lie as they lay.
    """

    keys: int
    file: Path
    is_in_place: bool
    broken: int = 0


async def rotate(settings: Settings, tell: Tell, *, heard: float = HEARD) -> Turned:
    """Make a new root key and wrap everything anew. Raises `Unfit` in words that help."""
    prepare_folder(settings)
    lease = Lease(settings.data / "rotating")
    workshop = Workshop(open_database(settings.database), WallClock())
    try:
        if not lease.take():
            raise Unfit(RUNNING)
        async with keystore_at(settings) as store:
            root, _, _ = await prepare(settings, workshop, store)
            workshop.news = News(root)
            return await Turning(settings, workshop, store, root, tell, heard).done()
    finally:
        await workshop.close()
        lease.close()


class Turning(Struct):
    """One turn of the root key, from wherever it was cut off."""

    settings: Settings
    workshop: Workshop
    store: Keystore
    root: RootKey
    tell: Tell
    heard: float
    broken: set[tuple[str, bytes]] = field(default_factory=set)  # where they lie, and their ids

    async def done(self) -> Turned:
        files = root_files(self.settings)
        await self._begin(files)
        await self.store.keep_secret(ROOT, self.root.check())
        file = files.put_next_in_place()
        self._learn_all(files)
        keys = await self._wrap_all()
        while again := await self._wrap_all():
            keys += again
        files.throw_away_before()
        async with self.workshop.work() as work:
            await set_fact(work, BEFORE, None)
        return Turned(keys, file, file == files.file, len(self.broken))

    def _learn_all(self, files: RootFiles) -> None:
        """A key is only called broken when every root key there is was tried on it."""
        try:
            for key in files.all():
                self.root.learn(key)
        except (WrongKey, KmsAway) as no:
            raise Unfit(NOT_READ.format(file=files.file, why=type(no).__name__)) from None

    async def _begin(self, files: RootFiles) -> None:
        """From this work on the new key is the one; a turn that was begun is gone on with."""
        async with self.workshop.reading() as work:
            if await fact(work, BEFORE) is not None:
                return
        try:
            new = files.make_next()
        except OSError as no:
            raise Unfit(NOT_WRITTEN.format(file=files.file, why=no.strerror)) from None
        if (check := check_of(new)) == self.root.check():
            raise Unfit(NOT_IN_PLACE.format(file=files.next_elsewhere))
        self.root.learn(new)
        async with self.workshop.work() as work:
            await set_fact(work, BEFORE, self.root.check())
            await set_fact(work, ROOT_KEY, check)
            work.announce(RootKeyTurned(check))
        self.root.turn_to(check)

    # ------------------------------------------------------------ wrapping anew

    async def _wrap_all(self) -> int:
        """Everything that the root key of before wrapped; how much there was.

        Who had not heard of the turn wrapped with the old one: so it is done until nothing is left,
        and each time there was something, time is given to hear.
        """
        total = await self.store.count()
        done = await self._wrap_keystore(total)
        for entry in WRAPPED.values():
            done += await self._wrap_table(entry)
        kept = await self.store.secret(PLACE)
        anew = kept and self.root.wrapped_anew(kept, PLACE.encode())
        if anew:
            await self.store.keep_secret(PLACE, anew)
        if done or anew:
            await asyncio.sleep(self.heard)
        return done

    async def _wrap_keystore(self, total: int) -> int:
        done, seen, some = 0, 0, list[KeptKey]()
        async for key in self.store.all_keys():
            anew = self._tried("keys", key.id, partial(wrapped_anew, self.root, key))
            seen += 1
            if anew is not None:
                some.append(anew)
            if len(some) >= AT_ONCE:
                done, some = done + await self._kept(some), []
                self.tell("Wrapping anew", seen, max(total, seen))
        done += await self._kept(some)
        self.tell("Wrapping anew", seen, max(total, seen))
        return done

    async def _kept(self, some: list[KeptKey]) -> int:
        if some:
            await self.store.rewrap(some)
        return len(some)

    async def _wrap_table(self, entry: WrappedKeys) -> int:
        async with self.workshop.work() as work:
            rows = (await work.db.execute(select(entry.table.__table__))).all()
            return sum([await self._wrap_row(work, entry, row) for row in rows])

    async def _wrap_row(self, work: Work, entry: WrappedKeys, row: Any) -> int:
        name, key = entry.table.__tablename__, getattr(row, entry.id)
        wrap = partial(self.root.wrapped_anew, row.wrapped, key + entry.scope(row))
        anew = self._tried(name, key, wrap)
        if anew is None:
            return 0
        table: Any = entry.table.__table__
        here = [column == getattr(row, column.name) for column in table.primary_key.columns]
        same = table.columns["wrapped"] == row.wrapped
        await work.db.execute(update(entry.table).where(*here, same).values(wrapped=anew))
        return 1

    def _tried(self, where: str, key: bytes, wrap: Callable[[], Wrapped | None]) -> Wrapped | None:
        """A key, wrapped anew; nothing where it is so already, or where no root key opens it."""
        try:
            anew = wrap()
        except WrongKey:
            self.broken.add((where, key))
            return None
        self.broken.discard((where, key))
        return anew
