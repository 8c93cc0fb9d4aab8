"""What is left to do of an erasure once nobody sees it any more; after a crash, taken up here."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

import structlog
from msgspec import Struct

from holdfast.erasing.actions import (
    drop_names,
    end_erasures,
    forget_old_erasures,
    name_keys,
    note_marked,
)
from holdfast.erasing.jobs.anew import Anew, Wish
from holdfast.erasing.jobs.leaving import destroy_left
from holdfast.erasing.marks import Mark, Marker, read_marks
from holdfast.erasing.queries import Due, erasure, keys_still_held, keys_to_go, undone
from holdfast.erasing.rules import GATHERED_FOR, Kind
from holdfast.erasing.tables import ErasureRow
from holdfast.erasing.tombstones import Tombstones
from holdfast.kit.cipher import DataKey
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import KeyId, MessageId, SeatId
from holdfast.kit.work import Work, Workshop
from holdfast.rights.rules import System
from holdfast.sealing.seam import Keyring, day_of

AT_ONCE = 100  # keys in one transaction
PATIENCE = 2.0  # seconds that somebody waits for the keys of what they erased to be gone
GRACE = 1.0  # seconds in which whoever began to read before still finds the old key

log = structlog.get_logger()
Dropped = Callable[[Sequence[KeyId]], Awaitable[None]]


class Doing(Protocol):
    """What only the storeys above know: where words lie. `messages` hands it in."""

    async def hide(self, row: ErasureRow) -> None:
        """Take all of it out of sight and note that it is. Twice is once."""

    async def keys(self, work: Work, row: ErasureRow) -> tuple[set[KeyId], bool]:
        """The keys that go with it; whether with all that they sealed."""

    async def macs(self, work: Work, seat: SeatId, old: DataKey, new: DataKey | None) -> None:
        """What tells the same words from others is made anew with the new key."""

    async def let_go(self, row: ErasureRow) -> None:
        """A person's bare row that was held goes, if it is held no longer."""


class Parts(Struct):
    """What erasing works with."""

    workshop: Workshop
    keyring: Keyring
    tombstones: Tombstones


