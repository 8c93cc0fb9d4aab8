"""Trying every key, and a sample of the words they sealed, or all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

import holdfast.app.sealed  # noqa: F401 - fills the register of what is sealed
from holdfast.kit.cipher import RootKey, WrongKey
from holdfast.kit.ids import KeyId
from holdfast.kit.work import Workshop
from holdfast.rights.rules import System
from holdfast.sealing.alone import secret_of
from holdfast.sealing.keystore import Keystore
from holdfast.sealing.register import APART, REGISTER, WRAPPED, SealedWords, WrappedKeys
from holdfast.sealing.seam import Keyring, Private, Sealed, Unreadable

AT_ONCE = 500
SAMPLE = 200  # rows of each kind, the newest
GO_WITH_THEIR_AUTHOR = {"reports", "measures", "appeals", "held", "hidden_words", "packets"}
Tell = Callable[[str, int, int], None]


class Tried(Struct):
    """What opened, and what did not."""

    keys: int = 0
    broken_keys: int = 0
    words: int = 0
    broken_words: int = 0  # their key is there, and does not open them
    lost_words: int = 0  # their key is not there, and nobody erased them
    erased_words: int = 0  # their key went with their author, as it should
    private_words: int = 0  # between two: their key is there, and only the two can open it

    @property
    def is_whole(self) -> bool:
        return not (self.broken_keys or self.broken_words or self.lost_words)


class Trying(Struct):
    """One look at everything. It only reads."""

    workshop: Workshop
    store: Keystore
    root: RootKey
    tell: Tell
    every: bool = False

    async def done(self) -> Tried:
        """Every key, then the words."""
        tried = Tried()
        await self._try_keys(tried)
        await self._try_wrapped(tried)
        keyring = Keyring(self.root, self.store)
        for (table, _), entry in REGISTER.items():
            await self._try_words(tried, keyring, entry, table)
        for owned in APART.values():
            await self._try_apart(tried, owned)
        return tried

    async def _try_apart(self, tried: Tried, owned: WrappedKeys) -> None:
        """Plans, sealed lines and addresses: whether their key is there; it was tried before."""
        column = owned.table.__table__.columns[owned.id]
        async with self.workshop.reading() as work:
            ids = (await work.db.scalars(select(column))).all()
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            tried.words += len(some)
            tried.lost_words += len(some) - len(await self.store.named(some))

    async def _try_keys(self, tried: Tried) -> None:
        total = await self.store.count()
        async for key in self.store.all_keys():
            self._try(tried, partial(secret_of, self.root, key))
            if tried.keys % AT_ONCE == 0:
                self.tell("Keys", tried.keys, max(total, tried.keys))
        self.tell("Keys", tried.keys, tried.keys)

    async def _try_wrapped(self, tried: Tried) -> None:
        async with self.workshop.reading() as work:
            for entry in WRAPPED.values():
                for row in await work.db.execute(select(entry.table.__table__)):
                    scope = getattr(row, entry.id) + entry.scope(row)
                    self._try(tried, partial(self.root.unwrap_secret, row.wrapped, scope))

    def _try(self, tried: Tried, unwrap: Callable[[], bytes]) -> None:
        tried.keys += 1
        try:
            unwrap()
        except WrongKey:
            tried.broken_keys += 1

    # ------------------------------------------------------------ words

    async def _try_words(
        self, tried: Tried, keyring: Keyring, entry: SealedWords, table: str
    ) -> None:
        seen, total = 0, await self._count(entry)
        async for rows in self._rows(entry):
            keys = {key for row in rows if (key := entry.key_of(row)) is not None}
            await keyring.in_hand(keys)
            for row in rows:
                self._try_row(tried, keyring, entry, row, may_go=table in GO_WITH_THEIR_AUTHOR)
            seen += len(rows)
            self.tell("Words", seen, max(total, seen))

    async def _count(self, entry: SealedWords) -> int:
        async with self.workshop.reading() as work:
            counted = await work.db.scalar(select(func.count()).select_from(entry.table))
        return (counted or 0) if self.every else min(counted or 0, SAMPLE)

    async def _rows(self, entry: SealedWords) -> AsyncIterator[Sequence[Any]]:
        """Rows in pages, the newest first: a sample, or all."""
        table: Any = entry.table.__table__
        before: list[Any] | None = None
        keys = list(table.primary_key.columns)
        left = None if self.every else SAMPLE
        while left is None or left > 0:
            query = select(table).order_by(*(key.desc() for key in keys))
            if before is not None:
                query = query.where(_comes_after(keys, before))
            size = AT_ONCE if left is None else min(left, AT_ONCE)
            async with self.workshop.reading() as work:
                rows = (await work.db.execute(query.limit(size))).all()
            if not rows:
                return
            yield rows
            before = [getattr(rows[-1], key.name) for key in keys]
            left = None if left is None else left - len(rows)

    def _try_row(
        self, tried: Tried, keyring: Keyring, entry: SealedWords, row: Any, *, may_go: bool
    ) -> None:
        key: KeyId | None = entry.key_of(row)
        if key is None:
            return
        for text, data in entry.words_of(row):
            tried.words += 1
            try:
                keyring.open(Sealed(data, key, entry.place(row, text)), System())
            except Private:
                tried.private_words += 1
            except Unreadable:
                tried.broken_words += 1
            except KeyError:
                tried.erased_words += may_go
                tried.lost_words += not may_go


def _comes_after(keys: Sequence[Any], values: Sequence[Any]) -> Any:
    """In the order of falling keys: smaller in the first, or the same there and smaller then."""
    first, value = keys[0], values[0]
    if len(keys) == 1:
        return first < value
    return (first < value) | ((first == value) & _comes_after(keys[1:], values[1:]))
