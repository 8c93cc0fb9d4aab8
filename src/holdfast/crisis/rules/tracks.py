"""The seven tracks that may run beside a concern, each with its own lead and its own never."""

from __future__ import annotations

from enum import StrEnum

from holdfast.kit.words import NP_


class Track(StrEnum):
    """One letter for each, in the order in which they are shown."""

    CHILD = "C"
    ADULT_AT_RISK = "A"
    EXPLOITATION = "X"
    VIOLENCE = "V"
    MEDICAL = "M"
    TERRORISM = "T"
    HELPER = "W"


TRACKS: dict[Track, str] = {
    Track.CHILD: NP_("safety", "A child"),
    Track.ADULT_AT_RISK: NP_("safety", "An adult at risk, or violence at home"),
    Track.EXPLOITATION: NP_("safety", "Sexual exploitation"),
    Track.VIOLENCE: NP_("safety", "A threat to someone else"),
    Track.MEDICAL: NP_("safety", "A medical emergency"),
    Track.TERRORISM: NP_("safety", "Terrorism"),
    Track.HELPER: NP_("safety", "A helper at risk"),
}


# A child and exploitation: nobody decides about these without the lead.
THE_LEADS = frozenset({Track.CHILD, Track.EXPLOITATION})


def needs_lead(letters: str) -> bool:
    """Whether the lead must be one of the two who decide."""
    return not THE_LEADS.isdisjoint(tracks_in(letters))


def tracks_in(letters: str) -> tuple[Track, ...]:
    """The tracks behind letters such as `CX`, in their order; strange letters are none."""
    return tuple(track for track in Track if track.value in letters)
