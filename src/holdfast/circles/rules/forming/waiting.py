"""How long until a circle: an honest guess for the slider *sooner ↔ closer*."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

from holdfast.circles.rules.forming.wishes import FACETS, TARGET, OpenCircle, Wish, may_meet

HIGHEST_BAR = 0.7  # of what two people could share, for who wants it closest
ANSWERS_TAKE = 12.0  # hours, until enough of those who are asked have said yes
LONGEST_GUESS = 28 * 24.0  # hours; beyond it we cannot say


class Wait(Struct, frozen=True):
    """`hours` is None where we cannot say; `why` is "seat", "next forming", or "others"."""

    hours: float | None
    why: str


def expected_wait(
    mine: Wish,
    waiting: Sequence[Wish],
    seats: Sequence[OpenCircle] = (),
    *,
    arrivals_a_day: float,
    forming_every: float,
) -> Wait:
    """How long until there is a circle for this wish, in hours.

    A seat that suits: now. Five others who suit and wait already: the next forming, on average
    half its distance, and the time in which people answer. Otherwise until enough of them have
    come as well, at the rate at which people come and with as many of them suiting as of those
    who wait now.
    """
    if any(seat.has_a_seat_for(mine) and _suits(mine, seat.as_wish()) for seat in seats):
        return Wait(0.0, "seat")
    others = [wish for wish in waiting if wish.key != mine.key]
    suiting = sum(may_meet(mine, wish) and _suits(mine, wish) for wish in others)
    missing, soonest = TARGET - 1 - suiting, forming_every / 2 + ANSWERS_TAKE
    if missing <= 0:
        return Wait(soonest, "next forming")
    an_hour = arrivals_a_day / 24 * suiting / max(1, len(others))
    if not an_hour or missing / an_hour > LONGEST_GUESS:
        return Wait(None, "others")
    return Wait(missing / an_hour + soonest, "others")


def likeness(one: Wish, other: Wish) -> float:
    """How alike two wishes are in what both have chosen: 0 to 1, and 0 where nothing is shared."""
    products = lengths_one = lengths_other = 0.0
    for facet, weight in FACETS.items():
        first, second = one.chosen(facet), other.chosen(facet)
        lengths_one += weight**2 * bool(first)
        lengths_other += weight**2 * bool(second)
        if first and second:
            products += weight**2 * len(first & second) / sqrt(len(first) * len(second))
    return products / sqrt(lengths_one * lengths_other) if products else 0.0


def _suits(mine: Wish, other: Wish) -> bool:
    return likeness(mine, other) >= HIGHEST_BAR * mine.closer
