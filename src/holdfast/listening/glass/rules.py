"""Break-glass: who may open words between two people, together with whom, how much, how long."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from holdfast.kit.errors import Conflict, Malformed, NotPermitted
from holdfast.kit.words import N_, NP_
from holdfast.rights.rules import MATRIX, Permission, Role

ANSWERED_WITHIN = timedelta(hours=2)  # from the asking to a second person's yes
OPENED_WITHIN = timedelta(hours=1)  # from that yes to the first page
LONGEST_SPAN = timedelta(days=7)
LEAST_MINUTES, MOST_MINUTES = 5, 60
LENGTHS = (15, 30, 60)  # as the form offers them
TOLD_AFTER = timedelta(hours=72)
DELAYED_BY = timedelta(days=30)  # then they are told, unless two people say so again
PAGE = 40  # messages on one page


class Half(StrEnum):
    """The two halves of every part's key. Nobody ever has both."""

    CARE = "care"
    LEAD = "lead"


HALVES: dict[Half, tuple[Role, ...]] = {
    Half.CARE: (Role.CRISIS_MODERATOR, Role.SUPERVISOR),
    Half.LEAD: (Role.LEAD, Role.AUDITOR),
}


class Why(StrEnum):
    """Why a conversation is opened: a code, never somebody's words."""

    DANGER = "danger"  # somebody may be in danger
    CHILD = "child"
    HARM = "harm"  # one of the two may be harming the other
    LAW = "law"  # the law asks for it


class WhyUntold(StrEnum):
    """Why somebody is told later."""

    DANGER = "danger"  # telling now would put somebody in danger
    LAW = "law"  # the law forbids telling now


class Stage(StrEnum):
    """How far a request has come."""

    ASKED = "asked"
    AGREED = "agreed"
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    RAN_OUT = "ran_out"  # nobody agreed in time, or it was not opened in time
    CLOSED = "closed"


class NobodyElse(Conflict):
    """One person gave both halves, by one account or by two."""

    code = "second_person_needed"
    words = N_("This needs a second person. Nobody can say yes to their own request.")


OF_THE_TWO = N_("You were one of the two who opened it. Somebody else has to answer this.")


class OtherHalfNeeded(NotPermitted):
    """The same half twice opens nothing."""

    code = "other_half_needed"
    words = N_(
        "The two must be of different kinds: one is a crisis moderator or supervisor, the other a "
        "safeguarding lead or auditor."
    )


class RanOut(Conflict):
    """What was asked for was answered, taken back, or is too long ago."""

    code = "approval_expired"
    words = N_("That request has run out, was answered or was taken back. Please ask again.")


class NotAsSeen(Conflict):
    """What somebody said yes to is not what stands there."""

    code = "moved_on"
    words = N_("This is not what you were shown. Please look again.")


class TooWide(Malformed):
    """More than the work can need."""

    code = "span_too_wide"
    words = N_("Choose at most seven days, all of them past, and at most sixty minutes.")


class NoReason(Malformed):
    """A conversation was to be opened, and nobody said why."""

    code = "reason_needed"
    words = N_("Please choose a reason first.")


class NoKey(Conflict):
    """This person never made their half of the key, or it is from after these words."""

    code = "key_needed"
    words = N_("Make your own key first. It opens only what is said from then on.")
    way = "/desk/glass/key"


class NothingToOpen(Conflict):
    """No part of that time has halves for both of them."""

    code = "nothing_to_open"
    words = N_(
        "Nothing from that time can be opened by the two of you. What was said before somebody "
        "made their key stays closed to them."
    )


class WrongWords(NotPermitted):
    """The seven words do not open this key."""

    code = "wrong_words"
    words = N_("These words don’t open your key. Please look at them again.")


class NotOpen(NotPermitted):
    """There is no open look at these words, or it is over, or it is somebody else's."""

    code = "not_open"
    words = N_("This is not open now.")


class TooLate(Conflict):
    """They were told already, or are told later already."""

    code = "moved_on"
    words = NP_("safety", "They have been told already, or nothing was opened.")


class Asked(Struct, frozen=True):
    """A request as far as its standing goes."""

    asked_at: datetime
    minutes: int
    agreed_at: datetime | None = None
    opened_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None


def half_of(role: Role) -> Half | None:
    """Which half people of this role may hold."""
    return next((half for half, roles in HALVES.items() if role in roles), None)


def stage_of(asked: Asked, now: datetime) -> Stage:
    """How far a request has come."""
    if asked.withdrawn_at is not None:
        return Stage.WITHDRAWN
    if asked.closed_at is not None:
        return Stage.CLOSED
    if asked.agreed_at is None:
        return Stage.RAN_OUT if now >= asked.asked_at + ANSWERED_WITHIN else Stage.ASKED
    if asked.opened_at is None:
        return Stage.RAN_OUT if now >= asked.agreed_at + OPENED_WITHIN else Stage.AGREED
    return Stage.CLOSED if now >= ends_at(asked.opened_at, asked.minutes) else Stage.OPEN


def ends_at(opened_at: datetime, minutes: int) -> datetime:
    """When an open look closes by itself."""
    return opened_at + timedelta(minutes=minutes)


def check_width(since: datetime, until: datetime, minutes: int, now: datetime) -> None:
    """Raises `TooWide` for more days, later days or more minutes than anybody is given."""
    is_span = since < until <= now and until - since <= LONGEST_SPAN
    if not is_span or not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise TooWide


def check_pair(
    first: Role | None, second: Role, permission: Permission = Permission.GLASS_ASK
) -> None:
    """Raises `OtherHalfNeeded` unless these are of the two halves.

    `first` is what whoever asked is now; none: they have left. Raises `RanOut` where they may no
    longer ask for it.
    """
    mine = half_of(second)
    theirs = None if first is None else half_of(first)
    if first is None or theirs is None or permission not in MATRIX[first]:
        raise RanOut
    if mine is None or mine is theirs:
        raise OtherHalfNeeded


class Marks(Struct, frozen=True):
    """By what one human is known again behind two accounts: what they sign in with."""

    subjects: Collection[str] = ()  # at the organisation's own sign-in
    credentials: Collection[bytes] = ()  # passkeys, and their public halves


def is_same_human(one: Marks, other: Marks) -> bool:
    """Whether two accounts are signed in to by the same means."""
    return bool(
        set(one.subjects) & set(other.subjects) or set(one.credentials) & set(other.credentials)
    )
