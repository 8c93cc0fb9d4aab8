"""Helplines as those who check them see them: every one, with how far it can be trusted today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from holdfast.resources.pages.wording import country_name
from holdfast.resources.queries import places
from holdfast.resources.rules.checks import Check, Result, Row, every_row, with_checks
from holdfast.resources.rules.helplines import WORLD, Contact, Emergency
from holdfast.resources.rules.showing import Standing, days_left, standing

SOON = 30  # days before a check runs out in which the line is in its turn again


class LineShown(Struct, frozen=True):
    """One line with what its newest check says of it."""

    row: Row  # as it came with the programme
    now: Row  # as it stands after its checks
    country: str
    standing: Standing
    days: int | None  # until the check runs out
    check: Check | None

    @property
    def is_wrong(self) -> bool:
        """Found wrong, and out of sight."""
        return self.check is not None and self.check.result == Result.WRONG

    @property
    def is_good(self) -> bool:
        """Somebody checked it, and that still holds."""
        return self.standing == "checked" and not self.is_wrong

    @property
    def contacts(self) -> tuple[Contact, ...]:
        line = self.now.line
        return () if isinstance(line, Emergency) else line.contacts


def shown_lines(checks: Mapping[str, Check], today: date, locale: str) -> list[LineShown]:
    """Every line there is, as it stands today."""
    every = places().values()
    now = every_row(with_checks(place, checks) for place in every)
    return [
        _shown(row, now.get(row.key, row), checks.get(row.key), today, locale)
        for row in every_row(every).values()
    ]


def _shown(row: Row, now: Row, check: Check | None, today: date, locale: str) -> LineShown:
    name = "" if row.country == WORLD else country_name(locale, row.country)
    left = days_left(now.line, today)
    return LineShown(row, now, name, standing(now.line, today), left, check)


def is_due(line: LineShown) -> bool:
    """Whether somebody should look at it now."""
    if line.is_wrong:
        return False
    return line.standing != "checked" or (line.days is not None and line.days <= SOON)


def in_turn(lines: list[LineShown], home: str) -> list[LineShown]:
    """This community's own country first, then the world, then by name; danger first in each."""

    def turn(one: LineShown) -> tuple[int, str]:
        first = 0 if one.row.country == home else 1 if one.row.country == WORLD else 2
        return first, one.country

    return sorted(lines, key=turn)
