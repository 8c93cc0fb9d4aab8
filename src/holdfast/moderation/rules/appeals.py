"""Appeals: a second look at a measure, by somebody else and within three days. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.kit.errors import Conflict, HoldfastError, NotPermitted
from holdfast.kit.words import N_

ANSWER_WITHIN = timedelta(hours=72)
NEARS = timedelta(hours=12)  # before it is due, people are called
APPEAL_WITHIN = timedelta(days=30)  # as long as hidden words are kept for it
LONGEST_APPEAL = 2_000
LONGEST_ANSWER = 1_000


class AppealState(StrEnum):
    """`upheld`: the member was right."""

    WAITING = "waiting"
    UPHELD = "upheld"
    REFUSED = "refused"


class OwnMeasure(NotPermitted):
    """Nobody judges an appeal against a measure of their own."""

    code = "own_measure"
    words = N_("This is about a measure of yours, so somebody else reads the appeal.")


class AppealedAlready(Conflict):
    """Each measure can be appealed once."""

    code = "appealed_already"
    words = N_("You have asked for a second look at this already. We answer each one once.")


class NoLonger(Conflict):
    """Too late for an appeal, or there is nothing left to appeal."""

    code = "too_late"
    words = N_("A second look can be asked for within 30 days.")


class NoAnswer(HoldfastError):
    """A decision on an appeal that says nothing to the member."""

    status = 422
    code = "no_answer"
    words = N_("Please say in a few words what the member will read.")


class NothingSaid(HoldfastError):
    """An appeal without words, or with too many."""

    status = 422
    code = "nothing_said"
    words = N_("Please write what you want us to know, in up to 2,000 characters.")


def is_late(due_at: datetime, now: datetime) -> bool:
    return due_at <= now


def may_appeal(taken_at: datetime, now: datetime) -> bool:
    return now - taken_at <= APPEAL_WITHIN
