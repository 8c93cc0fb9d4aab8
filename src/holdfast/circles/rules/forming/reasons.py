"""Why this circle: what a person shares with the others there, in codes that pages put in words."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from holdfast.circles.rules.forming.wishes import FACETS, SHARED_SLOTS, OpenCircle, Wish
from holdfast.circles.rules.times import EVERY_SLOT

LEAST_OTHERS = 2  # what only one other chose is theirs to tell


class Reason(Struct, frozen=True):
    """`what` is a facet, "language" or "times"; `value` is what is shared (for times, how many)."""

    what: str
    value: str
    everyone: bool  # all of them, or most


def reasons(mine: Wish, others: Sequence[Wish]) -> list[Reason]:
    """What a person shares with most of a circle, the weightiest first.

    What fewer than two others chose is never told: it would say who they are.
    """
    if not others:
        return []
    found = [
        Reason(facet, value, everyone=shared == len(others))
        for facet in _weightiest_first()
        for value in sorted(mine.chosen(facet))
        if _is_told(shared := sum(value in other.chosen(facet) for other in others), len(others))
    ]
    return found + _of_all(mine, others)


def reasons_for_seat(mine: Wish, circle: OpenCircle) -> list[Reason]:
    """What a person shares with a circle that is there already, by what it says of itself."""
    itself = circle.as_wish()
    found = [
        Reason(facet, value, everyone=True)
        for facet in _weightiest_first()
        for value in sorted(mine.chosen(facet) & itself.chosen(facet))
    ]
    told = _of_all(mine, [itself])
    return found + [one for one in told if one.what != "times" or mine.slots != EVERY_SLOT]


def _weightiest_first() -> list[str]:
    return sorted(FACETS, key=lambda facet: -FACETS[facet])


def _of_all(mine: Wish, others: Sequence[Wish]) -> list[Reason]:
    """The language and the times, which a whole circle shares or it is none."""
    found = []
    if tongue := _language(mine, others):
        found.append(Reason("language", tongue, everyone=True))
    slots = mine.slots.intersection(*(other.slots for other in others))
    if len(slots) >= SHARED_SLOTS:
        found.append(Reason("times", f"{len(slots)}", everyone=True))
    return found


def _is_told(shared: int, others: int) -> bool:
    return shared >= LEAST_OTHERS and 2 * shared >= others


def _language(mine: Wish, others: Sequence[Wish]) -> str:
    for language in mine.languages:
        if all(language in other.languages for other in others):
            return language
    return ""
