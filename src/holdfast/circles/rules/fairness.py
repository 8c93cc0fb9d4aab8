"""Is it fair? Who is placed, after what wait, how well; and no figure is one person’s own.

A cell of fewer than ten people is hidden. As the total is told, one hidden cell could be reckoned
from the others: so never only one is hidden, and all that are hidden hold at least ten people.
What is shown is rounded, because the worst wait of twelve people is one person's wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import ceil
from typing import Final

from msgspec import Struct

FEWEST: Final = 10
ROUNDED_TO: Final = 5  # people
MANY: Final = 100  # people, from whom on a share is told to one percent
STEPS: Final = ((48, 6), (14 * 24, 24))  # waits up to so many hours are told in such steps
WEEK: Final = 7 * 24  # longer ones in whole weeks
FIT: Final = 0.05


class Told(Struct, frozen=True):
    """One wish, as much of it as the audit may know: placed or still waiting."""

    language: str
    age: str
    themes: frozenset[str]
    waited: float  # hours, until placed or until now
    placed: bool
    fit: float | None = None  # to the others in their circle


class Cell(Struct, frozen=True):
    """Some people, none of whom can be told apart."""

    people: int  # rounded down to fives
    placed: int  # percent
    wait_p95: int  # hours, rounded up to six, to days or to weeks
    fit_p10: float | None  # None where fewer than ten were placed


class Audit(Struct, frozen=True):
    """Everybody, and everybody by each view. A cell that is hidden is `None`."""

    everybody: Cell | None
    by: dict[str, dict[str, Cell | None]]


def audited(told: Sequence[Told]) -> Audit:
    """How it came out for everybody, and by language, age band and theme."""
    views = {
        "language": _parted(told, lambda one: [one.language]),
        "age": _parted(told, lambda one: [one.age]),
        "theme": _parted(told, lambda one: sorted(one.themes)),
    }
    everybody = _cell(told) if len(told) >= FEWEST else None
    return Audit(everybody, {name: _shown(cells) for name, cells in views.items()})


def hidden(counts: dict[str, int]) -> set[str]:
    """Which cells are not shown, of cells with so many people each.

    The small ones; and as many of the next smallest as it takes that two cells at least, and ten
    people at least, lie behind what is hidden.
    """
    smallest_first = sorted(counts, key=lambda name: (counts[name], name))
    found = [name for name in smallest_first if counts[name] < FEWEST]
    for name in smallest_first[len(found) :]:
        if not found or (len(found) > 1 and sum(counts[one] for one in found) >= FEWEST):
            break
        found.append(name)
    return set(found)


def _parted(told: Iterable[Told], names: Callable[[Told], Iterable[str]]) -> dict[str, list[Told]]:
    cells: dict[str, list[Told]] = defaultdict(list)
    for one in told:
        for name in names(one):
            cells[name].append(one)
    return dict(sorted(cells.items()))


def _shown(cells: dict[str, list[Told]]) -> dict[str, Cell | None]:
    unseen = hidden({name: len(cell) for name, cell in cells.items()})
    return {name: None if name in unseen else _cell(cell) for name, cell in cells.items()}


def _cell(told: Sequence[Told]) -> Cell:
    placed = sum(one.placed for one in told)
    step = 1 if len(told) >= MANY else 5
    fits = [one.fit for one in told if one.fit is not None]
    return Cell(
        people=len(told) // ROUNDED_TO * ROUNDED_TO,
        placed=round(100 * placed / len(told) / step) * step,
        wait_p95=_rounded_up(_percentile([one.waited for one in told], 95)),
        fit_p10=round(round(_percentile(fits, 10) / FIT) * FIT, 2) if len(fits) >= FEWEST else None,
    )


def _rounded_up(hours: float) -> int:
    step = next((step for most, step in STEPS if hours <= most), WEEK)
    return ceil(hours / step) * step


def _percentile(values: Iterable[float], share: float) -> float:
    """The value below which so many of a hundred lie, between two where it falls between."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
