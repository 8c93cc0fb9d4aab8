"""What handlers may reach: named, few, and handed in by `app`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Depends, Request
from msgspec import Struct, field

from holdfast.kit.bus import Alone, Bus
from holdfast.kit.cipher import RootKey
from holdfast.kit.limits import Limits
from holdfast.kit.pulse import Pulse
from holdfast.kit.work import Workshop

Kept = Callable[[Any, Any, Any], Awaitable[dict[str, Any]]]  # of (work, reader, member)
Fitting = Callable[[Any, Any], Awaitable[dict[str, Any]]]  # of (house, seat)
Soon = Callable[[Any, Any, Any], Awaitable[dict[Any, str]]]  # of (work, room ids, looks)
Asks = Callable[[Any, Any], Awaitable[bool]]  # of (work, member id)


class House(Struct):
    """The house, put together. What is `Any` here is known by name further up."""

    workshop: Workshop
    limits: Limits
    root: RootKey
    settings: Any
    ledger: Any
    floor: Any
    find_actor: Callable[[Request], Awaitable[Any]]
    epoch: str = ""
    bus: Bus = field(default_factory=Alone)
    role: str = "serve"  # what this process is for: `app.roles`
    draining: bool = False  # it was told to stop, and says so to who sends people
    fits: bool = True  # whether nobody newer took something from the tables
    listening: Any = None  # to the news of the house
    duties: Any = None  # what goes by the clock, where this process may have it
    answers: Counter[int] = field(default_factory=Counter)  # by their hundreds: 2 is 2xx
    witness: Any = None
    pager: Any = None
    reactions: Any = None
    community: Any = None
    erasing: Any = None  # who sees erasures through: `erasing.jobs`
    kept_above: tuple[Kept, ...] = ()  # what slices above `messages` keep about a member
    fittings: dict[str, Fitting] = field(default_factory=dict)  # of rooms, by their kind
    glass: dict[tuple[int, int], Any] = field(default_factory=dict)  # open looks, by whose they are
    panels: tuple[Fitting, ...] = ()  # what stands in rooms of any kind, where there is something
    soon: Soon | None = None  # one line for each room in which something is planned
    asks: Asks | None = None  # whether a member waits for somebody who listens

    @property
    def pulse(self) -> Pulse:
        """Whether the database is there: `house.pulse.alive`."""
        return self.workshop.database.pulse


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


InHouse = Annotated[House, Depends(house_of)]
