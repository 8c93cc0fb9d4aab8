"""The shape of a helpline row, and what makes one impossible."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Method = Literal["phone", "text", "chat", "whatsapp", "web"]
Kind = Literal["suicide", "crisis", "support", "young", "family", "directory"]
Answers = Literal["any", "ambulance", "ambulance-fire", "police", "mobile", "eu"]

# How a number came to us: read on a page, on a poor or partial one, or only remembered.
Seen = Literal["page", "weak", "partial", "memory"]

WORLD = "001"
ALWAYS = "always"

_DAY = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_TIME = r"(?:[01]\d|2[0-4]):[0-5]\d"
HOURS = re.compile(
    rf"(?P<days>daily|(?:{_DAY})(?:-(?:{_DAY}))?) (?P<opens>{_TIME})-(?P<closes>{_TIME})"
)


def dialled(number: str) -> str:
    """The keys a person presses for a number as written; what follows "ext" is pressed later."""
    return re.sub(r"[^\d*#]", "", number.split(" ext", maxsplit=1)[0])


def _no_date_yet(value: object) -> object:
    return None if value == "" else value


def _known_hours(value: str) -> str:
    if value in ("", ALWAYS) or HOURS.fullmatch(value):
        return value
    raise ValueError('hours are "always", left out, or like "Mon-Sat 10:00-20:00"')


Words = Annotated[str, Field(min_length=1)]
SecureAddress = Annotated[str, Field(pattern=r"^https://[^\s/]+/\S*$")]
Country = Annotated[str, Field(pattern=r"^(?:[A-Z]{2}|001)$")]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Checkable(_Row):
    """Something a person must check before anyone may say that it was checked."""

    source: Words
    source_url: SecureAddress | None = None
    seen: Seen
    seen_on: date
    checked_by: str = ""
    checked_on: Annotated[date | None, BeforeValidator(_no_date_yet)] = None
    doubt: str = ""

    @model_validator(mode="after")
    def _a_check_has_a_name_and_a_day(self) -> Self:
        if bool(self.checked_by.strip()) != (self.checked_on is not None):
            raise ValueError("checked_by and checked_on are filled in together, or both left empty")
        return self


class Contact(_Row):
    """One way to reach a helpline, as it is dialled inside the country."""

    method: Method
    number: Words
    dial: Words
    text_keyword: str = ""
    hours: Annotated[str, BeforeValidator(_known_hours)] = ""
    languages: tuple[str, ...] = ()
    free: bool | None = None
    seen: Seen | None = None
    doubt: str = ""

    @model_validator(mode="after")
    def _what_is_dialled_is_what_is_read(self) -> Self:
        good, rule = _FITS[self.method](self)
        if not good:
            raise ValueError(f"dial must be {rule}: {self.dial!r} does not fit {self.number!r}")
        return self


def _keys(contact: Contact) -> tuple[bool, str]:
    return contact.dial == dialled(contact.number), "the keys of number"


def _digits_with_country(contact: Contact) -> tuple[bool, str]:
    good = contact.dial.isdecimal() and contact.dial[0] != "0"
    return good, "digits that begin with the country's own code"


def _address(contact: Contact) -> tuple[bool, str]:
    return contact.dial.startswith("https://"), "an https address"


_FITS = {
    "phone": _keys,
    "text": _keys,
    "whatsapp": _digits_with_country,
    "chat": _address,
    "web": _address,
}


class Emergency(Checkable):
    """The number a country answers when life is in danger."""

    number: Words
    dial: Words
    answers: Answers = "any"

    @model_validator(mode="after")
    def _what_is_dialled_is_what_is_read(self) -> Self:
        if self.dial != dialled(self.number):
            raise ValueError(f"dial must be the keys of number: {self.dial!r}, {self.number!r}")
        return self


class Helpline(Checkable):
    """A line that people can reach, in our own words."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    name: Words
    local_name: str = ""
    kind: Kind
    description: Annotated[str, Field(min_length=1, max_length=120)]
    contacts: tuple[Contact, ...]

    @model_validator(mode="after")
    def _there_is_a_way_to_reach_it(self) -> Self:
        if not self.contacts:
            raise ValueError("a line has at least one contact")
        return self


class Place(_Row):
    """Everything known about help in one country; the world alone has a directory."""

    country: Country
    emergency: Emergency
    helplines: tuple[Helpline, ...] = ()
    directory: Helpline | None = None

    @model_validator(mode="after")
    def _rows_have_names_of_their_own(self) -> Self:
        names = [line.id for line in self.helplines]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"two rows are called {sorted(twice)[0]}")
        if (self.country == WORLD) != (self.directory is not None):
            raise ValueError("the world has a directory, and a country has none")
        return self
