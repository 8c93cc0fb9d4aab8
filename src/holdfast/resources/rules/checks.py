"""What a check makes of a row: right, moved to other numbers, or wrong and out of sight. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from holdfast.resources.rules.helplines import (
    Contact,
    Emergency,
    Helpline,
    Place,
    SecureAddress,
    dialled,
)

WHO = "a steward"
ADDRESS = "https://"
LONGEST_NUMBER = 120
PRESSED = re.compile(r"\+?[0-9*#][0-9 ()/.*#-]*(?: ext [0-9 ]+)?")
SITE = re.compile(r"(?:https://)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[!-~]*)?", re.IGNORECASE)
Line = Emergency | Helpline


class Result(StrEnum):
    """What somebody found."""

    RIGHT = "right"
    MOVED = "moved"
    WRONG = "wrong"


class How(StrEnum):
    """The way in which somebody looked."""

    PAGE = "page"
    CALLED = "called"
    ASKED = "asked"


class Check(BaseModel):
    """The newest check of one line, as it lies in the data folder: no name, no words."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    line: str
    on: date
    result: Result
    numbers: tuple[str, ...] = ()
    source_url: SecureAddress | None = None


Checks = Mapping[str, Check]


class Row(Struct, frozen=True):
    """One thing to check: a country's emergency number, a helpline or the directory."""

    key: str
    country: str
    line: Emergency | Helpline

    @property
    def name(self) -> str:
        """What it is called; an emergency number has no name of its own."""
        return "" if isinstance(self.line, Emergency) else self.line.name

    @property
    def numbers(self) -> tuple[str, ...]:
        if isinstance(self.line, Emergency):
            return (self.line.number,)
        return tuple(contact.number for contact in self.line.contacts)

    @property
    def may_hide(self) -> bool:
        """Whether it may go out of sight: never the one number that always stands there."""
        return isinstance(self.line, Helpline) and self.line.kind != "directory"


def emergency_key(country: str) -> str:
    return f"{country.lower()}-emergency"


def rows_of(place: Place) -> Iterator[Row]:
    """Everything to check in one country, the number for danger first."""
    yield Row(emergency_key(place.country), place.country, place.emergency)
    if place.directory is not None:
        yield Row(place.directory.id, place.country, place.directory)
    for line in place.helplines:
        yield Row(line.id, place.country, line)


def every_row(places: Iterable[Place]) -> dict[str, Row]:
    """Every row there is, by its key."""
    return {row.key: row for place in places for row in rows_of(place)}


def with_checks(place: Place, checks: Checks) -> Place:
    """A country as its checks leave it: a line that was found wrong is not in it any more.

    The number for danger and the directory always stay; found wrong, they are as if unchecked.
    """
    lines = [_judged(line, checks.get(line.id)) for line in place.helplines]
    changed: dict[str, object] = {
        "emergency": _kept(place.emergency, checks.get(emergency_key(place.country))),
        "helplines": tuple(line for line in lines if line is not None),
    }
    if place.directory is not None:
        changed["directory"] = _kept(place.directory, checks.get(place.directory.id))
    return place.model_copy(update=changed)


def _judged(line: Helpline, check: Check | None) -> Line | None:
    if check is not None and check.result is Result.WRONG:
        return None
    return _kept(line, check)


def _kept(line: Line, check: Check | None) -> Line:
    if check is None or check.result is Result.WRONG:
        return line
    checked = {"checked_by": WHO, "checked_on": check.on}
    if check.result is Result.RIGHT:
        return line.model_copy(update=checked)
    try:
        return moved(line, check.numbers).model_copy(update=checked)
    except ValueError:
        return line  # the row is another since: what was checked is not what stands there


def moved(line: Line, numbers: tuple[str, ...]) -> Line:
    """The row with other numbers, in the order of its contacts; an empty one is taken out.

    Raises `ValueError` for numbers that cannot be reached so.
    """
    changed = _number(numbers) if isinstance(line, Emergency) else _contacts(line, numbers)
    return type(line).model_validate({**line.model_dump(), **changed})


def _number(numbers: tuple[str, ...]) -> dict[str, object]:
    (number,) = numbers
    _could_be(PRESSED, number)
    return {"number": number, "dial": dialled(number)}


def _contacts(line: Helpline, numbers: tuple[str, ...]) -> dict[str, object]:
    pairs = zip(line.contacts, numbers, strict=True)
    return {"contacts": [_rung(one, number).model_dump() for one, number in pairs if number]}


def _rung(contact: Contact, number: str) -> Contact:
    if number == contact.number:
        return contact
    on_the_web = contact.method in {"chat", "web"}
    _could_be(SITE if on_the_web else PRESSED, number)
    shown = number.removeprefix(ADDRESS) if on_the_web else number
    again = {**contact.model_dump(), "number": shown, "dial": _dial(contact, number)}
    return Contact.model_validate(again)


def _dial(contact: Contact, number: str) -> str:
    match contact.method:
        case "phone" | "text":
            return dialled(number)
        case "whatsapp":
            return "".join(sign for sign in number if sign.isdecimal())
        case "chat" | "web":
            address = number if number.startswith(ADDRESS) else ADDRESS + number
            return address if "/" in address.removeprefix(ADDRESS) else address + "/"


def _could_be(shape: re.Pattern[str], number: str) -> None:
    if len(number) > LONGEST_NUMBER or not shape.fullmatch(number):
        raise ValueError("that is no number or address")


def can_be_reached(line: Line, numbers: tuple[str, ...]) -> bool:
    """Whether these could be the row's numbers, and at least one is another than before."""
    try:
        other = moved(line, numbers)
    except ValueError:
        return False
    return _dials(other) != _dials(line)


def _dials(line: Line) -> list[str]:
    return [line.dial] if isinstance(line, Emergency) else [one.dial for one in line.contacts]
