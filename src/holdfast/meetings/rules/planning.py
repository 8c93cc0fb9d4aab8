"""What a meeting may be: when, for how long, about what, and how often. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from holdfast.kit.errors import Conflict, Malformed
from holdfast.kit.words import N_

SHORTEST, LONGEST = 20, 180  # minutes
LENGTHS = (30, 45, 60, 90)  # minutes: those that are offered
BOXES = (60, 120, 180, 240, 300)  # seconds that a turn may have
BOX = 180
FURTHEST = timedelta(days=190)
A_WEEK = timedelta(days=7)
LONGEST_THEME = 80
ONE_LINE = re.compile(r"[^\x00-\x1f\x7f]*")
BESIDE = timedelta(minutes=15)  # between the end of one meeting in a room and the next

THEMES = {
    "": N_("No theme: what is on our minds"),
    "hello": N_("Getting to know each other"),
    "days": N_("How the days go"),
    "nights": N_("Nights and sleep"),
    "people": N_("The people around us"),
    "telling": N_("What we tell others, and what not"),
    "helps": N_("What helps, and what does not"),
    "hard-days": N_("Hard days and how they pass"),
    "body": N_("Being kind to the body"),
    "time-off": N_("Rest, and things we like"),
    "change": N_("What has changed"),
    "ahead": N_("What comes next"),
    "goodbye": N_("Saying goodbye"),
}
"""Themes that a host picks from: what a member writes themselves is never kept unsealed."""


class Taken(Conflict):
    """Two meetings in one room at one time."""

    code = "meeting_taken"
    words = N_("There is a meeting in this room at that time already. Please pick another time.")


class Beyond(Conflict):
    """Nobody meets in a circle that has ended by then."""

    code = "meeting_beyond"
    words = N_("This circle ends before that. Please pick an earlier time.")


def theme_of(theme: str, *, is_staff: bool) -> str:
    """A theme as it is kept: one of the list; or, by staff, a line of their own."""
    line = " ".join(theme.split())
    if line in THEMES:
        return line
    if not is_staff:
        raise Malformed(N_("Please pick a theme from the list."))
    if len(line) > LONGEST_THEME or ONE_LINE.fullmatch(line) is None:
        raise Malformed(N_("A theme has at most 80 letters."))
    return line


def length_of(minutes: int) -> int:
    """How long a meeting is. Raises `Malformed`."""
    if not SHORTEST <= minutes <= LONGEST:
        raise Malformed(N_("A meeting lasts from 20 minutes to 3 hours."))
    return minutes


def box_of(seconds: int) -> int:
    """How long one turn is. Raises `Malformed`."""
    if not BOXES[0] <= seconds <= BOXES[-1]:
        raise Malformed(N_("A turn lasts from 1 to 5 minutes."))
    return seconds


def time_of(starts_at: datetime, now: datetime) -> datetime:
    """When a meeting begins: to the minute, not in the past. Raises `Malformed`."""
    if not now <= starts_at + timedelta(minutes=1) or starts_at > now + FURTHEST:
        raise Malformed(N_("A meeting begins at a time to come, within the next six months."))
    return starts_at.replace(second=0, microsecond=0)


def weekly(starts_at: datetime, until: date | None, zone: str) -> list[datetime]:
    """The same hour each week, by the clock on the wall of who plans it, up to a day."""
    if until is None:
        return [starts_at]
    first = starts_at.astimezone(ZoneInfo(zone))
    last = min(until, (starts_at + FURTHEST).date())
    weeks = max(0, (last - first.date()).days // 7)
    at = [(first.replace(tzinfo=None) + A_WEEK * n) for n in range(weeks + 1)]
    return [one.replace(tzinfo=first.tzinfo).astimezone(starts_at.tzinfo) for one in at]


def meets(a: datetime, a_minutes: int, b: datetime, b_minutes: int) -> bool:
    """Whether two meetings in one room come too close to each other."""
    a_end, b_end = a + timedelta(minutes=a_minutes), b + timedelta(minutes=b_minutes)
    return a < b_end + BESIDE and b < a_end + BESIDE
