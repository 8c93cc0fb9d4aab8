"""What programs send and get about circles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from holdfast.circles.rules.times import slots_said
from holdfast.members.actions import time_zones


def _known(zone: str) -> str:
    if zone not in time_zones():
        raise ValueError
    return zone


Zone = Annotated[str, Field(max_length=64), AfterValidator(_known)]
Slug = Annotated[str, Path(max_length=64)]
Code = Annotated[str, Field(max_length=40)]
Codes = Annotated[list[Code], Field(default_factory=list, max_length=40)]


class Body(BaseModel):
    """What a program sends: nothing that is not known."""

    model_config = ConfigDict(extra="forbid")


class WishBody(Body):
    """What somebody wishes of a circle. Codes that there are not are left out."""

    languages: Annotated[list[Code], Field(min_length=1, max_length=5)]
    themes: Codes
    stage: Code = ""
    cultures: Codes
    pace: Code = ""
    manner: Code = ""
    times: Codes
    zone: Annotated[str, Field(max_length=64)] = "UTC"
    closer: Annotated[int, Field(ge=0, le=100)] = 50
    words: Annotated[str, Field(max_length=4_000)] = ""


class WishShown(BaseModel):
    """A wish as it waits. `asked`: the number of what is proposed; `help`: where people are."""

    languages: list[str]
    themes: list[str]
    stage: str
    cultures: list[str]
    pace: str
    manner: str
    times: list[str]
    zone: str
    closer: int
    words: str
    wished_at: datetime
    until: datetime
    asked: int | None = None
    help: str | None = None


class CircleShown(BaseModel):
    """A circle that this member may come to, as far as it shows itself."""

    slug: str
    name: str
    language: str
    people: int
    places_left: int
    themes: list[str]
    pace: str
    next_meeting: datetime | None
    ends_at: datetime


class Come(Body):
    """The yes to the five promises, the languages one can talk in, and when one can come.

    Without `times` those of the wish count.
    """

    promises: bool
    languages: Annotated[list[Code], Field(default_factory=lambda: ["en"], max_length=20)]
    times: Codes
    zone: Zone = "UTC"

    def slots(self, now: datetime) -> frozenset[int] | None:
        """The weekly slots that these times are; none where none were said."""
        return slots_said(self.times, self.zone, now)


class Yes(Body):
    """I would like to begin."""

    promises: bool
    weeks: Annotated[int, Field(ge=1, le=52)] = 6


class Theme(Body):
    """Another theme for this week."""

    theme: Code


class Person(Body):
    """Somebody of a room where I sit, by their seat there."""

    room: Annotated[str, Field(max_length=64)]
    seat: Annotated[str, Field(max_length=64)]


class Apart(BaseModel):
    """Somebody I do not want to be in a circle with."""

    number: int
    pseudonym: str
    at: datetime


class Sitting(BaseModel):
    """One who sits in my circle."""

    seat: str
    pseudonym: str
    host: bool
    staff: bool
    sits_in: bool


class Mine(BaseModel):
    """My circle: its course and its people."""

    slug: str
    name: str
    weeks: int
    ends_at: datetime
    ended_at: datetime | None
    is_host: bool
    people: list[Sitting]
