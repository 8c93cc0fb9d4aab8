"""Sealing what was read, and opening it for a reader (trust.md §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from holdfast.kit.cipher import SUITE, DataKey, RootKey
from holdfast.kit.glances import Glances
from holdfast.kit.ids import KeyId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor
from holdfast.screening.reading import Read
from holdfast.sealing.tables import DataKeyRow

SECONDS_A_DAY = 86_400
KEPT = "SELECT id, wrapped FROM data_keys WHERE seat_id = ? AND day = ?"
NAMED = "SELECT id, seat_id, day, wrapped FROM data_keys WHERE id IN"
KEYS_IN_MEMORY = 50_000
AT_ONCE = 500  # keys destroyed in one statement


@dataclass(slots=True)
class Place:
    """Where words lie: sealed for one place, they open in no other. `part` is `t`ext or `n`ote."""

    room: RoomId
    message: MessageId
    seat: SeatId
    part: bytes = b"t"

    def bound(self, key: KeyId) -> bytes:
        """What the seal is bound to besides the suite byte; never the seq, known only later."""
        return SUITE + b"%b%b%b|%d|%d" % (key, self.message, self.part, self.room, self.seat)


@dataclass(slots=True)
class Sealed:
    """Words as they lie on disk, with what it takes to open them."""

    data: bytes
    key: KeyId
    place: Place


def day_of(moment: datetime) -> int:
    """The UTC day as a number: days since 1970."""
    return int(moment.timestamp()) // SECONDS_A_DAY


def scope_of(seat: SeatId, day: int) -> bytes:
    """What a data key is for; bound into its wrapping."""
    return b"%d|%d" % (seat, day)


class Keyring:
    """The data keys this process has in hand.

    A key that is new here is in `fresh` until the ledger has committed it together with the first
    words it sealed.
    """

    def __init__(self, root: RootKey) -> None:
        self.root = root
        self._by_id: dict[KeyId, DataKey] = {}
        self._by_day: dict[tuple[SeatId, int], DataKey] = {}
        self.fresh: dict[KeyId, tuple[SeatId, int]] = {}
        self.instead: dict[KeyId, KeyId] = {}  # of a day's key that another process made first

    def holds(self, seat: SeatId, day: int) -> bool:
        """Whether sealing for this seat today needs no look into the database."""
        return (seat, day) in self._by_day

    async def fetch(self, glances: Glances, seat: SeatId, day: int) -> None:
        """Make sure that the key for this seat and day is in hand: the kept one, or a new one."""
        found = await glances.rows(KEPT, seat, day)
        if self.holds(seat, day):
            return  # somebody was quicker
        if found:
            self.keep(found[0][0], seat, day, found[0][1])
            return
        key = self.root.make_data_key(scope_of(seat, day))
        self._by_id[key.id] = self._by_day[seat, day] = key
        self.fresh[key.id] = (seat, day)

    async def kept_key(self, work: Work, seat: SeatId, day: int) -> KeyId:
        """The key for this seat and day, on disk with this work: for words outside the ledger.

        It stays `fresh` until the ledger uses it: a work that is undone takes no key away.
        """
        mine = DataKeyRow.seat_id == seat, DataKeyRow.day == day
        row = await work.db.scalar(select(DataKeyRow).where(*mine))
        if row is not None:
            if row.id not in self._by_id:
                self.keep(row.id, seat, day, row.wrapped)
            return row.id
        key = self._by_day.get((seat, day)) or self.root.make_data_key(scope_of(seat, day))
        made = {"id": key.id, "seat_id": seat, "day": day, "wrapped": key.wrapped}
        await work.db.execute(insert(DataKeyRow).values(made).on_conflict_do_nothing())
        row = (await work.db.scalars(select(DataKeyRow).where(*mine))).one()
        if row.id != key.id:  # another process made one in this very moment
            self.take_instead(row.id, seat, day, row.wrapped)
            return row.id
        self._by_id[key.id] = self._by_day[seat, day] = key
        self.fresh[key.id] = (seat, day)
        return key.id

    async def fetch_by_id(self, work: Work, ids: Iterable[KeyId]) -> None:
        """Make sure that these keys are in hand, those that still exist."""
        if wanted := self.missing(ids):
            query = select(DataKeyRow).where(DataKeyRow.id.in_(wanted))
            for row in await work.db.scalars(query):
                self.keep(row.id, row.seat_id, row.day, row.wrapped)

    async def glance_by_id(self, glances: Glances, ids: Iterable[KeyId]) -> None:
        """The same at a glance, for the busiest pages."""
        if wanted := self.missing(ids):
            places = ", ".join("?" * len(wanted))
            for row in await glances.rows(f"{NAMED} ({places})", *wanted):
                self.keep(*row)

    def keep(self, key_id: KeyId, seat: SeatId, day: int, wrapped: bytes) -> None:
        """Take a kept key in hand."""
        if len(self._by_id) > KEYS_IN_MEMORY:
            self._forget_all_kept()
        key = self.root.unwrap(key_id, wrapped, scope_of(seat, day))
        self._by_id[key_id] = self._by_day[seat, day] = key

    def _forget_all_kept(self) -> None:
        replaced = {key: self._by_id[key] for key in self.instead}
        fresh = {self.fresh[key]: self._by_id[key] for key in self.fresh}
        self._by_day, self._by_id = fresh, replaced | {key.id: key for key in fresh.values()}

    def take_instead(self, key_id: KeyId, seat: SeatId, day: int, wrapped: bytes) -> None:
        """Take a kept key in hand in the place of our fresh one: another process was quicker.

        Ours is kept at hand, so that what it sealed can be sealed anew before it is on disk.
        """
        ours = self._by_day.get((seat, day))
        self.keep(key_id, seat, day, wrapped)
        if ours is not None and ours.id != key_id:
            self.fresh.pop(ours.id, None)
            self.instead[ours.id] = key_id

    def seal_anew(self, sealed: bytes, place: Place, old: KeyId) -> bytes:
        """Bytes that were sealed with a fresh key, sealed with the one that came in its place."""
        words = self._by_id[old].open(sealed, place.bound(old))
        new = self._by_id[self.instead[old]]
        return new.seal(words, place.bound(new.id))

    def seal(self, words: Read, place: Place, day: int) -> Sealed:
        """Words that were read become bytes that open only in this place."""
        key = self._by_day[place.seat, day]
        return Sealed(key.seal(words.text.encode(), place.bound(key.id)), key.id, place)

    def seal_with(self, key: KeyId, words: Read, place: Place) -> bytes:
        """Words sealed with the key of other words, so that they are erased together."""
        return self._by_id[key].seal(words.text.encode(), place.bound(key))

    def open(self, sealed: Sealed, reader: Actor) -> str:
        """The words again, for `reader`, whose right to them the access door has checked.

        Raises `KeyError` when the key is gone: those words were erased.
        """
        del reader  # nobody is told apart here yet; one-to-one keys will be theirs alone
        key = self._by_id[sealed.key]
        return key.open(sealed.data, sealed.place.bound(key.id)).decode()

    def mac(self, key: KeyId, meaning: str) -> bytes:
        """Tells the same words from other words without keeping either.

        With a key that is gone nothing can be told: then no words are the same.
        """
        known = self._by_id.get(key)
        return b"" if known is None else known.mac(meaning.encode())

    def missing(self, ids: Iterable[KeyId]) -> set[KeyId]:
        """Those of these keys that are not in hand."""
        return {key for key in ids if key not in self._by_id}

    def kept(self, ids: Iterable[KeyId]) -> None:
        """The ledger says: these are on disk now."""
        for key in ids:
            self.fresh.pop(key, None)

    def wrapped(self, key: KeyId) -> bytes:
        """A key as the database keeps it."""
        return self._by_id[key].wrapped

    async def destroy_keys(self, work: Work, ids: Sequence[KeyId]) -> None:
        """Destroy single keys: what a seat sealed on those days opens no more, in any copy."""
        for start in range(0, len(ids), AT_ONCE):
            some = DataKeyRow.id.in_(ids[start : start + AT_ONCE])
            await work.db.execute(delete(DataKeyRow).where(some))
        gone = set(ids)
        for known in [known for known, key in self._by_day.items() if key.id in gone]:
            del self._by_day[known]
        for key in gone:
            self._by_id.pop(key, None)
            self.fresh.pop(key, None)

    async def destroy(self, work: Work, seats: Sequence[SeatId]) -> None:
        """Destroy every key of these seats: what they sealed opens no more, in any copy."""
        await work.db.execute(delete(DataKeyRow).where(DataKeyRow.seat_id.in_(seats)))
        for known in [known for known in self._by_day if known[0] in seats]:
            key = self._by_day.pop(known).id
            self._by_id.pop(key, None)
            self.fresh.pop(key, None)
