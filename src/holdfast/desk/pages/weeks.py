"""Weeks, hours and languages, as somebody's own calendar and language have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from babel import Locale, UnknownLocaleError
from msgspec import Struct

from holdfast.kit.errors import Malformed
from holdfast.kit.looks import Looks
from holdfast.kit.pages import babel_locale, clock_of, day_of, zone_of
from holdfast.kit.words import N_
from holdfast.staff.queries import Shift

NO_DAY = N_("Please say the day and both hours.")
NEVER_BEFORE, NEVER_AFTER = date(2020, 1, 1), date(2200, 1, 1)
DAYS = 7


class Day(Struct, frozen=True):
    """One day of the rota, with the shifts that begin on it or go on into it."""

    date: date
    name: str
    is_today: bool
    shifts: tuple[Shift, ...]


class Week(Struct, frozen=True):
    """Seven days from a Monday, in one time zone."""

    monday: date
    today: date
    zone: str

    @property
    def starts_at(self) -> datetime:
        return _midnight(self.monday, self.zone)

    @property
    def ends_at(self) -> datetime:
        return _midnight(self.monday + timedelta(days=DAYS), self.zone)

    @property
    def before(self) -> str:
        """The Monday of the week before, as the page's address has it."""
        return (self.monday - timedelta(days=DAYS)).isoformat()

    @property
    def after(self) -> str:
        return (self.monday + timedelta(days=DAYS)).isoformat()

    def days(self, shifts: Sequence[Shift], looks: Looks) -> list[Day]:
        """The week's days with their shifts."""
        dates = [self.monday + timedelta(days=number) for number in range(DAYS)]
        return [self._day(one, shifts, looks) for one in dates]

    def _day(self, one: date, shifts: Sequence[Shift], looks: Looks) -> Day:
        start, end = _midnight(one, self.zone), _midnight(one + timedelta(days=1), self.zone)
        its = tuple(shift for shift in shifts if shift.starts_at < end and shift.ends_at > start)
        return Day(one, day_of(start, looks), one == self.today, its)


def week_of(written: str, now: datetime, looks: Looks) -> Week:
    """The week of a day as it is written in an address; this week for what is no day."""
    today = now.astimezone(zone_of(looks.zone)).date()
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = today
    day = min(max(day, NEVER_BEFORE), NEVER_AFTER)
    return Week(day - timedelta(days=day.weekday()), today, looks.zone)


def moment_after(day: str, hour: str, looks: Looks, *, days: int = 0) -> datetime:
    """The moment at which the reader's clock shows this. Raises `Malformed` for none such."""
    try:
        on, at = date.fromisoformat(day), time.fromisoformat(hour)
    except ValueError:
        raise Malformed(NO_DAY) from None
    if not NEVER_BEFORE <= on <= NEVER_AFTER or at.tzinfo is not None:
        raise Malformed(NO_DAY)
    local = datetime.combine(on + timedelta(days=days), at, tzinfo=zone_of(looks.zone))
    return local.astimezone(UTC)


def hours_of(starts_at: datetime, ends_at: datetime, looks: Looks) -> str:
    """From when to when, by the reader's clock."""
    return f"{clock_of(starts_at, looks)}–{clock_of(ends_at, looks)}"


def language_name(code: str, looks: Looks) -> str:
    """What a language is called in the reader's."""
    try:
        name = Locale.parse(code, sep="-").get_display_name(babel_locale(looks))
    except (ValueError, UnknownLocaleError):
        name = None
    return name or code


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone_of(zone)).astimezone(UTC)
