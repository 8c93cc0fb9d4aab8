"""How much hard reading somebody has had, what follows from it, and whom to ask for cover. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from holdfast.kit.ids import StaffId
from holdfast.screening.concern import Concern

POINTS = {Concern.NONE: 1, Concern.WATCH: 2, Concern.HIGH: 6, Concern.IMMEDIATE: 10}
METHOD = 4  # more, where the words say how, or show what happened
LIMIT = 28  # points at which the queue offers no hard cases any more
NEAR = 80  # per cent of it, from which on a kind note stands at the desk
HALF_LIFE = timedelta(hours=24)  # after it, what was read weighs half
KEPT_FOR = timedelta(days=7)  # what weighs nothing is forgotten
TONIGHT = timedelta(hours=12)
BREAK = timedelta(minutes=10)
BREAK_EVERY = timedelta(minutes=90)
RELIEF_LASTS = timedelta(hours=1)  # then one asks again
DEBRIEF_WITHIN = timedelta(hours=24)
DEBRIEFS_KEPT_FOR = timedelta(days=90)
HARD = Concern.HIGH  # from here on a case is a hard one


class DebriefState(StrEnum):
    """What became of a talk that was offered."""

    OFFERED = "offered"
    WANTED = "wanted"
    HELD = "held"
    DECLINED = "declined"


OPEN_STATES = (DebriefState.OFFERED, DebriefState.WANTED)


class Reading(Struct, frozen=True):
    """Something hard that was read: its points and when."""

    points: int
    at: datetime


def points_for(concern: int, *, says_how: bool = False) -> int:
    """What words of this concern weigh for who reads them."""
    return POINTS[Concern(concern)] + (METHOD if says_how else 0)


def share_of(readings: Iterable[Reading], now: datetime) -> int:
    """How much of what one can bear was read, in per cent; it never says more than 100."""
    weighed = sum(one.points * 0.5 ** ((now - one.at) / HALF_LIFE) for one in readings)
    return min(100, int(100 * weighed / LIMIT + 0.5))


def is_near(share: int) -> bool:
    """Whether it is time for a kind word."""
    return share >= NEAR


def is_full(share: int) -> bool:
    """Whether hard cases should go to somebody else now."""
    return share >= 100


def is_spared(share: int, *, on_break: bool, others: Iterable[int]) -> bool:
    """Whether hard cases are not offered to this person now: only while somebody else can come.

    `others` are the shares of those on shift who may take a hard case and are not on a break. A
    person in danger is never hidden from the only one awake.
    """
    return (is_full(share) or on_break) and any(not is_full(one) for one in others)


def is_offered(*, spared: bool, concern: int, mine: bool, late: bool) -> bool:
    """Whether the queue shows this to somebody: what is theirs, and what is late, always."""
    return not spared or concern < HARD or mine or late


def who_debriefs(
    staff_id: StaffId, people: Sequence[StaffId], booked: dict[StaffId, int]
) -> StaffId | None:
    """Whom the talk is booked with: of these people who has fewest talks ahead, never oneself."""
    others = [one for one in people if one != staff_id]
    return min(others, key=lambda one: booked.get(one, 0), default=None)
