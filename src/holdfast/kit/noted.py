"""Glances that note down what they saw: for one page, on which nothing is asked twice.

What a page will ask is asked ahead, in one go; whoever asks it then has the answer at hand. It is
no more than a guess: what was not asked ahead is asked when somebody wants to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import cast

from msgspec.structs import replace

from holdfast.kit.asking import Row
from holdfast.kit.glances import Asked, Glances
from holdfast.kit.house import House


class Noted:
    """What was seen a moment ago, in the order in which it was asked."""

    def __init__(self, glances: Glances) -> None:
        self._glances = glances
        self._seen: dict[tuple[str, Sequence[object]], list[Row]] = {}

    async def ahead(self, *asked: Asked) -> None:
        """Ask all of this in one go. Raises `NotKept`."""
        new = {(statement, tuple(values)): None for statement, values in asked}
        for known in new.keys() & self._seen.keys():
            del new[known]
        if new:
            found = await self._glances.several(*new)
            self._seen.update(zip(new, found, strict=True))

    async def rows(self, statement: str, *values: object) -> list[Row]:
        known = self._seen.get((statement, values))
        if known is None:
            known = self._seen[statement, values] = await self._glances.rows(statement, *values)
        return known

    async def several(self, *asked: Asked) -> list[list[Row]]:
        await self.ahead(*asked)
        return [self._seen[statement, tuple(values)] for statement, values in asked]

    async def close(self) -> None:
        """Nothing of it is open."""


def noting(house: House) -> House:
    """The same house for the making of one page: what was looked up for it stays in hand."""
    workshop = copy(house.workshop)
    workshop.glances = Noted(workshop.glances)
    return replace(house, workshop=workshop)


def noted_in(house: House) -> Noted:
    """What such a house has in hand."""
    return cast(Noted, house.workshop.glances)
