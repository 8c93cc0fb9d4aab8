"""Somebody freezes what is kept about them, and takes that back; what follows of it is done."""

from __future__ import annotations

from holdfast.members.actions.freezing import freeze, thaw
from town import Person, Town


async def froze(town: Town, person: Person | None = None) -> None:
    """Ash, unless another is named."""
    async with town.house.workshop.work() as work:
        await freeze(work, (person or town.ash).member)
    await town.house.reactions.settled()


async def thawed(town: Town, person: Person | None = None) -> None:
    """Ash, unless another is named."""
    async with town.house.workshop.work() as work:
        await thaw(work, (person or town.ash).member)
    await town.house.reactions.settled()
