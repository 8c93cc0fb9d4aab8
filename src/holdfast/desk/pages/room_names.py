"""What a room is called at the desk, in the words of whoever reads it there."""

from __future__ import annotations

from holdfast.kit.words import N_, say
from holdfast.rooms.actions.sides import SIDE_NAME
from holdfast.rooms.queries.places import name_of

SIDE_SPACE = N_("Side space")


def room_words(name: str, locale: str) -> str:
    """As its members know it; a member's own side space is not whoever's reads this."""
    return say(locale, SIDE_SPACE) if name == SIDE_NAME else name_of(name, locale)
