"""Age bands: the closed list that is asked at the door. Only the band is kept."""

from __future__ import annotations

from enum import StrEnum

from holdfast.kit.words import N_


class AgeBand(StrEnum):
    """The four bands, as they are written in the API and on a member's row."""

    ADULT = "18+"
    OLDER_TEEN = "16-17"
    YOUNGER_TEEN = "13-15"
    CHILD = "under-13"


# Said the same way for all four, so that the question does not hint at an answer.
LABELS = {
    AgeBand.ADULT: N_("18 or over"),
    AgeBand.OLDER_TEEN: N_("16 or 17"),
    AgeBand.YOUNGER_TEEN: N_("13 to 15"),
    AgeBand.CHILD: N_("12 or under"),
}

SERVED = frozenset({AgeBand.ADULT})


def is_band(value: str) -> bool:
    """Whether this is one of the four answers."""
    return value in set(AgeBand)


def is_served(value: str) -> bool:
    """Whether this community has a place for people of that age."""
    return value in SERVED
