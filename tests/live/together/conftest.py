"""Two processes of one place, on one database: each a house of its own, with lines to it."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI

from holdfast.app.opening import open_house
from holdfast.app.roles import Process
from holdfast.kit.bus import choosing
from holdfast.kit.house import House
from holdfast.live.hearing import Hearing
from holdfast.settings import Settings
from live.together.network import Network
from serving import Line, Served, serve
from town import Person, StillClock, Town

if TYPE_CHECKING:
    from begun import Begun

OF_SEVERAL = Process(of_several=True)


@dataclass(frozen=True)
class Place:
    """One process: the town as it knows it, and its door."""

    town: Town
    served: Served

    @property
    def house(self) -> House:
        return self.town.house

    @property
    def hearing(self) -> Hearing:
        hearing: Hearing = self.house.floor.hearing
        assert hearing is not None, "its bus is shared"
        return hearing

    async def line(self, name: str) -> Line:
        """A line of somebody of the town."""
        return await self.served.line(self.town.person(name))


@pytest.fixture
def database() -> str:
    """Several processes need PostgreSQL."""
    return "postgresql"


@pytest.fixture
def stage() -> str:
    """Everyone of the town is there."""
    return "town"


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """The network between the processes of a test."""
    network = Network()
    monkeypatch.setattr(choosing, "bus_for", lambda **_: network.bus())
    return network


@pytest.fixture
async def open_place(
    settings: Settings,
    clock: StillClock,
    begun: Callable[[str], Begun],
    tmp_path: Path,
) -> AsyncIterator[Callable[..., Any]]:
    """Opens one more process of the place."""
    people: dict[str, Person] = begun("postgresql").people()
    async with AsyncExitStack() as open_:

        async def open_one(name: str, *, app: FastAPI | None = None, redis: str = "") -> Place:
            folder = tmp_path / name
            shutil.copytree(settings.data, folder)
            apart = {"data": folder, "keys": settings.keys_folder, "redis_url": redis}
            own = settings.model_copy(update=apart)
            house = await open_.enter_async_context(open_house(own, clock, process=OF_SEVERAL))
            served = await open_.enter_async_context(serve(app or FastAPI(), house))
            return Place(Town(house, **people), served)

        yield open_one


@pytest.fixture
async def here(network: Network, open_place: Callable[..., Any]) -> Place:
    """One process."""
    del network  # it is there before anybody speaks
    place: Place = await open_place("here")
    return place


@pytest.fixture
async def there(network: Network, open_place: Callable[..., Any]) -> Place:
    """The other one."""
    del network
    place: Place = await open_place("there")
    return place
