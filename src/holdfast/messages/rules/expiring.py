"""For how long words stay that their author lets go by themselves. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from holdfast.kit.errors import Malformed
from holdfast.kit.words import N_

A_DAY = 24  # hours
Unit = Literal["minute", "hour", "day"]


class Expires(StrEnum):
    """After how long a message goes."""

    HOUR = "1h"
    DAY = "24h"
    MONTH = "30d"


HOURS = {Expires.HOUR: 1, Expires.DAY: A_DAY, Expires.MONTH: 30 * A_DAY}
CHOICES: tuple[tuple[Expires, str], ...] = (
    (Expires.HOUR, N_("After 1 hour")),
    (Expires.DAY, N_("After 24 hours")),
    (Expires.MONTH, N_("After 30 days")),
)


def hours_of(chosen: str | None, kept_days: int | None = None) -> int | None:
    """The hours for what somebody chose, never longer than their room keeps words."""
    if not chosen:
        return None
    hours = HOURS[chosen_of(chosen)]
    return hours if kept_days is None else min(hours, kept_days * A_DAY)


def chosen_of(written: str) -> Expires:
    """What came from outside, as a choice. Raises `Malformed`."""
    try:
        return Expires(written)
    except ValueError:
        raise Malformed from None


def choices_within(kept_days: int) -> list[tuple[str, str]]:
    """What a room offers that keeps words for so long: nothing it would not keep to."""
    return [(one.value, words) for one, words in CHOICES if HOURS[one] <= kept_days * A_DAY]


def left_words(expires_at: datetime, now: datetime) -> tuple[Unit, int]:
    """How long a message still stays, in the largest unit that says it: what, and how many.

    It is rounded up: nothing goes before it was said to.
    """
    left = max(expires_at - now, timedelta(0))
    minutes = -(-left // timedelta(minutes=1))
    if minutes <= 60:
        return "minute", max(minutes, 1)
    hours = -(-left // timedelta(hours=1))
    if hours <= 2 * A_DAY:
        return "hour", hours
    return "day", -(-left // timedelta(days=1))
