"""Keys of one message each, for talk between two: locked by their part, then by the root key.

They lie in the keystore beside all others, with a negative generation. In this process they lie
aside with the part's lock still on; what opens it is on the reader, and goes when the reader goes.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable

from msgspec.structs import replace

from holdfast.kit.boxes import lock_under, unlock_with
from holdfast.kit.cipher import KEY_BYTES, DataKey, RootKey, WrongKey
from holdfast.kit.ids import KeyId, RoomId, SeatId
from holdfast.rights.own import OwnKey
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.places import Private, scope_of

SUITE = b"\x02"  # then eight bytes of the part's id, then what the root key wrapped
HEAD = 9
MESSAGE = b"message key"
LOWEST = -(1 << 31)
LOCKED_IN_MEMORY = 20_000
Box = tuple[int, RoomId, bytes]  # a part's id, its room, and the box as it lies
Boxes = Callable[[bytes, Iterable[int]], Awaitable[list[Box]]]  # of a public half, in these parts


def make_alone(
    root: RootKey, seat: SeatId, day: int, *, part: int, part_key: bytes
) -> tuple[DataKey, KeptKey]:
    """A key for one message in this part, as it is used and as it is kept."""
    key, key_id = secrets.token_bytes(KEY_BYTES), KeyId(secrets.token_bytes(16))
    inner = lock_under(part_key, MESSAGE, key, key_id + scope_of(seat, day))
    head = SUITE + part.to_bytes(HEAD - 1, "big")
    wrapped = head + root.wrap(inner, _scope(key_id, seat, day, part))
    generation = LOWEST + secrets.randbelow(-LOWEST)
    return DataKey(key_id, key, wrapped), KeptKey(key_id, seat, day, generation, wrapped, day)


def _scope(key: KeyId, seat: SeatId, day: int, part: int) -> bytes:
    return key + scope_of(seat, day) + b"|%d" % part


def part_of(kept: KeptKey) -> int:
    """Which part locks this key. Raises `WrongKey` for bytes that are none of ours."""
    if kept.wrapped[:1] != SUITE or len(kept.wrapped) <= HEAD:
        raise WrongKey
    return int.from_bytes(kept.wrapped[1:HEAD], "big")


def outer(kept: KeptKey) -> tuple[bytes, bytes, bytes]:
    """What stands before what the root key wrapped; that; and what it is bound to."""
    if not kept.is_alone:
        return b"", kept.wrapped, kept.id + scope_of(kept.seat, kept.day)
    scope = _scope(kept.id, kept.seat, kept.day, part_of(kept))
    return kept.wrapped[:HEAD], kept.wrapped[HEAD:], scope


def secret_of(root: RootKey, kept: KeptKey) -> bytes:
    """What the root key's wrapping holds: of a key of one message, that is locked still.

    Raises `WrongKey`.
    """
    _, wrapped, scope = outer(kept)
    return root.unwrap_secret(wrapped, scope)


def wrapped_anew(root: RootKey, kept: KeptKey) -> KeptKey | None:
    """A key of either kind, wrapped by the root key of now; nothing where it is so already.

    Raises `WrongKey`.
    """
    head, wrapped, scope = outer(kept)
    anew = root.wrapped_anew(wrapped, scope)
    return None if anew is None else replace(kept, wrapped=head + anew)


class LockedKeys:
    """Those that this process has at hand, each still locked by its part."""

    def __init__(self, root: RootKey) -> None:
        self._root = root
        self._by_id: dict[KeyId, tuple[KeptKey, int, bytes]] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._by_id

    def keep(self, kept: KeptKey) -> None:
        """Take one aside. Raises `WrongKey` where the root key does not open it."""
        inner = secret_of(self._root, kept)
        while len(self._by_id) >= LOCKED_IN_MEMORY:
            del self._by_id[next(iter(self._by_id))]
        self._by_id[kept.id] = kept, part_of(kept), inner

    def forget(self, key: KeyId) -> None:
        self._by_id.pop(key, None)

    def parts_of(self, keys: Iterable[KeyId]) -> set[int]:
        """The parts that lock those of these keys that are here."""
        return {self._by_id[key][1] for key in keys if key in self._by_id}

    def seat_of(self, key: KeyId) -> SeatId:
        return self._by_id[key][0].seat

    def opened(self, key: KeyId, reader: object) -> DataKey:
        """A key, for a reader who brought its part. Raises `Private`, `WrongKey`."""
        kept, part, inner = self._by_id[key]
        own = getattr(reader, "own", None)
        if not isinstance(own, OwnKey) or part not in own.parts:
            raise Private(key)
        bound = kept.id + scope_of(kept.seat, kept.day)
        return DataKey(key, unlock_with(own.parts[part], MESSAGE, inner, bound), kept.wrapped)
