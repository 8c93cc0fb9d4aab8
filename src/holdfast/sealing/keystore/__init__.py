"""The keystore: where the wrapped data keys lie, apart from the words they seal (decision 19)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from msgspec import Struct

from holdfast.kit.ids import KeyId, SeatId

ROOT = "root"  # under this name lies by what the root key is known that wraps the keys


class KeptKey(Struct, frozen=True):
    """A data key as it is kept: wrapped by the root key, for one seat and UTC day.

    `generation` counts up when a message of the bucket is erased and its neighbours are sealed
    anew; new words take the highest. Of a key for one message alone it is negative and random: it
    is never the seat's key of a day. `made` is the day when it was made, which is another for a
    later generation: from it, whoever sweeps knows how long a key has been there.
    """

    id: KeyId
    seat: SeatId
    day: int  # days since 1970, UTC
    generation: int
    wrapped: bytes
    made: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether it seals one message, and nothing beside it."""
        return self.generation < 0


class Keystore(Protocol):
    """Keys by seat and day. What a call has answered is on disk (or gone from it) for good.

    Every call raises `NotKept` where the store does not answer.
    """

    is_well: bool  # False once it would not keep something, until it does again

    async def find(self, seat: SeatId, day: int) -> KeptKey | None:
        """The key with the highest generation for this seat and day; never one of one message."""

    async def named(self, ids: Iterable[KeyId]) -> list[KeptKey]:
        """Those of these keys that are still there."""

    async def keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        """Keep new keys; what stands for each: another process's, where that was quicker.

        Many callers that wait at once share one commit.
        """

    async def of_seats(self, seats: Sequence[SeatId]) -> list[KeyId]:
        """Every key of these seats."""

    async def of_days(self, seats: Sequence[SeatId], before: int) -> list[KeyId]:
        """The keys of these seats for days before that one."""

    async def drop(self, ids: Sequence[KeyId]) -> int:
        """Destroy keys; how many there were. Answered: no byte of them stays in its tables.

        Raises `NotKept` also where they are gone and bytes of them may still lie there: any later
        call, also with no keys, first makes an end of that, and raises until it has. What logs and
        backups of a cluster hold goes when they go.
        """

    async def newest_day(self) -> int | None:
        """The latest day of which a key is kept: a restore compares it with the newest words."""

    async def count(self) -> int:
        """How many keys there are."""

    def all_keys(self) -> AsyncIterator[KeptKey]:
        """Every key, in the order of ids: for checks, backups and new wrapping."""

    async def rewrap(self, keys: Sequence[KeptKey]) -> None:
        """The same keys, wrapped anew. Those that are gone meanwhile stay gone."""

    async def secret(self, name: str) -> bytes | None:
        """What is kept under a name besides keys, wrapped like them."""

    async def keep_secret(self, name: str, value: bytes) -> None:
        """Keep this under a name, in the place of what was there."""

    async def close(self) -> None:
        """Let go of the store."""
