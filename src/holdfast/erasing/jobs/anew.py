"""A bucket's words under a new key, and its old key gone: what erases one of them in every copy.

The order is what keeps every word: the new key is on disk before anything is sealed with it; what
stands is sealed anew in one transaction that also says that the old key is retired; only then the
old key goes. After a crash any of it is done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import structlog
from msgspec import Struct, field
from sqlalchemy import select, text, update

from holdfast.erasing.queries import keys_still_held
from holdfast.erasing.tables import ErasureKeyRow
from holdfast.kit.cipher import DataKey, WrongKey
from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId, MessageId, SeatId
from holdfast.kit.work import Work, Workshop
from holdfast.sealing.keystore import ROOT, KeptKey
from holdfast.sealing.register import REGISTER, SealedWords
from holdfast.sealing.seam import Keyring, day_of, scope_of

HELD = "held_words"
GO_WITH_THEIR_MESSAGE = {  # copies of a message's words, and words about how to say them otherwise
    ("reports", "kept_key_id"),
    ("held", "suggestion_key_id"),
    ("hidden_words", "key_id"),
}
LET_ME = (  # nobody who writes sealed words waits for us longer than this; we come again
    "SET LOCAL lock_timeout = '500ms'",
    "SELECT pg_advisory_xact_lock(hashtext('holdfast keys'))",
)
Macs = Callable[[Work, SeatId, DataKey, DataKey | None], Awaitable[None]]

log = structlog.get_logger()


class NotForeseen(Exception):
    """Something was sealed with a key meanwhile for which there is no key to come yet."""

    def __init__(self, key: KeyId) -> None:
        super().__init__(key)
        self.key = key


class Bucket(Struct):
    """One old key: what of it goes, and the key that comes in its place."""

    kept: KeptKey
    whole: bool
    messages: Collection[MessageId]
    old: DataKey | None  # none: it is damaged, and what it sealed opens for nobody
    new: DataKey | None = None
    holds: bool = False  # words are sealed with the new key that are held

    def stays(self, entry: SealedWords, row: Any) -> bool:
        """Whether these words are sealed anew."""
        name = entry.table.__tablename__
        if name == HELD:
            return True
        if self.whole:
            return False
        copies = (name, entry.key) in GO_WITH_THEIR_MESSAGE
        return not (copies and row.message_id in self.messages)


class Wish(Struct, frozen=True):
    """A key that shall go."""

    key: KeyId
    whole: bool
    messages: frozenset[MessageId] = frozenset()


class Anew(Struct):
    """Seals what stays under new keys."""

    workshop: Workshop
    keyring: Keyring
    macs: Macs
    grace: float  # seconds in which every process hears of a new key, or ends a reading
    sealed_anew: int = field(default=0)

    async def retire(self, wishes: Sequence[Wish]) -> list[KeyId]:
        """Seal what stays of these anew; the keys that may be dropped now. Raises `NotKept`."""
        buckets = await self._buckets(wishes)
        if not buckets:
            return []
        await self._renew(buckets, await self._foreseen(buckets))
        while True:
            try:
                async with self.workshop.work() as work:
                    await self._carry_over(work, buckets)
                return list(buckets)
            except NotForeseen as one_more:
                await self._renew(buckets, {one_more.key})

    async def free(self, wishes: Sequence[Wish]) -> list[Wish]:
        """Without the keys of one message each, between two, whose words are held.

        Nobody here can seal those anew: they keep their key until they are held no longer.
        """
        kept = await self.keyring.store.named([one.key for one in wishes])
        alone = [one.id for one in kept if one.is_alone]
        if not alone:
            return list(wishes)
        async with self.workshop.work() as work:
            held = await keys_still_held(work, alone)
            its = update(ErasureKeyRow).where(ErasureKeyRow.key_id.in_(held))
            await work.db.execute(its.values(held=True))
        return [one for one in wishes if one.key not in held]

    async def _buckets(self, wishes: Sequence[Wish]) -> dict[KeyId, Bucket]:
        kept = {one.id: one for one in await self.keyring.store.named([one.key for one in wishes])}
        return {
            wish.key: Bucket(
                kept[wish.key], wish.whole, wish.messages, await self._old(kept[wish.key])
            )
            for wish in wishes
            if wish.key in kept
        }

    async def _old(self, kept: KeptKey) -> DataKey | None:
        """A key that shall go; none where it is damaged: it goes, and nothing is carried over.

        Nor is there a neighbour to carry over from a key of one message.

        Raises `NotKept` where it may be well, and our own root key is another than the place's.
        """
        if kept.is_alone:
            return None
        try:
            return self._opened(kept)
        except WrongKey:
            check = await self.keyring.store.secret(ROOT)
            if check is not None and not self.keyring.root.turn_to(check):
                raise NotKept from None
            log.error("erasing.key_broken")
            return None

    def _opened(self, kept: KeptKey) -> DataKey:
        return self.keyring.root.unwrap(kept.id, kept.wrapped, scope_of(kept.seat, kept.day))

    async def _foreseen(self, buckets: Mapping[KeyId, Bucket]) -> set[KeyId]:
        """Those that will need another key in their place: something stays, or may still come."""
        lately = day_of(self.workshop.clock.now()) - 1
        async with self.workshop.reading() as work:
            standing = {
                getattr(row, entry.key)
                for entry, rows in await _sealed_with(work, buckets)
                for row in rows
                if buckets[getattr(row, entry.key)].stays(entry, row) and entry.words_of(row)
            }
        used = {key for key, one in buckets.items() if not one.whole and one.kept.day >= lately}
        return {key for key in standing | used if buckets[key].old is not None}

    async def _renew(self, buckets: Mapping[KeyId, Bucket], wanted: set[KeyId]) -> None:
        """Other keys in the place of these. Every process hears of it before anything else."""
        if not wanted:
            return
        async with self.workshop.work() as work:
            renewed = await self.keyring.renew(work, sorted(wanted))
        new = {one.id: one for one in await self.keyring.store.named(renewed.values())}
        for old in wanted:
            buckets[old].new = self._opened(new[renewed[old]])
        await asyncio.sleep(self.grace)

    # ------------------------------------------------------------ the one transaction

    async def _carry_over(self, work: Work, buckets: Mapping[KeyId, Bucket]) -> None:
        if not self.workshop.database.is_sqlite:
            for statement in LET_ME:
                await work.db.execute(text(statement))
        for entry, rows in await _sealed_with(work, buckets):
            for row in rows:
                self._seal(entry, row, buckets[getattr(row, entry.key)])
        for one in buckets.values():
            if one.old is not None:
                await self.macs(work, one.kept.seat, one.old, one.new)
        await self._retire_keys(work, buckets)

    def _seal(self, entry: SealedWords, row: Any, bucket: Bucket) -> None:
        words = entry.words_of(row)
        if not bucket.stays(entry, row):
            for column, _ in words:
                _let_go(entry, row, column)
            return
        if not words:
            return
        if bucket.old is None:
            if not bucket.kept.is_alone:
                log.error("erasing.not_opened")
            return
        if bucket.new is None:
            raise NotForeseen(bucket.old.id)
        try:
            opened = [
                (name, bucket.old.open(data, entry.place(row, name).bound(bucket.old.id)))
                for name, data in words
            ]
        except WrongKey:
            log.error("erasing.not_opened")  # it was broken before; nobody could read it
            return
        for name, plain in opened:
            place = entry.place(row, name)
            setattr(row, name, bucket.new.seal(plain, place.bound(bucket.new.id)))
        setattr(row, entry.key, bucket.new.id)
        bucket.holds = bucket.holds or entry.table.__tablename__ == HELD
        self.sealed_anew += 1

    async def _retire_keys(self, work: Work, buckets: Mapping[KeyId, Bucket]) -> None:
        await self.keyring.retire(work, list(buckets))
        for old, one in buckets.items():
            if one.holds and one.new is not None:
                await _go_on_with(work, old, one.new.id)


async def _sealed_with(
    work: Work, buckets: Mapping[KeyId, Bucket]
) -> list[tuple[SealedWords, Sequence[Any]]]:
    """Every row in which something is sealed with one of these keys."""
    seats = {one.kept.seat for one in buckets.values()}
    found = []
    for entry in REGISTER.values():
        columns = entry.table.__table__.columns
        its = columns[entry.seat].in_(seats), columns[entry.key].in_(buckets)
        rows = (await work.db.scalars(select(entry.table).where(*its))).all()
        found.append((entry, rows))
    return found


def _let_go(entry: SealedWords, row: Any, column: str) -> None:
    """Nothing stays: no bytes, or none at all."""
    nullable = entry.table.__table__.columns[column].nullable
    setattr(row, column, None if nullable else b"")


async def _go_on_with(work: Work, old: KeyId, new: KeyId) -> None:
    """What is held lies under the new key, which goes when it is held no longer."""
    query = select(ErasureKeyRow).where(ErasureKeyRow.key_id == old)
    for name in (await work.db.scalars(query)).all():
        known = await work.db.get(ErasureKeyRow, (name.erasure_id, new))
        if known is None:
            work.db.add(
                ErasureKeyRow(erasure_id=name.erasure_id, key_id=new, whole=name.whole, held=True)
            )
