"""Where sealed words lie, and what they are bound to."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from holdfast.kit.cipher import SUITE
from holdfast.kit.ids import KeyId, MessageId, RoomId, SeatId

SECONDS_A_DAY = 86_400


class Unreadable(KeyError):
    """These words are there and do not open: they, or their key, were changed where they lie.

    Whoever shows an erased word as nothing does the same with this one; its neighbours open.
    """


class Private(Unreadable):
    """These words are between two people, and the reader is neither of them. That is no damage."""


class Place(Struct):
    """Where words lie: sealed for one place, they open in no other. `part` is `t`ext or `n`ote."""

    room: RoomId
    message: MessageId
    seat: SeatId
    part: bytes = b"t"

    def bound(self, key: KeyId) -> bytes:
        """What the seal is bound to besides the suite byte; never the seq, known only later."""
        return SUITE + b"%b%b%b|%d|%d" % (key, self.message, self.part, self.room, self.seat)


class Sealed(Struct):
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
