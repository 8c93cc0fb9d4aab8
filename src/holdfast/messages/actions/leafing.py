"""Leafing back through what was said: enough for reading, too little for taking it all away."""

from __future__ import annotations

from math import ceil

from holdfast.kit.limits import Limits, Pace
from holdfast.rights.rules import Actor, Member

NEWEST = 200  # of a room, which anybody in it may read as often as they like
A_LEAF = 50
EVERY, AT_ONCE = 24 * 3600 / 20, 20  # leaves: at most 2,000 older messages in a day


def leaf_back(limits: Limits, actor: Actor, count: int) -> None:
    """Count so many older messages against a member's day. Raises `TooFast`.

    Those of the staff who may read a room are watched by the record instead.
    """
    if isinstance(actor, Member):
        leaves = ceil(count / A_LEAF)
        limits.take(("leafing", actor.id), Pace(EVERY * leaves, max(1, AT_ONCE // leaves)))
