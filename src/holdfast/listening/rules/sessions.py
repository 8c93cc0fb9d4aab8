"""A listening session from match to goodbye: who is who, what ends it, who may come again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.words import N_

MOST_TOGETHER = 6  # sessions of the same two
PLANNED_FROM = 5  # from this one on its ending is planned
QUIET_FOR = timedelta(minutes=30)  # without a word from either
PAUSED_FOR = timedelta(minutes=60)  # a pause holds the place so long
TOLD_BEFORE = timedelta(minutes=5)  # the house says that it will end
WORDS_KEPT = timedelta(days=14)  # of notes and summaries, after goodbye
LONGEST_SUMMARY = 600
LONGEST_NOTE = 200  # two lines


class Side(StrEnum):
    """One of the two."""

    ASKER = "asker"
    LISTENER = "listener"

    @property
    def other(self) -> Side:
        return Side.LISTENER if self is Side.ASKER else Side.ASKER


class Ending(StrEnum):
    """How a session ended."""

    GOODBYE = "goodbye"
    QUIET = "quiet"  # nobody wrote for long
    LEFT = "left"  # one of them gave up their seat, or is gone for good
    HANDED_OVER = "handed_over"
    NOT_FITTING = "not_fitting"  # who asked would rather have somebody else
    GUARD = "guard"  # a person decided that it ends


class HandState(StrEnum):
    """How a raised hand stands."""

    RAISED = "raised"
    ANSWERED = "answered"
    LOWERED = "lowered"  # the session ended first, or whoever raised it took it down


class HandOverState(StrEnum):
    """How a hand-over to another listener stands."""

    PROPOSED = "proposed"  # the member has not looked at it yet
    APPROVED = "approved"  # the member said yes; somebody is looked for
    REFUSED = "refused"
    TAKEN = "taken"  # the next listener came


class GuardOutcome(StrEnum):
    """What a person decided about a listener who tried twice."""

    GOES_ON = "goes_on"
    ENDS = "ends"


class GoesOn(StrEnum):
    """Why a right that rested holds again. The closed list."""

    SLIP = "slip"  # it was one, and they know it now
    MISREAD = "misread"  # the program took it for something else
    TALKED = "talked"  # somebody talked with them, and trusts them with it


class SessionOver(Conflict):
    """Nothing more is done in a session that ended."""

    code = "session_over"
    words = N_("This conversation has ended.")


class NotNow(Conflict):
    """It cannot be done as it stands."""

    code = "not_now"
    words = N_("That can’t be done just now. Please look again.")


class EnoughTogether(Conflict):
    """The same two meet at most six times."""

    code = "enough_together"
    words = N_("The same two people talk at most six times here. Someone else can listen to you.")


class SummaryNotWhole(Malformed):
    """A summary has words, and not too many."""

    words = N_("A summary has between 1 and 600 letters.")


def may_meet_again(times: int) -> bool:
    """Whether the same two may have one more session after so many."""
    return times < MOST_TOGETHER


def ending_is_planned(number: int) -> bool:
    """Whether in this session of theirs the two talk about how it ends."""
    return number >= PLANNED_FROM


def fades_at(last_at: datetime, paused_at: datetime | None) -> datetime:
    """When a session in which nobody says anything ends by itself."""
    return last_at + QUIET_FOR if paused_at is None else max(paused_at, last_at) + PAUSED_FOR
