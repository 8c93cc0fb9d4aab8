"""Who may open a sealed line, and for how long a yes to that holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.kit.errors import Conflict, Malformed, NotPermitted
from holdfast.kit.words import NP_
from holdfast.rights.rules import Permission, Staff, may
from holdfast.screening.concern import Concern

APPROVE_WITHIN = timedelta(minutes=15)  # from the asking to the second person's yes
READ_WITHIN = timedelta(minutes=15)  # from that yes to the last reading
SHORTEST_REASON, LONGEST_REASON = 10, 500


class Standing(StrEnum):
    """How far an opening has come."""

    ASKED = "asked"
    AGREED = "agreed"
    OVER = "over"  # nobody said yes in time, or the time to read is past


class NoReason(Malformed):
    """Opening somebody's sealed line has a reason, and it is written down."""

    code = "reason_needed"
    words = NP_("safety", "Write in a sentence why this is needed now. The member will read it.")


class NotImmediate(Conflict):
    """The line was left for one case only."""

    code = "not_immediate"
    words = NP_("safety", "A sealed line opens only while the concern is immediate.")


class OpeningExpired(Conflict):
    """A yes to this does not last."""

    code = "approval_expired"
    words = NP_("safety", "That was more than 15 minutes ago. Please ask again.")


class SecondPersonNeeded(NotPermitted):
    """One person alone opens nothing."""

    code = "second_person_needed"
    words = NP_("safety", "Somebody else has to say yes to this.")


def is_reason(reason: str) -> bool:
    """Whether this says why: neither nothing nor a letter."""
    return SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON


def may_ask(concern: Concern, staff: Staff, reason: str) -> bool:
    """Whether this person may ask for a sealed line now, giving this reason."""
    return (
        concern is Concern.IMMEDIATE
        and may(staff, Permission.SEALED_LINE_OPEN)
        and is_reason(reason)
    )


def may_open(concern: Concern, first: Staff, second: Staff, reason: str) -> bool:
    """Whether these two may open it: two people, both with the right, now, with a reason."""
    return (
        first.id != second.id
        and may_ask(concern, first, reason)
        and may(second, Permission.SEALED_LINE_OPEN)
    )


def is_over(since: datetime, now: datetime, lasts: timedelta) -> bool:
    """Whether what was said then no longer holds; at the very end it still does."""
    return now - since > lasts


def standing_of(asked_at: datetime, agreed_at: datetime | None, now: datetime) -> Standing:
    """Whether an opening waits for a yes, may be read, or must be asked for anew."""
    if agreed_at is None:
        return Standing.OVER if is_over(asked_at, now, APPROVE_WITHIN) else Standing.ASKED
    return Standing.OVER if is_over(agreed_at, now, READ_WITHIN) else Standing.AGREED
