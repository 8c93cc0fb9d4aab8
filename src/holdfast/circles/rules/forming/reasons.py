"""Why this circle: what a person shares with the others there, in codes that pages put in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.circles.rules.forming.wishes import FACETS, SHARED_SLOTS, OpenCircle, Wish

LEAST_OTHERS = 2  # what only one other chose is theirs to tell


@dataclass(frozen=True)
class Reason:
    """`what` is a facet, "language" or "times"; `value` is what is shared (for times, how many)."""

    what: str
    value: str
    everyone: bool  # all of them, or most


def reasons(mine: Wish, others: Sequence[Wish]) -> list[Reason]:
    """What a person shares with most of a circle, the weightiest first.

    What fewer than two others chose is never told: it would say who they are.
    """
    found = [
        Reason(facet, value, shared == len(others))
        for facet in sorted(FACETS, key=lambda facet: -FACETS[facet])
        for value in sorted(mine.chosen(facet))
        if _is_told(shared := sum(value in other.chosen(facet) for other in others), len(others))
    ]
    tongue = _language(mine, others)
    slots = mine.slots.intersection(*(other.slots for other in others))
    if tongue and others:
        found.append(Reason("language", tongue, True))
    if len(slots) >= SHARED_SLOTS and others:
        found.append(Reason("times", f"{len(slots)}", True))
    return found


def reasons_for_seat(mine: Wish, circle: OpenCircle) -> list[Reason]:
    """What a person shares with a circle that is there already, by what the circle says of itself.

    Also what they do not share is no secret, but it is no reason.
    """
    other = circle.as_wish()
    return [*reasons(mine, [other] * LEAST_OTHERS)]


def _is_told(shared: int, others: int) -> bool:
    return shared >= LEAST_OTHERS and 2 * shared >= others


def _language(mine: Wish, others: Sequence[Wish]) -> str:
    for language in mine.languages:
        if all(language in other.languages for other in others):
            return language
    return ""
