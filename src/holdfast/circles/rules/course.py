"""The course of a circle: how long things last, and what is due when. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from holdfast.circles.rules.forming.wishes import SMALLEST
from holdfast.kit.errors import Malformed
from holdfast.kit.words import N_

ASKED_FOR: Final = timedelta(hours=48)  # in which those who are asked may say yes
SEAT_HELD_FOR: Final = timedelta(hours=48)  # a seat that was found for somebody
SIT_IN: Final = timedelta(hours=24)
WAITS: Final = timedelta(weeks=8)  # for which a wish is kept
WEEKS: Final = (6, 7, 8)
USUAL_WEEKS: Final = 6
FEWEST: Final = SMALLEST
SHORT_FOR: Final = timedelta(days=14)  # with fewer than four, until it is asked what now
WORDS_STAY: Final = timedelta(days=14)  # after the ending
TOLD_BEFORE: Final = timedelta(days=7)  # the ending
FREE_AFTER: Final = timedelta(days=1)  # that a seat is free is said a day later, never whose
ASKED_AFTER: Final = timedelta(weeks=4)  # after the ending: how they are
ANSWER_WITHIN: Final = timedelta(weeks=2)
WEEK: Final = timedelta(weeks=1)


class Course(Struct, frozen=True):
    """Where a circle is."""

    week: int  # 1 is the first
    weeks: int
    is_last: bool


def weeks_chosen(weeks: int) -> int:
    """For how long a circle is to be. Raises `Malformed`."""
    if weeks not in WEEKS:
        raise Malformed(N_("A circle lasts 6, 7 or 8 weeks."))
    return weeks


def ends_at(begun_at: datetime, weeks: int) -> datetime:
    """When a circle ends that began then."""
    return begun_at + weeks * WEEK


def course_of(begun_at: datetime, weeks: int, now: datetime) -> Course:
    """In which of its weeks a circle is."""
    week = max(1, min(weeks, 1 + (now - begun_at) // WEEK))
    return Course(week, weeks, week == weeks)


def agreed_weeks(chosen: list[int]) -> int:
    """How long a circle lasts whose people said so: what most of them want, the shorter of two."""
    return min(sorted(WEEKS), key=lambda weeks: (-chosen.count(weeks), weeks))
