"""Which rows are shown today, how far they can be trusted, and what a keeper must look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from holdfast.resources.rules.helplines import (
    WORLD,
    Checkable,
    Contact,
    Emergency,
    Helpline,
    Place,
)

GOOD_FOR = timedelta(days=180)
WARNINGS = (7, 30, 60)

Standing = Literal["checked", "unchecked", "expired"]
HiddenFor = Literal["weak", "partial", "memory", "expired"]
DoubtWhy = Literal["unchecked", "expiring", "expired", "checked later than today", "wrong"]


class Shown(Struct, frozen=True):
    """A helpline with the contacts that may be seen, and how far they can be trusted."""

    line: Helpline
    contacts: tuple[Contact, ...]
    standing: Standing


class Hidden(Struct, frozen=True):
    """A helpline, or some contacts of it, that may not be seen, and why."""

    line: Helpline
    contacts: tuple[Contact, ...]
    why: HiddenFor


class Sheet(Struct, frozen=True):
    """Help for one country on one day. Never empty: emergency and directory always remain."""

    country: str
    emergency: Emergency
    emergency_standing: Standing
    lines: tuple[Shown, ...]
    last_known: Shown | None
    directory: Shown
    hidden: tuple[Hidden, ...]


class Doubt(Struct, frozen=True):
    """One row that the people who run this place should look at."""

    country: str
    row: str
    name: str
    why: DoubtWhy
    shown: bool
    days_left: int | None
    where: str
    doubt: str

    def __str__(self) -> str:
        """One line for a keeper: which row, what is the matter, and where to look."""
        why = {
            "unchecked": "not yet checked",
            "expiring": f"its check ends in {self.days_left} days",
            "expired": "its check has run out",
            "checked later than today": "its check is dated later than today",
            "wrong": "somebody found it wrong",
        }[self.why]
        seen = "shown" if self.shown else "hidden"
        doubt = f" Doubt: {self.doubt}" if self.doubt else ""
        return (
            f"{self.country} {self.row} ({self.name}): {why}, {seen}. Source: {self.where}.{doubt}"
        )


def standing(row: Checkable, today: date) -> Standing:
    """How far a row can be trusted today. A check dated later than today is no check yet."""
    if row.checked_on is None or row.checked_on > today:
        return "unchecked"
    return "checked" if today - row.checked_on <= GOOD_FOR else "expired"


def days_left(row: Checkable, today: date) -> int | None:
    """Days until a checked row hides itself; below zero once it has; none if it has no check."""
    if standing(row, today) == "unchecked" or row.checked_on is None:
        return None
    return (row.checked_on + GOOD_FOR - today).days


def warning(row: Checkable, today: date) -> int | None:
    """The warning a row has reached: 60, 30 or 7 days before it hides itself."""
    left = days_left(row, today)
    if left is None or left < 0:
        return None
    return next((days for days in WARNINGS if left <= days), None)


def sheet(place: Place, world: Place, today: date) -> Sheet:
    """What the help page shows for a country."""
    if world.directory is None:
        raise ValueError("the world has a directory")
    judged = [part for line in place.helplines for part in _judged(line, today)]
    shown = tuple(part for part in judged if isinstance(part, Shown))
    return Sheet(
        country=place.country,
        emergency=place.emergency,
        emergency_standing=standing(place.emergency, today),
        lines=shown,
        last_known=None if shown or place.country == WORLD else _last_known(place.helplines, today),
        directory=Shown(
            world.directory, world.directory.contacts, standing(world.directory, today)
        ),
        hidden=tuple(part for part in judged if isinstance(part, Hidden)),
    )


def doubts(places: Iterable[Place], today: date) -> tuple[Doubt, ...]:
    """Every row nobody has checked, and every one whose check has run out or soon will."""
    return tuple(
        doubt
        for place in places
        for name, row, is_shown in _checkable(place, today)
        if (doubt := _doubt(place.country, name, row, today, is_shown)) is not None
    )


def _judged(line: Helpline, today: date) -> Iterator[Shown | Hidden]:
    """A line in one piece, or in two when only some of its contacts may be seen."""
    trust = standing(line, today)
    if trust == "expired":
        yield Hidden(line, line.contacts, "expired")
    elif trust == "checked":
        yield Shown(line, line.contacts, trust)
    else:
        yield from _by_mark(line)


def _by_mark(line: Helpline) -> Iterator[Shown | Hidden]:
    """A mark goes with the number that it follows, otherwise with the whole row."""
    marks = [(contact, contact.seen or line.seen) for contact in line.contacts]
    if seen := tuple(contact for contact, mark in marks if mark == "page"):
        yield Shown(line, seen, "unchecked")
    reasons: tuple[HiddenFor, ...] = ("weak", "partial", "memory")
    for why in reasons:
        if unseen := tuple(contact for contact, mark in marks if mark == why):
            yield Hidden(line, unseen, why)


def _last_known(lines: tuple[Helpline, ...], today: date) -> Shown | None:
    """The line somebody last checked or, if none ever was, last saw on a page.

    What was only remembered is not known: a wrong number is worse than the directory.
    """
    known = [part for line in lines if (part := _known(line, today)) is not None]
    return max(known, key=_rank, default=None)


def _known(line: Helpline, today: date) -> Shown | None:
    trust = standing(line, today)
    if trust != "unchecked":
        return Shown(line, line.contacts, trust)
    read = tuple(c for c in line.contacts if (c.seen or line.seen) != "memory")
    return Shown(line, read, trust) if read else None


def _rank(part: Shown) -> tuple[bool, date]:
    checked = part.standing != "unchecked"
    return checked, (part.line.checked_on if checked else None) or part.line.seen_on


def _checkable(place: Place, today: date) -> Iterator[tuple[str, Checkable, bool]]:
    """Each row of a place by name, and whether people see all of it or some of it."""
    yield "emergency", place.emergency, True
    if place.directory is not None:
        yield place.directory.id, place.directory, True
    for line in place.helplines:
        yield line.id, line, any(isinstance(part, Shown) for part in _judged(line, today))


def _doubt(country: str, name: str, row: Checkable, today: date, is_shown: bool) -> Doubt | None:
    why = _why_doubted(row, today)
    if why is None:
        return None
    spoken = row.name if isinstance(row, Helpline) else "emergency number"
    told = (
        [row.doubt, *(c.doubt for c in row.contacts)] if isinstance(row, Helpline) else [row.doubt]
    )
    return Doubt(
        country=country,
        row=name,
        name=spoken,
        why=why,
        shown=is_shown,
        days_left=days_left(row, today),
        where=row.source_url or row.source,
        doubt=" ".join(words for words in told if words),
    )


def _why_doubted(row: Checkable, today: date) -> DoubtWhy | None:
    match standing(row, today):
        case "unchecked" if row.checked_on is not None:
            return "checked later than today"
        case "unchecked":
            return "unchecked"
        case "expired":
            return "expired"
        case "checked":
            return "expiring" if warning(row, today) is not None else None
