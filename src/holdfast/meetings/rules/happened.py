"""What may happen in a meeting, and what the house says then."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the house to say in the room: which one, and the numbers in it."""

    name: str
    facts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock. `here` are the seats that are there; `open_` is whether a meeting may begin."""

    here: frozenset[int] = frozenset()
    open_: bool = True


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody would like a turn, or said something."""

    seat: int


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody gave up their seat, or would rather have no turn."""

    seat: int


@dataclass(frozen=True, slots=True)
class Done:
    """Whose turn it is has said what they wanted, or passes: the same."""

    seat: int


@dataclass(frozen=True, slots=True)
class Next:
    """The host goes on: to the next turn, or the next round."""


@dataclass(frozen=True, slots=True)
class More:
    """The host gives more time."""


@dataclass(frozen=True, slots=True)
class End:
    """The host ends it."""


Happened = Tick | Joined | Left | Done | Next | More | End
