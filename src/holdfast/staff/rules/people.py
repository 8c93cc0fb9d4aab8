"""Who must stay: a place without a steward can invite nobody."""

from __future__ import annotations

from collections.abc import Sequence


def is_cared_for(ways_of_others: Sequence[int], *, without_a_way_in: bool) -> bool:
    """Whether enough stewards are left. `ways_of_others`: how many ways in each of them has.

    Somebody must be left who can sign in; where who goes could not sign in either (an account that
    the console made for a program), anybody will do.
    """
    return any(ways_of_others) or (without_a_way_in and bool(ways_of_others))
