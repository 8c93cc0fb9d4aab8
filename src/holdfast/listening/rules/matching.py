"""Who fits whom: hard rules before any score, and the reasons in words. Pure.

Nothing here is learned and nothing is about worth. A listener who may not take an ask is out; of
those who may, it goes to who was met before by both sides' wish, then to who offers what is asked
for, then to who has done least lately.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct, field

from holdfast.kit.ids import AskId, MemberId
from holdfast.listening.rules.sessions import MOST_TOGETHER
from holdfast.screening.concern import Concern

MOST_AT_ONCE = 2
A_DAY = timedelta(hours=4)  # of any 24 hours
A_WEEK = timedelta(hours=15)  # of any seven days
GAP = timedelta(minutes=10)  # after a hard one
OFFER = timedelta(seconds=90)
OFFERS_AT_ONCE = 1
OFFERS_IN_CONCERN = 3

AGAIN_WEIGHS, WANT_WEIGHS, WAY_WEIGHS, LANGUAGE_WEIGHS = 100, 10, 4, 2


class No(StrEnum):
    """Why a listener does not take an ask. A hard rule each; none is ever weighed."""

    OWN = "own"
    RIGHT = "right"  # none that holds, or not for this language
    AGE = "age"
    BLOCKED = "blocked"
    NOT_WITH = "not_with"
    ENOUGH = "enough"  # the two have talked six times
    OVER = "over"  # the duty has ended, or ends now
    FULL = "full"
    DAY = "day"
    WEEK = "week"
    GAP = "gap"
    CONCERN = "concern"  # somebody looks after the listener themselves
    ASKED = "asked"  # they have this ask, or another, before them, or said no to it
    ALONE = "alone"  # nobody who could be called in is on shift


class Wanted(Struct, frozen=True):
    """An ask as matching sees it."""

    id: AskId
    member: MemberId
    age_band: str
    language: str
    asked_at: datetime
    wants: frozenset[str] = frozenset()
    preferences: frozenset[str] = frozenset()
    concern: int = 0
    blocked: frozenset[MemberId] = frozenset()  # both ways
    not_with: frozenset[MemberId] = frozenset()
    met: dict[MemberId, int] = field(default_factory=dict)  # with whom, how often
    again_with: MemberId | None = None
    asked: frozenset[MemberId] = frozenset()  # who has it before them, or said no
    open_offers: int = 0


class OnDuty(Struct, frozen=True):
    """A listener as matching sees them."""

    member: MemberId
    age_band: str
    until: datetime
    languages: frozenset[str] = frozenset()  # of the right; none: all
    has_right: bool = True
    wants: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    most: int = 1
    talking: int = 0
    offered: int = 0  # asks before them now
    today: timedelta = timedelta()
    week: timedelta = timedelta()
    rests_until: datetime | None = None
    in_concern: bool = False


class Match(Struct, frozen=True):
    """One ask for one listener, and why."""

    ask: AskId
    member: MemberId
    reasons: tuple[str, ...]
    score: int


def why_not(ask: Wanted, one: OnDuty, now: datetime) -> No | None:
    """The first hard rule that keeps these two apart, or nothing."""
    return _why_not_them(ask, one) or why_no_more(one, now) or (No.ASKED if one.offered else None)


def _why_not_them(ask: Wanted, one: OnDuty) -> No | None:
    rules = (
        (No.OWN, ask.member == one.member),
        (No.RIGHT, not one.has_right or not speaks(one.languages, ask.language)),
        (No.AGE, ask.age_band != one.age_band),
        (No.BLOCKED, one.member in ask.blocked),
        (No.NOT_WITH, one.member in ask.not_with),
        (No.ENOUGH, ask.met.get(one.member, 0) >= MOST_TOGETHER),
        (No.ASKED, one.member in ask.asked),
    )
    return next((no for no, holds in rules if holds), None)


def why_no_more(one: OnDuty, now: datetime) -> No | None:
    """Why this listener takes nobody just now, whoever it is; or nothing."""
    rules = (
        (No.OVER, one.until <= now),
        (No.CONCERN, one.in_concern),
        (No.FULL, one.talking >= min(one.most, MOST_AT_ONCE)),
        (No.DAY, one.today >= A_DAY),
        (No.WEEK, one.week >= A_WEEK),
        (No.GAP, one.rests_until is not None and one.rests_until > now),
    )
    return next((no for no, holds in rules if holds), None)


def speaks(languages: Collection[str], wanted: str) -> bool:
    """Whether a right covers a language: itself, or the one it is a kind of."""
    return not languages or wanted in languages or wanted.split("-", maxsplit=1)[0] in languages


def reasons_for(ask: Wanted, one: OnDuty) -> tuple[str, ...]:
    """Why these two, as codes. What is not a reason is not said."""
    found = ["again"] if ask.again_with == one.member else []
    found += [f"want:{want}" for want in sorted(ask.wants & one.wants)]
    found += [f"way:{way}" for way in sorted(ask.preferences & one.ways)]
    if one.languages:
        found.append(f"language:{ask.language}")
    if one.today == timedelta():
        found.append("rested")
    return tuple(found)


def score_of(ask: Wanted, one: OnDuty) -> int:
    """How well they fit; more is better. Whoever has listened long today stands back."""
    again = AGAIN_WEIGHS if ask.again_with == one.member else 0
    wants = WANT_WEIGHS * len(ask.wants & one.wants)
    ways = WAY_WEIGHS * len(ask.preferences & one.ways)
    language = LANGUAGE_WEIGHS if ask.language in one.languages else 0
    load = one.today // timedelta(minutes=30) + 3 * one.talking
    return again + wants + ways + language - load


def in_turn(asks: Iterable[Wanted]) -> list[Wanted]:
    """Who is next: concern first, then who has waited longest. Nothing else moves anybody."""
    return sorted(asks, key=lambda one: (-urgency_of(one), one.asked_at, one.id))


def urgency_of(ask: Wanted) -> int:
    """How far concern moves an ask up."""
    return min(ask.concern, int(Concern.HIGH))


def wanted_offers(ask: Wanted) -> int:
    """Before how many listeners at once an ask lies."""
    return OFFERS_IN_CONCERN if ask.concern >= Concern.WATCH else OFFERS_AT_ONCE


def best_for(ask: Wanted, on_duty: Iterable[OnDuty], now: datetime) -> list[Match]:
    """The listeners to whom this ask goes now, the best first; none, where nobody may take it."""
    free = wanted_offers(ask) - ask.open_offers
    if free <= 0:
        return []
    may = [one for one in on_duty if why_not(ask, one, now) is None]
    found = [Match(ask.id, one.member, reasons_for(ask, one), score_of(ask, one)) for one in may]
    return sorted(found, key=lambda match: (-match.score, match.member))[:free]


def offers_now(asks: Iterable[Wanted], on_duty: Iterable[OnDuty], now: datetime) -> list[Match]:
    """Everything to be offered now, in turn; nobody has two asks before them at once."""
    free = {one.member: one for one in on_duty}
    found: list[Match] = []
    for ask in in_turn(asks):
        for match in best_for(ask, free.values(), now):
            found.append(match)
            del free[match.member]
    return found