class Erasing:
    """Sees every erasure through. Whatever it does may be done twice, by two processes at once."""

    def __init__(self, parts: Parts, doing: Doing, *, grace: float = GRACE) -> None:
        self.parts = parts
        self.doing = doing
        self.marker = Marker(parts.keyring.root)
        self.wake = asyncio.Event()  # the clock need not wait for its next look
        self._grace = grace
        self._turn = asyncio.Lock()
        self._forgot_on = day_of(parts.workshop.clock.now())
        self._since = parts.workshop.clock.now()  # what is older waited long enough
        self.anew = Anew(parts.workshop, parts.keyring, doing.macs, grace)

    async def mark(self, messages: Iterable[MessageId], at: datetime) -> None:
        """Tombstones for messages, before anybody is told that they are gone.

        Where the ledger does not answer the clock writes them later.
        """
        try:
            await self.parts.tombstones.add([self.marker.message(one) for one in messages], at)
        except HoldfastError:
            log.warning("erasing.not_marked")

    async def finish(self, erasure_id: int) -> ErasureRow | None:
        """See one erasure through, as far as can be now; how it stands then.

        It is out of sight at once. Where many others are under way its keys go with them.
        """
        row = await self._known(erasure_id)
        if row is not None and row.done_at is None:
            await self._begin(row.id)
            await self._in_turn(row)
        return await self._known(erasure_id)

    async def _known(self, erasure_id: int) -> ErasureRow | None:
        async with self.parts.workshop.reading() as work:
            return await erasure(work, erasure_id)

    async def _in_turn(self, row: ErasureRow) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._turn.acquire()
        except TimeoutError:
            self.wake.set()
            return
        try:
            await self._go_through([row], now=row.kind is not Kind.MESSAGE)
        finally:
            self._turn.release()

    async def hide_all(self) -> None:
        """What was begun and is still to be seen is out of sight: before anybody comes in."""
        async with self._turn:
            async with self.parts.workshop.reading() as work:
                rows = await undone(work)
            for row in rows:
                if row.hidden_at is None:
                    await self._begin(row.id)

    async def look(self, *, now: bool = False) -> int:
        """Take up whatever is not done; how much is done after it.

        `now`: do not wait for more removals from the same bucket.
        """
        async with self._turn:
            async with self.parts.workshop.reading() as work:
                rows = await undone(work)
            await self._forget_old()
            done = await self._go_through(rows, now=now) if rows else 0
            await self._destroy_left()
            return done

    async def _destroy_left(self) -> None:
        """Keys of plans, sealed lines and addresses that are of no more use."""
        parts = self.parts
        if await destroy_left(parts.workshop, parts.keyring, parts.tombstones):
            await parts.workshop.database.forget_deleted()

    async def _forget_old(self) -> None:
        """Once a day."""
        today = day_of(self.parts.workshop.clock.now())
        if today != self._forgot_on:
            async with self.parts.workshop.work() as work:
                await forget_old_erasures(work, System())
            self._forgot_on = today

    async def _go_through(self, rows: Sequence[ErasureRow], *, now: bool) -> int:
        for row in rows:
            await self._begin(row.id)
        async with self.parts.workshop.reading() as work:
            again = [await erasure(work, row.id) for row in rows]
        hidden = [row for row in again if row is not None and row.hidden_at is not None]
        await self._mark([row for row in hidden if row.marked_at is None])
        dropped = await self._drop(hidden, now=now)
        async with self.parts.workshop.work() as work:
            done = await end_erasures(work, System())
        if dropped:
            await self.parts.workshop.database.forget_deleted()
        return done

    async def _begin(self, erasure_id: int) -> None:
        """Out of sight, and its keys known. One that cannot go on now keeps no other waiting."""
        try:
            row = await self._known(erasure_id)
            if row is None:
                return
            if row.hidden_at is None:
                await self.doing.hide(row)
            if row.named_at is None:
                async with self.parts.workshop.work() as work:
                    again = await erasure(work, row.id)
                    if again is not None and again.hidden_at is not None:
                        keys, whole = await self.doing.keys(work, again)
                        await name_keys(work, System(), erasure_id=row.id, keys=keys, whole=whole)
            if row.bare:
                await self.doing.let_go(row)
        except HoldfastError:
            log.warning("erasing.not_now")
        except Exception as broken:
            log.error("erasing.not_begun", error=type(broken).__name__)

    async def _mark(self, rows: Sequence[ErasureRow]) -> None:
        """Tombstones, and only then a note that they are there. Keys need not wait for it."""
        if not rows:
            return
        try:
            for row in rows:
                await self.parts.tombstones.add(self._marks_of(row), row.at)
        except HoldfastError:
            log.warning("erasing.not_marked")
            return
        async with self.parts.workshop.work() as work:
            await note_marked(work, System(), erasures=[row.id for row in rows])

    def _marks_of(self, row: ErasureRow) -> list[Mark]:
        if row.kind is Kind.MESSAGE and row.message_id is not None:
            return [self.marker.message(row.message_id)]
        return read_marks(row.marks)

    # ------------------------------------------------------------ keys

    async def _drop(self, rows: Sequence[ErasureRow], *, now: bool) -> int:
        """Seal anew what stays under the keys that are due, and drop them; how many."""
        async with self.parts.workshop.reading() as work:
            every = await keys_to_go(work)
            held = await keys_still_held(work, [one.key for one in every if one.held])
        known = {row.id for row in rows}
        mine = {one.key for one in every if one.erasure.id in known}
        wishes = self._due([one for one in every if one.key in mine], held, now=now)
        for start in range(0, len(wishes), AT_ONCE):
            await self._drop_together(wishes[start : start + AT_ONCE])
        return len(wishes)

    def _due(self, named: Sequence[Due], held: set[KeyId], *, now: bool) -> list[Wish]:
        """Removals from one bucket are gathered a while, so that it is sealed anew once."""
        before = max(self.parts.workshop.clock.now() - GATHERED_FOR, self._since)
        by_key: dict[KeyId, list[Due]] = {}
        for one in named:
            if not (one.held and one.key in held):
                by_key.setdefault(one.key, []).append(one)
        return [
            Wish(
                key,
                whole=any(one.whole for one in its),
                messages=frozenset(
                    one.erasure.message_id for one in its if one.erasure.message_id is not None
                ),
            )
            for key, its in by_key.items()
            if now or any(one.whole or one.erasure.at < before for one in its)
        ]

    async def _drop_together(self, wishes: Sequence[Wish]) -> None:
        """One that can't go keeps no other waiting: then each is tried by itself.

        Where the keystore or the database is away it is all or none.
        """
        try:
            await self._drop_some(wishes)
        except HoldfastError:
            raise
        except Exception as broken:
            log.error("erasing.key_stays", error=type(broken).__name__)
            if len(wishes) > 1:
                for wish in wishes:
                    await self._drop_together([wish])

    async def _drop_some(self, wishes: Sequence[Wish]) -> None:
        before, wishes = self.anew.sealed_anew, await self.anew.free(wishes)
        retired = await self.anew.retire(wishes)
        if self.anew.sealed_anew > before:
            await asyncio.sleep(self._grace)  # who began to read before still needs them
        async with self.parts.workshop.work() as work:
            await self.parts.keyring.drop(work, retired)
            others = not self.parts.workshop.database.is_sqlite
            await drop_names(work, System(), keys=[one.key for one in wishes], others=others)
