"""How what was erased is known again: a keyed hash of its name, which says nothing by itself."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha256

from msgspec import Struct

from holdfast.erasing.rules import Kind
from holdfast.kit.cipher import RootKey
from holdfast.kit.ids import KeyId, MemberId, MessageId, RoomId
from holdfast.kit.tables import to_millis

SEAT = "seat"  # a person's words in one room: known by the seat's handle
THAWED = "thawed"  # a person who took back that they froze
KEY = "key"  # of a plan, a sealed line or an address: known by the key's id


class Mark(Struct, frozen=True):
    """One tombstone: what kind of thing, and the keyed hash of its name."""

    kind: str
    hash: bytes

    def __str__(self) -> str:
        return f"{self.kind}:{self.hash.hex()}"

    @classmethod
    def read(cls, written: str) -> Mark:
        kind, _, hashed = written.partition(":")
        return cls(kind, bytes.fromhex(hashed))


class Marker:
    """Makes marks. The same thing has the same mark in every copy of its place."""

    def __init__(self, root: RootKey) -> None:
        self._key = root.derive(b"erasure ledger")

    def message(self, message_id: MessageId) -> Mark:
        return self._mark(Kind.MESSAGE, message_id)

    def person(self, member_id: MemberId, came_in: datetime | None) -> Mark:
        """Numbers may be given again in a restored place; a number and a moment are not."""
        return self._mark(Kind.PERSON, _who(member_id, came_in))

    def frozen(self, member_id: MemberId, came_in: datetime | None) -> Mark:
        """Nothing of theirs was erased: it is kept, and not used."""
        return self._mark(Kind.FREEZE, _who(member_id, came_in))

    def thawed(self, member_id: MemberId, came_in: datetime | None) -> Mark:
        return self._mark(THAWED, _who(member_id, came_in))

    def seat(self, handle: str) -> Mark:
        return self._mark(SEAT, handle.encode())

    def key(self, key_id: KeyId) -> Mark:
        return self._mark(KEY, key_id)

    def room(self, room_id: RoomId, slug: str) -> Mark:
        return self._mark(Kind.ROOM, b"%d|%b" % (room_id, slug.encode()))

    def day(self, room_id: RoomId, slug: str, day: int) -> Mark:
        return self._mark(Kind.DAY, b"%d|%b|%d" % (room_id, slug.encode(), day))

    def night(self, room_id: RoomId, slug: str, day: int) -> Mark:
        """The words of one day of a room that were kept for long enough."""
        return self._mark(Kind.NIGHT, b"%d|%b|%d" % (room_id, slug.encode(), day))

    def _mark(self, kind: str, name: bytes) -> Mark:
        return Mark(str(kind), hmac.digest(self._key, b"%b|%b" % (kind.encode(), name), sha256))


def _who(member_id: MemberId, came_in: datetime | None) -> bytes:
    return b"%d|%d" % (member_id, 0 if came_in is None else to_millis(came_in))


def written(marks: list[Mark]) -> str:
    """Marks as a row keeps them until they are tombstones."""
    return " ".join(str(mark) for mark in marks)


def read_marks(kept: str) -> list[Mark]:
    return [Mark.read(one) for one in kept.split()]
