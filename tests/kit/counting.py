"""Glances that count how often the database is asked: what was asked in one go counts once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from holdfast.kit.asking import Row
from holdfast.kit.glances import Asked, Glances


class Counting:
    """Asks others, and counts: every go, and how often somebody waited for one by itself."""

    def __init__(self, glances: Glances) -> None:
        self._glances = glances
        self.goes = self.waits = self._under_way = 0

    async def rows(self, statement: str, *values: object) -> list[Row]:
        async with self._go():
            return await self._glances.rows(statement, *values)

    async def several(self, *asked: Asked) -> list[list[Row]]:
        async with self._go():
            return await self._glances.several(*asked)

    @asynccontextmanager
    async def _go(self) -> AsyncIterator[None]:
        self.goes += 1
        self.waits += not self._under_way
        self._under_way += 1
        await asyncio.sleep(0)  # whoever asks in the same moment does so now
        yield
        self._under_way -= 1

    async def close(self) -> None:
        await self._glances.close()
