"""Glances that count how often the database is asked: what was asked in one go counts once."""

from __future__ import annotations

from holdfast.kit.asking import Row
from holdfast.kit.glances import Asked, Glances


class Counting:
    """Asks others, and counts."""

    def __init__(self, glances: Glances) -> None:
        self._glances = glances
        self.goes = 0

    async def rows(self, statement: str, *values: object) -> list[Row]:
        self.goes += 1
        return await self._glances.rows(statement, *values)

    async def several(self, *asked: Asked) -> list[list[Row]]:
        self.goes += 1
        return await self._glances.several(*asked)

    async def close(self) -> None:
        await self._glances.close()
