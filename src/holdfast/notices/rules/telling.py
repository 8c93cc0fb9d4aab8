"""What members are told when they were not there, when a device may say so, and how. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from msgspec import Struct

from holdfast.kit.words import NP_

KEPT_FOR = timedelta(days=30)
SCOPE, PLACE = b"holdfast notices", b"holdfast notices: device"
BETWEEN = timedelta(minutes=10)  # from one push to the next, unless somebody waits for them
LEASE = timedelta(minutes=1)  # a push that was cut off by a stop is sent again after it
AGAIN = timedelta(minutes=5)  # after one that nothing answered
MOST_MISSES = 5  # in a row; then the device is dropped
TOO_OLD = timedelta(hours=12)  # what is older is on the list, and no push says so any more
MOST_DEVICES = 3
A_FEW = 3  # more than this is told as "a few"
TITLE = NP_("safety", "New notice")
BODY = NP_("safety", "Something new is waiting")
DAY = 24 * 60
LONG_AGO = 10_000  # notices that one member may take along


class Shown(Struct, frozen=True):
    """What a device shows, in its reader's language. Never who, where or why."""

    title: str
    body: str
    is_pressing: bool  # the push service need not save the device's battery


class Kind(StrEnum):
    """What a notice is about; the most pressing first."""

    SIDE_SPACE = "side_space"  # somebody came to them, or wrote to them, in their side space
    LISTENER = "listener"  # somebody is there for them, who asked for one person to talk to
    RETURNED = "returned"  # their post was given back
    MEASURE = "measure"
    MEASURE_ENDED = "measure_ended"
    APPEAL = "appeal"  # their appeal was answered
    REPORT = "report"  # their report was answered
    OPENED = "opened"  # a conversation of theirs was opened by break-glass
    RELEASED = "released"  # their post is in the room now
    REPLY = "reply"
    MEETING = "meeting"  # one begins soon, of which they asked to be told
    MEETING_MOVED = "meeting_moved"  # or it will not be
    CIRCLE_ASKED = "circle_asked"  # would they like to begin with these, or take a free seat
    CIRCLE_SHORT = "circle_short"  # too few for two weeks: it ends
    CIRCLE_ENDING = "circle_ending"
    CIRCLE_ENDED = "circle_ended"
    CIRCLE_CHECK = "circle_check"  # how they are, four weeks later
    WISH_OVER = "wish_over"  # it was kept for long enough
    ROOM_CLOSING = "room_closing"
    UNUSED = "unused"  # nobody came back for so long that all of it goes soon


SOON = timedelta(seconds=20)
GRACE = {Kind.SIDE_SPACE: SOON, Kind.LISTENER: SOON}  # to see it by oneself; a minute for others
NOBODY_WAITS_LONGER = frozenset(GRACE)  # told at once, however lately another was


def quiet_ends(now: datetime, zone: str, since: int | None, until: int | None) -> datetime | None:
    """When the quiet that a member wants now is over; nothing where it is not quiet.

    `since` and `until` are minutes of their own day.
    """
    if since is None or until is None or since == until:
        return None
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    over_in = (until - minute) % DAY
    if over_in == 0 or over_in > (until - since) % DAY:
        return None
    begun = now.replace(second=0, microsecond=0)
    return begun + timedelta(minutes=over_in)


def push_next_at(
    now: datetime, kinds: frozenset[Kind], pushed_at: datetime | None, quiet: datetime | None
) -> datetime | None:
    """When a member's device is to be told instead of now; nothing where it is to be now."""
    if quiet is not None:
        return quiet
    if pushed_at is None or kinds & NOBODY_WAITS_LONGER:
        return None
    return pushed_at + BETWEEN if now < pushed_at + BETWEEN else None


def minute_of(written: str) -> int | None:
    """The minute of the day behind `22:30`; nothing for what is no time."""
    hours, _, minutes = written.partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        return None
    if len(hours) > 2 or len(minutes) != 2 or int(hours) > 23 or int(minutes) > 59:
        return None
    return int(hours) * 60 + int(minutes)


def as_written(minute: int | None) -> str:
    """The time of day as a form has it; empty where there is none."""
    return "" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"
