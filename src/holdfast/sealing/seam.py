"""Sealing what was read, and opening it for a reader (trust.md §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

import structlog

from holdfast.kit.cipher import DataKey, RootKey, WrongKey
from holdfast.kit.errors import Conflict, NotKept
from holdfast.kit.ids import KeyId, SeatId
from holdfast.kit.work import Event, Work
from holdfast.rights.rules import Actor
from holdfast.screening.reading import Read
from holdfast.sealing.alone import Boxes, LockedKeys, wrapped_anew
from holdfast.sealing.apart import KeysApart
from holdfast.sealing.events import KeysGone, KeysRenewed, RootKeyTurned
from holdfast.sealing.keystore import ROOT, KeptKey, Keystore
from holdfast.sealing.places import Place, Private, Sealed, Unreadable, day_of, scope_of
from holdfast.sealing.private import HalvesOf, bring_boxes, nobody_holds
from holdfast.sealing.tables import RetiredKeyRow

__all__ = ["Keyring", "Place", "Private", "Sealed", "Unreadable", "day_of", "scope_of"]

KEYS_IN_MEMORY = 50_000
TOLD_AT_ONCE = 500  # keys that one event names
REMEMBERED = 10_000  # keys that went lately

log = structlog.get_logger()


class Keyring:
    """The data keys this process has in hand, as they lie in the keystore.

    A key is on disk there before anything is sealed with it. What is forgotten here is asked for
    again; what was destroyed is never taken in hand again.
    """

    def __init__(self, root: RootKey, store: Keystore) -> None:
        self.root = root
        self.store = store
        self._by_id: dict[KeyId, DataKey] = {}
        self._by_day: dict[tuple[SeatId, int], DataKey] = {}
        self._of: dict[KeyId, tuple[SeatId, int]] = {}
        self.alone = LockedKeys(root)
        self.boxes: Boxes | None = None  # where the boxes of parts lie; `app` says it
        self.halves: HalvesOf = nobody_holds  # who may break the glass together; `app` says it
        self._gone: dict[KeyId, None] = {}
        self._untold: dict[KeyId, None] = {}  # dropped, and not known to be heard yet
        self._broken: set[KeyId] = set()
        self.unreadable = 0  # times that something did not open
        self._told: set[KeyId] = set()  # of which it was told in the log
        root.apart = KeysApart(self)

    # ------------------------------------------------------------ taking in hand

    def holds(self, seat: SeatId, day: int) -> bool:
        """Whether sealing for this seat today needs no look into the keystore."""
        return (seat, day) in self._by_day

    async def fetch(self, seat: SeatId, day: int) -> None:
        """Make sure that the key for this seat and day is in hand: the kept one, or a new one.

        Raises `NotKept` where the keystore does not answer.
        """
        if self.holds(seat, day):
            return
        try:
            kept = await self.store.find(seat, day) or await self._make(seat, day, 0, made=day)
            await self.wrap_by_the_one_in_force(kept)
        except NotKept:
            raise NotKept from None
        self.keep(kept, newest=True)

    async def _make(self, seat: SeatId, day: int, generation: int, *, made: int) -> KeptKey:
        """A new key, on disk; or another process's, where that was quicker."""
        key = self.root.make_data_key(scope_of(seat, day))
        new = KeptKey(key.id, seat, day, generation, key.wrapped, made)
        return (await self.store.keep([new]))[0]

    async def wrap_by_the_one_in_force(self, kept: KeptKey) -> None:
        """Where the root key was turned meanwhile, whoever wraps all anew may be past this one.

        Nothing is sealed with a key before this was looked at, whoever made it.
        """
        check = await self.store.secret(ROOT)
        if check is None:
            return
        if check != self.root.check() and not self.root.turn_to(check):
            raise NotKept
        with suppress(WrongKey):  # nobody wraps anew what does not open
            if (anew := wrapped_anew(self.root, kept)) is not None:
                await self.store.rewrap([anew])

    async def kept_key(self, work: Work, seat: SeatId, day: int) -> KeyId:
        """The key for this seat and day, for words outside the ledger.

        Raises `NotKept`, and `Conflict` in the moment when another key takes its place.
        """
        await self.fetch(seat, day)
        key = self._by_day[seat, day].id
        if await work.db.get(RetiredKeyRow, key) is not None:
            self._seal_no_more([key])
            raise Conflict
        return key

    async def in_hand(self, ids: Iterable[KeyId], reader: Actor | None = None) -> None:
        """Make sure that these keys are in hand, those that still exist.

        A reader brings the parts of private talk that are theirs. Raises `NotKept` (`not_read`).
        """
        ids = set(ids)
        if wanted := self.missing(ids):
            for kept in await self.store.named(wanted):
                self.keep(kept)
        if reader is not None and self.boxes and (parts := self.alone.parts_of(ids)):
            await bring_boxes(self.root, reader, parts, self.boxes)

    def keep(self, kept: KeptKey, *, newest: bool = False) -> None:
        """Take a kept key in hand; the `newest` of its seat and day seals from now on."""
        if kept.id in self._gone:
            return
        while len(self._by_id) >= KEYS_IN_MEMORY:
            self._forget(next(iter(self._by_id)))
        scope = kept.seat, kept.day
        try:
            if kept.is_alone:
                self.alone.keep(kept)
                return
            key = self.root.unwrap(kept.id, kept.wrapped, scope_of(*scope))
        except WrongKey:
            self._broken.add(kept.id)
            log.error("keys.broken")
            return
        self._broken.discard(kept.id)
        self._by_id[key.id], self._of[key.id] = key, scope
        if newest:
            self._by_day[scope] = key

    def known(self, key: KeyId) -> DataKey | None:
        """A key that is in hand. Raises `WrongKey` for one that is kept and does not open."""
        if key in self._broken:
            raise WrongKey
        return self._by_id.get(key)

    def seat_of(self, key: KeyId) -> SeatId:
        """The seat of a key that is in hand."""
        return self.alone.seat_of(key) if key in self.alone else self._of[key][0]

    def missing(self, ids: Iterable[KeyId]) -> set[KeyId]:
        """Those of these keys that are not in hand."""
        return {key for key in ids if key not in self._by_id and key not in self.alone}

    # ------------------------------------------------------------ sealing and opening

    def seal(self, words: Read, place: Place, day: int) -> Sealed:
        """Words that were read become bytes that open only in this place.

        Raises `NotKept` where the key that was fetched is gone since.
        """
        key = self._by_day.get((place.seat, day))
        if key is None:
            raise NotKept
        return Sealed(key.seal(words.text.encode(), place.bound(key.id)), key.id, place)

    def seal_with(self, key: KeyId, words: Read, place: Place) -> bytes:
        """Words sealed with the key of other words, so that they are erased together."""
        return self._by_id[key].seal(words.text.encode(), place.bound(key))

    def seal_anew(self, data: bytes, place: Place, old: KeyId, new: KeyId) -> bytes:
        """What one key sealed, sealed with another in the same place. Both are in hand."""
        words = self._by_id[old].open(data, place.bound(old))
        return self._by_id[new].seal(words, place.bound(new))

    def open(self, sealed: Sealed, reader: Actor) -> str:
        """The words again, for `reader`, whose right to them the access door has checked.

        Raises `KeyError` when the key is gone: those words were erased; `Unreadable` when they do
        not open; `Private` where they are between two, and the reader is neither.
        """
        with suppress(WrongKey, UnicodeDecodeError):
            key = self._key_for(sealed.key, reader)
            return key.open(sealed.data, sealed.place.bound(key.id)).decode()
        raise self.lost(sealed.key)

    def _key_for(self, key: KeyId, reader: Actor | None) -> DataKey:
        if key in self.alone:
            return self.alone.opened(key, reader)
        if key in self._broken:
            raise WrongKey
        return self._by_id[key]

    def lost(self, key: KeyId) -> Unreadable:
        """What to raise of words that stand, that nobody erased, and that do not open."""
        self.unreadable += 1
        if key not in self._told:
            self._told.add(key)
            log.error("words.unreadable")
        return Unreadable(key)

    def mac(self, key: KeyId, meaning: str, speaker: Actor | None = None) -> bytes:
        """Tells the same words from other words without keeping either.

        With a key that is gone nothing can be told: then no words are the same. Of words between
        two only who has their part can tell.
        """
        with suppress(KeyError, WrongKey):
            return self._key_for(key, speaker).mac(meaning.encode())
        return b""

    # ------------------------------------------------------------ another key in its place

    async def renew(self, work: Work, ids: Sequence[KeyId]) -> dict[KeyId, KeyId]:
        """New keys in the place of these, on disk: from now on words are sealed with them.

        A few seconds later, when every process has heard it, `retire` the old ones; what they
        sealed is sealed anew by `anew.py`; then `drop` them. Each step may be done twice.
        """
        today, renewed = day_of(work.clock.now()), {}
        for old in await self.store.named(ids):
            kept = await self._make(old.seat, old.day, old.generation + 1, made=today)
            await self.wrap_by_the_one_in_force(kept)
            self.keep(kept, newest=True)
            renewed[old.id] = kept.id
        for some in _some(list(renewed)):
            work.announce(KeysRenewed(some))
        return renewed

    async def retire(self, work: Work, ids: Sequence[KeyId]) -> None:
        """With this work, nothing that these keys sealed is committed any more, by anybody."""
        for key in ids:
            if await work.db.get(RetiredKeyRow, key) is None:
                work.db.add(RetiredKeyRow(id=key, at=work.clock.now()))

    async def renewed(self, ids: Sequence[KeyId]) -> dict[KeyId, KeyId]:
        """For each of these that is still kept, the newest key of its seat and day; in hand."""
        found = {}
        for old in await self.store.named(ids):
            new = await self.store.find(old.seat, old.day)
            if new is not None and new.generation > old.generation:
                self.keep(old)
                self.keep(new, newest=True)
                found[old.id] = new.id
        return found

    async def drop(self, work: Work, ids: Sequence[KeyId]) -> int:
        """Destroy keys for good, now; how many there were. With this work, every process hears it.

        What they sealed opens no more, in any copy. A work that is undone brings none back; what
        it did not tell is told with the next, and what the store did not finish is finished.
        """
        self._untold |= dict.fromkeys(ids)
        gone = await self.store.drop(ids)
        there = {kept.id for kept in await self.store.named(self._untold)}
        going = [key for key in self._untold if key not in there]
        self.forget(going)
        for some in _some(going):
            work.announce(KeysGone(some))
        return gone

    def forget(self, ids: Iterable[KeyId]) -> None:
        """These keys are gone: they leave this process's memory and never come back."""
        for key in ids:
            self._gone[key] = None
            self._broken.discard(key)
            self._forget(key)
        while len(self._gone) > REMEMBERED:
            del self._gone[next(iter(self._gone))]

    def forget_all(self) -> None:
        """Let go of every key: what is needed is asked for again."""
        self._by_id, self._by_day, self._of = {}, {}, {}
        self.alone = LockedKeys(self.root)

    def hear(self, event: Event) -> None:
        """What any process did to keys."""
        if isinstance(event, KeysGone):
            self.forget(event.ids)
            self._untold = {key: None for key in self._untold if key not in event.ids}
        elif isinstance(event, KeysRenewed):
            self._seal_no_more(event.ids)
        elif isinstance(event, RootKeyTurned):
            self.root.turn_to(event.check)

    def _seal_no_more(self, ids: Iterable[KeyId]) -> None:
        for key in ids:
            scope = self._of.get(key)
            if scope is not None and scope in self._by_day and self._by_day[scope].id == key:
                del self._by_day[scope]

    def _forget(self, key: KeyId) -> None:
        self._seal_no_more([key])
        self.alone.forget(key)
        self._by_id.pop(key, None)
        self._of.pop(key, None)


def _some(ids: Sequence[KeyId]) -> list[tuple[KeyId, ...]]:
    return [tuple(ids[start : start + TOLD_AT_ONCE]) for start in range(0, len(ids), TOLD_AT_ONCE)]
