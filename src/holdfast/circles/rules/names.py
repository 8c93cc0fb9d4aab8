"""What circles are called: quiet names, none of which says who sits there or why. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from holdfast.kit.words import N_
from holdfast.rooms.rules.guiding import parts_of

NAMES: Final = (
    N_("Steady Evenings"),
    N_("The Slow Tide"),
    N_("Untangling"),
    N_("Harbour Lights"),
    N_("The Long Table"),
    N_("Quiet Water"),
    N_("The Open Window"),
    N_("Still Here"),
    N_("Between Tides"),
    N_("The Warm Stone"),
    N_("Small Lanterns"),
    N_("The Sheltered Bay"),
)
TOPIC: Final = N_("A small circle that meets for some weeks")


def name_for(taken: Collection[str], number: int) -> str:
    """A name that no circle has now; where all are taken, one with a number behind it."""
    free = [name for name in NAMES if name not in taken]
    if free:
        return free[number % len(free)]
    name = NAMES[number % len(NAMES)]
    numbers = {int(behind) for words, behind in map(parts_of, taken) if words == name and behind}
    again = next((n for n in range(2, 10) if n not in numbers), None)
    return name if again is None else f"{name} {again}"
