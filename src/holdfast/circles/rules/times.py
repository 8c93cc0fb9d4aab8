"""Parts of days in somebody's own time, and the weekly slots in UTC that they are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from holdfast.circles.rules.forming.wishes import HOURS_OF_A_SLOT, SLOTS
from holdfast.kit.words import N_

PARTS: Final = {
    "morning": N_("Mornings"),
    "afternoon": N_("Afternoons"),
    "evening": N_("Evenings"),
    "night": N_("Nights"),
}
BEGINS: Final = {"night": 0, "morning": 6, "afternoon": 12, "evening": 18}  # for six hours
LONG: Final = 6
DAYS: Final = {
    "mon": N_("Monday"),
    "tue": N_("Tuesday"),
    "wed": N_("Wednesday"),
    "thu": N_("Thursday"),
    "fri": N_("Friday"),
    "sat": N_("Saturday"),
    "sun": N_("Sunday"),
}
ENOUGH: Final = 3  # hours of a slot: two people who have these share two hours at least
HOUR: Final = timedelta(hours=1)
WEEK_OF_HOURS: Final = 7 * 24
EVERY_SLOT: Final = frozenset(range(SLOTS))
SOON: Final = timedelta(days=70)


def slots_of(times: Iterable[str], zone: str, now: datetime) -> frozenset[int]:
    """The weekly UTC slots in which somebody who chose these times can come, this week.

    Clocks that are put on or back move them: they are worked out anew from what was chosen. No
    part of the day means any, no day means every day.
    """
    chosen = set(times)
    parts, days = chosen & set(PARTS), chosen & set(DAYS)
    if not parts and not days:
        return EVERY_SLOT
    covered = _hours(parts or set(PARTS), days or set(DAYS), zone, now)
    return frozenset(slot for slot in range(SLOTS) if _covers(covered, slot))


def slots_said(times: Iterable[str], zone: str, now: datetime) -> frozenset[int] | None:
    """The same of times that were really said; none where nothing was."""
    said = set(times) & {*PARTS, *DAYS}
    return slots_of(said, zone, now) if said else None


def slot_at(moment: datetime) -> int:
    """The weekly slot in which a moment lies."""
    week = datetime.combine(_monday(moment.astimezone(UTC).date()), datetime.min.time(), UTC)
    return int((moment - week) / (HOUR * HOURS_OF_A_SLOT))


def _covers(covered: set[int], slot: int) -> bool:
    """Whether enough of a slot is theirs. Hours are counted in halves, for zones between hours."""
    halves = 2 * HOURS_OF_A_SLOT
    first = slot * halves
    return sum(half in covered for half in range(first, first + halves)) >= 2 * ENOUGH


def _hours(parts: set[str], days: set[str], zone: str, now: datetime) -> set[int]:
    monday = _monday(now.astimezone(ZoneInfo(zone)).date())
    week = datetime.combine(_monday(now.astimezone(UTC).date()), datetime.min.time(), UTC)
    covered = set[int]()
    for number, day in enumerate(DAYS):
        if day not in days:
            continue
        for part in parts:
            local = datetime.combine(monday + timedelta(days=number), datetime.min.time())
            begins = local.replace(hour=BEGINS[part], tzinfo=ZoneInfo(zone)).astimezone(UTC)
            first = round((begins - week) / (HOUR / 2))
            covered |= {half % (2 * WEEK_OF_HOURS) for half in range(first, first + 2 * LONG)}
    return covered


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def as_bits(slots: Iterable[int]) -> int:
    """Slots as one number."""
    return sum(1 << slot for slot in set(slots))


def from_bits(bits: int) -> frozenset[int]:
    """The slots behind a number."""
    return frozenset(slot for slot in range(SLOTS) if bits >> slot & 1)


def first_meeting(slots: Sequence[int] | frozenset[int], now: datetime) -> datetime:
    """The next time at which a slot of these begins, at least a day from now: there is time to
    arrive. The second hour of a slot is the one that most of its people have.
    """
    week = datetime.combine(_monday(now.astimezone(UTC).date()), datetime.min.time(), UTC)
    wanted = sorted(slots or EVERY_SLOT)
    starts = [
        week + timedelta(days=7 * weeks) + HOUR * (slot * HOURS_OF_A_SLOT + 1)
        for weeks in range(3)
        for slot in wanted
    ]
    return min(start for start in starts if start >= now + timedelta(days=1))


def next_change(zone: str, now: datetime) -> date | None:
    """The day on which the clocks there are put on or back, where it is soon."""
    there = ZoneInfo(zone)
    today = now.astimezone(there)
    for days in range(1, SOON.days + 1):
        then = today + timedelta(days=days)
        if then.utcoffset() != today.utcoffset():
            return then.date()
    return None
