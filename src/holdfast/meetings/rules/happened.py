"""What may happen in a meeting, and what the house says then."""

from __future__ import annotations

from msgspec import Struct, field


class Line(Struct, frozen=True):
    """A line of the house to say in the room: which one, and the numbers in it."""

    name: str
    facts: dict[str, int] = field(default_factory=dict)


class Tick(Struct, frozen=True):
    """The clock. `here` are the seats that are there; `open_` is whether a meeting may begin."""

    here: frozenset[int] = frozenset()
    open_: bool = True


class Joined(Struct, frozen=True):
    """Somebody would like a turn, or said something."""

    seat: int


class Left(Struct, frozen=True):
    """Somebody gave up their seat, or would rather have no turn."""

    seat: int


class Done(Struct, frozen=True):
    """Whose turn it is has said what they wanted, or passes: the same."""

    seat: int


class Next(Struct, frozen=True):
    """The host goes on: to the next turn, or the next round."""


class More(Struct, frozen=True):
    """The host gives more time."""


class End(Struct, frozen=True):
    """The host ends it."""


Happened = Tick | Joined | Left | Done | Next | More | End
