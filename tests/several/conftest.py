"""Two processes of one place, in one test: two houses on one database, with one root key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.app.opening import open_house
from holdfast.app.roles import Process
from holdfast.kit.house import House
from holdfast.settings import Settings
from town import StillClock, Town


@dataclass(frozen=True)
class Two:
    """Two processes of a place: people come in `here`, and also `there`."""

    here: House
    there: House
    town: Town

    @property
    def both(self) -> tuple[House, House]:
        return self.here, self.there

    async def hear(self) -> None:
        """Everything that either did was heard by the other, and what follows is done."""
        for _ in range(2):
            for house in self.both:
                await house.listening.read()
                await house.reactions.settled()
                await house.ledger.caught_up()

    def town_there(self) -> Town:
        """The same people, who came in at the other process."""
        people = vars(self.town) | {"house": self.there}
        return Town(**people)


@pytest.fixture
async def two(
    town: Town, settings: Settings, clock: StillClock, tmp_path: Path
) -> AsyncIterator[Two]:
    """The house with everyone in it, and a second one beside it. News is read when a test says."""
    beside = {
        "data": tmp_path / "beside",
        "root_key": settings.root_key_file,
        "keys": settings.keys_folder,
    }
    process = Process(of_several=True)
    async with open_house(settings.model_copy(update=beside), clock, process=process) as there:
        two = Two(town.house, there, town)
        for house in two.both:
            await house.listening.close()
        yield two
