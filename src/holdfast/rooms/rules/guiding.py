"""How a room may be guided: for how long, how slowly, when a second one opens. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.kit.errors import Conflict, HoldfastError, Malformed
from holdfast.kit.words import N_

LONGEST_HOUR = 120  # letters of a topic of the hour
LONGEST_GUIDED = timedelta(hours=12)  # for which a topic or a pace may stand
SLOWEST, FASTEST = 600, 5  # seconds between one message of a member and the next
PACES = (15, 30, 60, 120)  # those that are offered
SPANS = (30, 60, 120, 240)  # minutes: those that are offered
FULL = 12  # voices in a room; with more of them a second one is offered
LATELY = timedelta(minutes=15)
READERS_NEEDED = 2  # on shift, one for each of the two rooms
EMPTY_AFTER = timedelta(minutes=30)
TODAY = timedelta(hours=24)
NUMBERED = re.compile(r"(.+) ([2-9])")
LINE_OF_WORDS = re.compile(r"[^\x00-\x1f\x7f]*")


class Guidance(StrEnum):
    """What may stand in a room until somebody ends it, or its time is over."""

    TOPIC = "topic"  # the topic of the hour
    PINNED = "pinned"  # the seq of the message at the top
    SLOW = "slow"  # seconds between one message of a member and the next
    CLOSED = "closed"  # why nobody may write here


CLOSED_BECAUSE = {
    "notice": N_("This room has closed, as it was told two weeks before. You can still read it."),
    "care": N_("People from here closed this room to keep everyone safe. You can still read it."),
    "ended": N_("This circle has ended. You can read it for two more weeks."),
    "empty": N_("This second room has closed, because it was empty. You can still read it."),
}


class RoomClosed(HoldfastError):
    """A room where nobody writes any more; its members can read it."""

    status = 409
    code = "room_closed"
    words = N_("This room is closed. You can still read it. At the top it says why.")
    help = True


class NoSecondRoom(Conflict):
    """A second room is opened when it is needed, and somebody is there for it."""

    code = "no_second_room"
    words = N_(
        "A second room opens when more than 12 people wrote here in the last 15 minutes and two "
        "people who read its language are on shift."
    )


def topic_of_the_hour(words: str) -> str:
    """The topic as it is kept. Raises `Malformed`."""
    line = " ".join(words.split())
    if not 1 <= len(line) <= LONGEST_HOUR or LINE_OF_WORDS.fullmatch(line) is None:
        raise Malformed(N_("A topic of the hour has 1 to 120 letters."))
    return line


def stands_until(until: datetime, now: datetime) -> datetime:
    """Until when something may stand. Raises `Malformed`."""
    if not now < until <= now + LONGEST_GUIDED:
        raise Malformed(N_("This lasts until a time within the next 12 hours."))
    return until


def pace(seconds: int) -> int:
    """How slow a room may be made. Raises `Malformed`."""
    if not FASTEST <= seconds <= SLOWEST:
        raise Malformed(N_("Between one message and the next lie 5 to 600 seconds."))
    return seconds


def is_full(voices: int) -> bool:
    """Whether more people talk here than can hear each other."""
    return voices > FULL


def second_slug(slug: str, number: int) -> str:
    """The address of a room beside another."""
    return f"{slug[:46].rstrip('-')}-{number}"


def parts_of(name: str) -> tuple[str, str]:
    """A room's name, and the number of a second one beside it."""
    found = NUMBERED.fullmatch(name)
    return (found[1], found[2]) if found else (name, "")
