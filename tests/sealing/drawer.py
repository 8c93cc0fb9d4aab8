"""A keystore in memory, which can be away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from holdfast.kit.errors import NotKept
from holdfast.kit.ids import KeyId, SeatId
from holdfast.sealing.keystore import KeptKey, Keystore


class Drawer(Keystore):
    """Keys by their ids; nothing of it is on disk."""

    def __init__(self) -> None:
        self.is_well = True
        self.is_away = False
        self._keys: dict[KeyId, KeptKey] = {}
        self._secrets: dict[str, bytes] = {}

    def keys(self) -> list[KeptKey]:
        if self.is_away:
            raise NotKept
        return sorted(self._keys.values(), key=lambda key: key.id)

    async def find(self, seat: SeatId, day: int) -> KeptKey | None:
        mine = [key for key in self.keys() if (key.seat, key.day) == (seat, day)]
        return max(mine, key=lambda key: key.generation, default=None)

    async def named(self, ids: Iterable[KeyId]) -> list[KeptKey]:
        wanted = set(ids)
        return [key for key in self.keys() if key.id in wanted]

    async def keep(self, keys: Sequence[KeptKey]) -> list[KeptKey]:
        return [await self._keep(key) for key in keys]

    async def _keep(self, key: KeptKey) -> KeptKey:
        found = await self.find(key.seat, key.day)
        if found is not None and found.generation >= key.generation:
            return found
        self._keys[key.id] = key
        return key

    async def of_seats(self, seats: Sequence[SeatId]) -> list[KeyId]:
        return [key.id for key in self.keys() if key.seat in seats]

    async def of_days(self, seats: Sequence[SeatId], before: int) -> list[KeyId]:
        return [key.id for key in self.keys() if key.seat in seats and key.day < before]

    async def drop(self, ids: Sequence[KeyId]) -> int:
        return sum(self._keys.pop(key.id, None) is not None for key in await self.named(ids))

    async def newest_day(self) -> int | None:
        return max((key.day for key in self.keys()), default=None)

    async def count(self) -> int:
        return len(self.keys())

    async def all_keys(self) -> AsyncIterator[KeptKey]:
        for key in self.keys():
            yield key

    async def rewrap(self, keys: Sequence[KeptKey]) -> None:
        self._keys |= {key.id: key for key in keys if key.id in self._keys}

    async def secret(self, name: str) -> bytes | None:
        return self._secrets.get(name)

    async def keep_secret(self, name: str, value: bytes) -> None:
        self._secrets[name] = value

    async def close(self) -> None:
        pass
