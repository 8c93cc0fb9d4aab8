"""What may stop somebody from writing or coming in, until when, and how that is said. Pure."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from holdfast.kit.errors import HoldfastError, TooFast
from holdfast.kit.ids import MeasureId
from holdfast.kit.words import N_, Ours

RULES = {  # the one list of what is asked of everyone here, and why words or people are stopped
    "kind": N_("Be kind: this could hurt someone here"),
    "methods": N_("Feelings, not methods: leave out how"),
    "private": N_("Keep each other private: no ways to be reached"),
    "place": N_("It does not belong in this room"),
    "other_help": N_("Another place can help with this better"),
    "room_for_all": N_("Leave room for others: not the same thing again and again"),
    "selling": N_("Nothing is sold here, and nobody is asked for money"),
    "honest": N_("Be who you are here: nobody plays someone they are not"),
    "safe": N_("Everyone is safe here: no threats, and nobody is pressed"),
}
WHERE = "/me/measures"  # the page that says what, why and until when, and takes an appeal


class Stop(Struct, frozen=True):
    """That somebody may not write, or not come in; without `until` for good."""

    until: datetime | None
    rule: str
    measure: MeasureId

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


def in_words(rule: str) -> Ours:
    """A rule as it stands inside a sentence."""
    return Ours(RULES.get(rule, rule))


class Hushed(HoldfastError):
    """This seat may read and not write, until a time."""

    status = 403
    code = "hushed"
    words = N_(
        "You can read here, but not write for now. The reason: %(why)s. “When we stepped in”, on "
        "your own page, says until when. You can ask for a second look there."
    )


class Paused(HoldfastError):
    """This member may not come into any open room, until a time."""

    status = 403
    code = "paused"
    words = N_(
        "The rooms are closed to you for now. The reason: %(why)s. Your own page and the help "
        "page stay open. So does a side space where somebody comes to you. “When we stepped in” "
        "says until when. You can ask for a second look there."
    )
    help = True
    way = WHERE


class Removed(Paused):
    """This member may not come into any open room any more."""

    code = "removed"
    words = N_(
        "The rooms stay closed to you. The reason: %(why)s. Your own page and the help page stay "
        "open. So does a side space where somebody comes to you. “When we stepped in” says more. "
        "You can ask for a second look there."
    )


class SlowRoom(TooFast):
    """One message in a while, so that everyone can follow."""

    words = N_(
        "This room is slower just now, so that everyone can follow. Your words are still here. "
        "You can send them in a moment."
    )
    help = False


def hushed_by(stop: Stop) -> Hushed:
    return Hushed(until=stop.until, why=in_words(stop.rule))


def kept_out_by(stop: Stop) -> Paused:
    """Why a member may not come in: for a time, or for good."""
    refusal = Removed if stop.until is None else Paused
    return refusal(until=stop.until, why=in_words(stop.rule))
