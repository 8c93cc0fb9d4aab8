"""How fast a human must come, who may take what, and what it takes to let go. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from holdfast.kit.errors import HoldfastError
from holdfast.kit.words import N_
from holdfast.rights.rules import Permission, Staff, may
from holdfast.screening.concern import Concern

CLAIM = timedelta(minutes=10)  # a claim that no act renews lets others take over
APPROVAL = timedelta(minutes=15)  # what one person asked for, another grants within this time
REVIEW = timedelta(hours=24)
LEVELS = {Concern.WATCH: "watch", Concern.HIGH: "high", Concern.IMMEDIATE: "immediate"}
CONCERNS = {name: concern for concern, name in LEVELS.items()}
ALONE = timedelta(minutes=5)  # then a second person is called to something immediate
HANDLING = ("taken", "joined", "second_joined")  # who did these had it in their hands
FIRST_WORDS, SECOND_CALLED = "first_words", "second_called"  # steps that are done once
CHECK_INS = (24, 72, 168)  # hours
CHECK_IN_LASTS = timedelta(days=7)


class Clock(Struct, frozen=True):
    """When somebody must have looked and must have written, after the words (safeguarding §3.2)."""

    seen: timedelta
    first_words: timedelta


CLOCKS = {
    Concern.WATCH: Clock(timedelta(minutes=15), timedelta(minutes=60)),
    Concern.HIGH: Clock(timedelta(minutes=5), timedelta(minutes=10)),
    Concern.IMMEDIATE: Clock(timedelta(seconds=60), timedelta(minutes=2)),
}


class Outcome(StrEnum):
    """How an escalation ends."""

    REPLIED = "replied"  # a person answered; nothing more was needed
    SAFE = "safe"  # she says she is safe, and there is a plan
    PLAN = "plan"  # a plan was made together
    REFERRED = "referred"  # help elsewhere was agreed
    HANDED_OVER = "handed_over"  # a service said: I have them
    EMERGENCY = "emergency"  # emergency services came or were called


ENDS = {
    Concern.WATCH: frozenset(Outcome),
    Concern.HIGH: frozenset(Outcome) - {Outcome.REPLIED},
    Concern.IMMEDIATE: frozenset({Outcome.SAFE, Outcome.HANDED_OVER, Outcome.EMERGENCY}),
}


class Why(StrEnum):
    """Why a concern is lowered, or raised by hand."""

    MISREAD = "misread"  # the rules took it for something that it is not
    TALKED = "talked"  # we talked, and it is another matter than it seemed
    HELP_CAME = "help_came"
    LEARNED_MORE = "learned_more"


class AlreadyDone(HoldfastError):
    """It was taken, closed or decided by somebody else meanwhile."""

    status = 409
    code = "moved_on"
    words = N_("Somebody was quicker: this has changed since you looked. Please look again.")


class NeedsSecond(HoldfastError):
    """It takes another person."""

    status = 409
    code = "second_person_needed"
    words = N_("This needs a second person. Nobody can say yes to their own request.")


class NeedsLead(HoldfastError):
    """It is about a child or about exploitation, and neither of the two is the lead."""

    status = 409
    code = "lead_needed"
    words = N_("On this track the lead decides, with a second person. Please call the lead.")


class RunOut(HoldfastError):
    """A request that nobody granted in time."""

    status = 409
    code = "approval_expired"
    words = N_("That request has run out. Please ask again.")


class NotThisWay(HoldfastError):
    """An end that does not fit the concern."""

    status = 422
    code = "end_not_allowed"
    words = N_("At this concern it can’t end that way. Please choose another end.")


def may_take(staff: Staff, concern: int) -> bool:
    """Whether this role may take an escalation of this concern."""
    if concern <= Concern.WATCH:
        return may(staff, Permission.ESCALATION_TAKE_WATCH)
    return may(staff, Permission.ESCALATION_TAKE)


def is_claimed(taken_by: int | None, claim_until: datetime | None, now: datetime) -> bool:
    """Whether somebody holds it. A claim that ran out lets another in; it puts nobody out."""
    return taken_by is not None and claim_until is not None and claim_until > now


def asks_again(checked_in_at: datetime | None, now: datetime) -> bool:
    """Whether a check-in is going on: from when it was due, for a week."""
    return checked_in_at is not None and now - checked_in_at <= CHECK_IN_LASTS


def ends_alone(concern: int, how: Outcome, roster: int) -> bool:
    """Whether one person may close it: a watch, or a handover where there is no second person."""
    return concern <= Concern.WATCH or (roster < 2 and how is Outcome.HANDED_OVER)


def seconds_left(raised_at: datetime, concern: int, now: datetime) -> int:
    """Seconds until somebody must have looked; negative once it is overdue."""
    due = raised_at + CLOCKS[Concern(concern)].seen
    return round((due - now).total_seconds())


def joined_tracks(one: str, other: str) -> str:
    """Both, each letter once."""
    return "".join(dict.fromkeys(one + other))
