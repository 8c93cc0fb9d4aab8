"""Keys in the keystore that belong to no seat: of plans, sealed lines, and addresses.

Each has the place of a seat that nobody has, a negative number by chance. So the keystore does not
say whose it is, and whatever goes through all keys (backups, checks, a new root key) takes it
along like any other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from holdfast.kit.cipher import DataKey
from holdfast.kit.ids import KeyId, SeatId
from holdfast.sealing.keystore import KeptKey
from holdfast.sealing.places import day_of, scope_of

if TYPE_CHECKING:
    from holdfast.sealing.seam import Keyring

NO_DAY = 0
CHANCE = 1 << 62


def nobodys_seat() -> SeatId:
    """A number that no seat has."""
    return SeatId(-1 - secrets.randbelow(CHANCE))


class KeysApart:
    """What `RootKey.apart` asks of the keystore."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def make(self, now: datetime) -> DataKey:
        """A new key, on disk. Raises `NotKept`."""
        seat = nobodys_seat()
        key = self._keyring.root.make_data_key(scope_of(seat, NO_DAY))
        kept = KeptKey(key.id, seat, NO_DAY, 0, key.wrapped, day_of(now))
        await self._keyring.store.keep([kept])
        await self._keyring.wrap_by_the_one_in_force(kept)
        self._keyring.keep(kept)
        return key

    async def find(self, ids: Iterable[KeyId]) -> dict[KeyId, DataKey]:
        """Those that still exist. Raises `NotKept` (`not_read`), and `WrongKey`."""
        wanted = set(ids)
        await self._keyring.in_hand(wanted)
        found = {key: self._keyring.known(key) for key in wanted}
        return {key: known for key, known in found.items() if known is not None}
