"""What a case is about, how it is held and how it ends. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.kit.errors import HoldfastError, NotPermitted
from holdfast.kit.words import N_
from holdfast.moderation.rules.reports import Told
from holdfast.screening.concern import Concern

CLAIM = timedelta(minutes=15)
KEPT_AFTER = timedelta(days=30)  # then the words of its reports go
HURRIED_CLAIM = timedelta(seconds=90)  # where somebody may be in danger


class CaseKind(StrEnum):
    """What a case is mostly about; the first one of this order that any of its signals names."""

    WORRIED = "worried"  # somebody is worried about them
    CONTACT = "contact"  # a way to be reached, again
    CONDUCT = "conduct"  # this isn't ok
    ROOM = "room"  # what happens to a room as a whole


class CaseState(StrEnum):
    """`decided`: a person decided. `closed`: it ended by itself, because nothing was left of it."""

    OPEN = "open"
    CLAIMED = "claimed"
    DECIDED = "decided"
    CLOSED = "closed"


UNDECIDED = (CaseState.OPEN, CaseState.CLAIMED)


class Outcome(StrEnum):
    """What somebody decided about a case."""

    MEASURE = "measure"  # something was done; the measure says what
    NO_MEASURE = "no_measure"
    PASSED_TO_CRISIS = "passed_to_crisis"


class Ground(StrEnum):
    """Why nothing is done."""

    WITHIN = "within"  # it is within what is ok here
    GONE = "gone"  # it is no longer there
    SETTLED = "settled"  # it was talked over
    UNSURE = "unsure"  # there is not enough to see


GROUNDS: dict[Ground, str] = {
    Ground.WITHIN: N_("It is within what is ok here"),
    Ground.GONE: N_("It is no longer there"),
    Ground.SETTLED: N_("It was talked over kindly"),
    Ground.UNSURE: N_("There is not enough to see"),
}


class FlagKind(StrEnum):
    """What a machine noticed about how somebody, or a room, goes on."""

    HELD_AGAIN = "held_again"  # words were held for conduct, again
    CONTACT_AGAIN = "contact_again"  # a second try to pass on a way to be reached
    RAID = "raid"  # many came in at once


AGAIN, WITHIN = 2, timedelta(hours=24)  # how often in which time is again


FLAGS: dict[FlagKind, tuple[CaseKind, str]] = {
    FlagKind.HELD_AGAIN: (CaseKind.CONDUCT, N_("Words of theirs were held again")),
    FlagKind.CONTACT_AGAIN: (CaseKind.CONTACT, N_("A second try to pass on a way to be reached")),
    FlagKind.RAID: (CaseKind.ROOM, N_("Many came in at once")),
}


class AlreadyDone(HoldfastError):
    """Somebody else claimed or decided it meanwhile, or it is over."""

    status = 409
    code = "already_done"
    words = N_("Somebody was quicker, or it has changed since you looked. Please look again.")


class OwnCase(NotPermitted):
    """Nobody judges a case in which they are themselves."""

    code = "own_case"
    words = N_("You are part of this one yourself, so somebody else decides it.")


def kind_of(kinds: Iterable[CaseKind]) -> CaseKind:
    """What a case is mostly about, from all that joined it."""
    named = set(kinds)
    return next((kind for kind in CaseKind if kind in named), CaseKind.ROOM)


def claim_length(concern: Concern) -> timedelta:
    """How long a claim holds before somebody else may take over."""
    return HURRIED_CLAIM if concern >= Concern.HIGH else CLAIM


def is_claimed(claimed_by: int | None, claim_until: datetime | None, now: datetime) -> bool:
    """Whether somebody holds it. A claim that ran out lets another in; it puts nobody out."""
    return claimed_by is not None and claim_until is not None and claim_until > now


def told_of(outcome: Outcome, ground: Ground | None) -> Told:
    """What those who reported are told of a decision."""
    match outcome:
        case Outcome.MEASURE:
            return Told.ACTED
        case Outcome.PASSED_TO_CRISIS:
            return Told.WITH_SOMEONE
        case Outcome.NO_MEASURE:
            return Told(f"left_{(ground or Ground.UNSURE).value}")


def runs_of(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Places in a room as runs without gaps: what the record keeps of a reading."""
    runs: list[tuple[int, int]] = []
    for seq in sorted(set(seqs)):
        if runs and runs[-1][1] == seq - 1:
            runs[-1] = (runs[-1][0], seq)
        else:
            runs.append((seq, seq))
    return runs
