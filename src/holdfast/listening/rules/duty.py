"""When a listener is on duty, and why they are not. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from holdfast.kit.errors import Conflict, Malformed, NotPermitted
from holdfast.kit.words import N_
from holdfast.listening.rules.matching import A_DAY, A_WEEK, GAP
from holdfast.screening.concern import Concern

LONGEST_DUTY = A_DAY
SHORTEST_DUTY = timedelta(minutes=10)


class Enough(NotPermitted):
    """Listening is work, and nobody does it all day."""

    code = "enough_listened"
    words = N_(
        "You have listened for as long as is good for now: at most four hours in a day and "
        "fifteen in a week. Thank you. Please rest."
    )


class OnDutyAlready(Conflict):
    """One duty is enough."""

    code = "on_duty_already"
    words = N_("You are on duty already.")


class NotOnDuty(NotPermitted):
    """An ask is taken by who is on duty."""

    code = "not_on_duty"
    words = N_("You can take an ask while you are on duty.")


class NoRoomForMore(NotPermitted):
    """Two at once, and a gap after a hard one."""

    code = "no_room_for_more"
    words = N_("You can’t take one more just now. There is a limit, so that you can rest.")


class DutyNotWhole(Malformed):
    """A duty ends at a time, and says how many at once."""

    words = N_("Duty lasts between ten minutes and four hours, with one or two people at once.")


def is_whole(now: datetime, until: datetime, most: int) -> bool:
    """Whether somebody can be on duty so."""
    return most in {1, 2} and SHORTEST_DUTY <= until - now <= LONGEST_DUTY


def listened(
    spans: Iterable[tuple[datetime, datetime]], since: datetime, now: datetime
) -> timedelta:
    """How long somebody listened between two moments; two at once count once."""
    cut = sorted((max(a, since), min(b, now)) for a, b in spans if b > since and a < now)
    total, end = timedelta(), since
    for begin, over in cut:
        if over > end:
            total += over - max(begin, end)
            end = over
    return total


def is_enough(today: timedelta, week: timedelta) -> bool:
    """Whether somebody has listened for as long as is good."""
    return today >= A_DAY or week >= A_WEEK


def rests_until(ended: Iterable[tuple[datetime, bool, int]]) -> datetime | None:
    """Until when a listener has no new one: of (when it ended, was it hard, its concern)."""
    hard = [at for at, was_hard, concern in ended if was_hard or concern >= Concern.HIGH]
    return max(hard) + GAP if hard else None
