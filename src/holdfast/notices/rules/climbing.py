"""Who is called when: how a page climbs until somebody answers. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from holdfast.kit.ids import StaffId
from holdfast.kit.words import NP_

AGAIN = timedelta(seconds=60)  # once everyone was called, everyone is called again this often
ON_IT_FOR = timedelta(minutes=2)  # whoever says they are on it takes it within this time
RETRY_AFTER = (timedelta(seconds=5), timedelta(seconds=15))  # a call that did not get through
LONGEST_WAIT = timedelta(minutes=5)  # longer than from any rung to the next
NEUTRAL = NP_("safety", "Holdfast: please look at the desk.")  # a page says no more than this


class Urgency(StrEnum):
    """Why people are paged. `detector`: nothing reads the rooms; `gap`: nobody is planned.

    `raid`: many people are coming in at once.
    `relief`: somebody on shift needs a break, and somebody else to come meanwhile.
    """

    IMMEDIATE = "immediate"
    DETECTOR = "detector"
    HIGH = "high"
    RAID = "raid"
    RELIEF = "relief"
    GAP = "gap"


class Whom(StrEnum):
    """Whom a rung of the ladder calls."""

    ON_SHIFT = "on_shift"  # the crisis moderators who are on shift
    NEXT = "next"  # the next person of the chain who was not called yet
    EVERYONE = "everyone"  # all of those, and who looks after the community
    PLANNERS = "planners"  # those who can put somebody on the rota


class Way(StrEnum):
    """How somebody is called."""

    PUSH = "push"  # a notice on a phone or computer of theirs
    TEXT = "text"  # the gateway of the house, by what it knows them as
    GATEWAY = "gateway"  # the gateway of the house itself, one call for each rung


class Outcome(StrEnum):
    """What became of one call. `reached` means delivered, never that somebody looked."""

    REACHED = "reached"
    UNREACHED = "unreached"
    GONE = "gone"  # this device or number is no more
    NO_WAY = "no_way"  # they have not said how to call them, or it is turned off here


class Rung(Struct, frozen=True):
    """One step of a ladder: so long after the page was raised, these people."""

    after: timedelta
    whom: Whom


def _ladder(*rungs: tuple[int, Whom]) -> tuple[Rung, ...]:
    return tuple(Rung(timedelta(seconds=seconds), whom) for seconds, whom in rungs)


QUICK = _ladder((0, Whom.ON_SHIFT), (30, Whom.NEXT), (60, Whom.EVERYONE))
LADDERS: dict[Urgency, tuple[Rung, ...]] = {
    Urgency.IMMEDIATE: QUICK,
    Urgency.DETECTOR: QUICK,
    Urgency.HIGH: _ladder((0, Whom.ON_SHIFT), (120, Whom.NEXT), (360, Whom.EVERYONE)),
    Urgency.RAID: _ladder((0, Whom.ON_SHIFT), (120, Whom.NEXT), (360, Whom.PLANNERS)),
    Urgency.RELIEF: _ladder((0, Whom.NEXT), (120, Whom.NEXT), (300, Whom.PLANNERS)),
    Urgency.GAP: _ladder((0, Whom.PLANNERS)),
}
ENDS = {
    Urgency.RAID,
    Urgency.RELIEF,
    Urgency.GAP,
}  # told once; everything else climbs until it is answered


class Climb(Struct, frozen=True):
    """What is due now: whom to call, how many steps are behind us then, and when the next is."""

    whom: Whom
    step: int
    next_at: datetime | None


class Roster(Struct, frozen=True):
    """Who there is to call, by what the rota and the chain say just now."""

    on_shift: tuple[StaffId, ...] = ()  # crisis moderators and above who are here
    chain: tuple[StaffId, ...] = ()  # in the order in which they are called
    stewards: tuple[StaffId, ...] = ()
    planners: tuple[StaffId, ...] = ()


def climb(urgency: Urgency, raised_at: datetime, step: int, now: datetime) -> Climb | None:
    """The highest rung whose time has come and that is not behind us, or nothing yet.

    `step` counts the rungs behind us. Whoever slept through some goes on with the latest. Above
    the last rung everyone is called again and again: a page never ends in silence.
    """
    reached = _latest(urgency, now - raised_at)
    if reached < step:
        return None
    ladder = LADDERS[urgency]
    whom = ladder[min(reached, len(ladder) - 1)].whom
    return Climb(whom, reached + 1, next_rung_at(urgency, raised_at, reached + 1))


def was_clock_ahead(next_at: datetime, now: datetime) -> bool:
    """Whether whoever wrote this had a clock that is wrong, or ours was set back meanwhile.

    Nobody in danger waits an hour for it: such a rung is due now.
    """
    return next_at > now + LONGEST_WAIT


def _latest(urgency: Urgency, passed: timedelta) -> int:
    """The number of the highest rung whose time has come; -1 before the first."""
    ladder = LADDERS[urgency]
    top = ladder[-1].after
    if passed >= top:
        beyond = 0 if urgency in ENDS else (passed - top) // AGAIN
        return len(ladder) - 1 + beyond
    return sum(1 for rung in ladder if rung.after <= passed) - 1


def next_rung_at(urgency: Urgency, raised_at: datetime, step: int) -> datetime | None:
    """When the rung with this number is due; never, above a ladder that ends."""
    if urgency in ENDS and step >= len(LADDERS[urgency]):
        return None
    return raised_at + after(urgency, step)


def after(urgency: Urgency, step: int) -> timedelta:
    """How long after its beginning a ladder reaches the rung with this number."""
    ladder = LADDERS[urgency]
    beyond = max(0, step - len(ladder) + 1)
    return ladder[min(step, len(ladder) - 1)].after + beyond * AGAIN


def top(urgency: Urgency) -> int:
    """The number of a ladder's last rung, which calls everyone."""
    return len(LADDERS[urgency]) - 1


def is_worse(one: Urgency, than: Urgency) -> bool:
    """Whether a page must begin to climb anew because it is about something worse by now."""
    order = list(Urgency)
    return order.index(one) < order.index(than)


def callees(whom: Whom, roster: Roster, called: Collection[StaffId]) -> tuple[StaffId, ...]:
    """The people of a rung, once each. Nobody, where the rota knows none: then climb on."""
    people = {
        Whom.ON_SHIFT: roster.on_shift,
        Whom.NEXT: tuple(one for one in roster.chain if one not in called)[:1],
        Whom.EVERYONE: (*roster.on_shift, *roster.chain, *roster.stewards),
        Whom.PLANNERS: roster.planners,
    }
    return tuple(dict.fromkeys(people[whom]))


def retry_at(tries: int, now: datetime) -> datetime | None:
    """When a call that did not get through is tried once more; nothing after the last time."""
    return now + RETRY_AFTER[tries - 1] if tries <= len(RETRY_AFTER) else None
