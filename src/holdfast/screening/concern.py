"""How fast a human must come."""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum

NEVER_ONLY_WATCHED = frozenset("CAX")  # a child, abuse happening, exploitation


class Concern(IntEnum):
    """A sign that someone may be in danger. It says how soon, not how likely."""

    NONE = 0
    WATCH = 1
    HIGH = 2
    IMMEDIATE = 3


def concern_of(level: int, tracks: Collection[str]) -> Concern:
    """What a reader's level (0-4) means for people."""
    if level <= 0:
        return Concern.NONE
    if level == 1:
        return Concern.WATCH
    if level == 2:
        return Concern.HIGH if NEVER_ONLY_WATCHED.intersection(tracks) else Concern.WATCH
    return Concern.HIGH if level == 3 else Concern.IMMEDIATE
