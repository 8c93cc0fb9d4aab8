"""The two doors of a report, what it may say, and what its writer is told. Pure."""

from __future__ import annotations

from enum import StrEnum

from holdfast.kit.errors import HoldfastError, TooLong
from holdfast.kit.words import N_

LONGEST_WORDS = 1_000


class Door(StrEnum):
    """The two doors on every message and person."""

    WORRIED = "worried"  # I'm worried about them
    CONDUCT = "conduct"  # this isn't ok


class Step(StrEnum):
    """How far we are with a report. Its writer sees each step."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    CHANGED = "changed"


class Told(StrEnum):
    """What a writer is told at the end: in general words, never about the other person."""

    ACTED = "acted"
    WITH_SOMEONE = "with_someone"
    LEFT_WITHIN = "left_within"
    LEFT_GONE = "left_gone"
    LEFT_SETTLED = "left_settled"
    LEFT_UNSURE = "left_unsure"


TOLD: dict[Told, str] = {
    Told.ACTED: N_("We looked, and we did something about it."),
    Told.WITH_SOMEONE: N_("We looked. People who are trained for this take care of it now."),
    Told.LEFT_WITHIN: N_("We looked and left it as it is. It is within what is ok here."),
    Told.LEFT_GONE: N_("We looked. What you told us about is no longer there."),
    Told.LEFT_SETTLED: N_("We looked and left it as it is. It was talked over kindly."),
    Told.LEFT_UNSURE: N_(
        "We looked and left it as it is. We could not see enough to change something. "
        "If it goes on, please tell us again."
    ),
}


class NoDoor(HoldfastError):
    """A form in which neither of the two was chosen."""

    status = 422
    code = "door_needed"
    words = N_("Please choose one of the two.")


class WordsTooLong(TooLong):
    """More words than a report takes."""

    words = N_("Please say it in up to 1,000 characters. Your words are still here.")


class OwnWords(HoldfastError):
    """Somebody reports their own message, or themselves."""

    status = 422
    code = "own_words"
    words = N_("This is your own. If it is you who needs someone, we are glad you are here.")
    help = True


def door_of(before: Door | None, now: Door) -> Door:
    """What a report is when it is made a second time: a worry stays one."""
    return Door.WORRIED if Door.WORRIED in {before, now} else now
