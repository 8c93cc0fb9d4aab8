"""Country packs: what must and must not be done in a country, as data that nobody has checked.

A pack names no telephone number. Those stand once, in the country's file of helplines.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from holdfast.crisis.rules.tracks import Track
from holdfast.rights.rules import Role

PACKS = Path(__file__).parent.parent / "packs"

Words = Annotated[str, Field(min_length=1, max_length=400)]
Several = Annotated[tuple[Words, ...], Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]

# How an entry came to us: written in one of our papers, or remembered by whoever typed it.
Seen = Literal["paper", "memory"]


class BadPack(ValueError):
    """A pack that cannot be read: which file, which entry, and what is wrong there."""


def _no_date_yet(value: object) -> object:
    return None if value == "" else value


class Entry(BaseModel):
    """Something that a person who knows the country's law must check before anyone relies on it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Words
    seen: Seen
    checked_by: str
    checked_on: Annotated[date | None, BeforeValidator(_no_date_yet)]
    unchecked: bool

    @model_validator(mode="after")
    def _a_check_has_a_name_and_a_day(self) -> Self:
        has_name = bool(self.checked_by.strip())
        if has_name != (self.checked_on is not None):
            raise ValueError("checked_by and checked_on are filled in together, or both left empty")
        if self.unchecked == has_name:
            raise ValueError("unchecked is true until checked_by and checked_on are filled in")
        return self


class PlaceOfReport(Entry):
    """An authority or organisation to which something is reported, in general words."""

    id: Slug
    name: Words
    when: Words


class TrackDuty(Entry):
    """One track in one country: who leads, the duty, the words, and what must not be done."""

    leads: Role
    two_decide: bool
    duty: Words
    say: Several
    must_not: Several
    places: tuple[Slug, ...] = ()


class StandingDuty(Entry):
    """What binds the whole place at all times, not one escalation."""

    id: Slug
    duty: Words


class RecordKeeping(Entry):
    """How long the record of a closed escalation is kept."""

    years: Annotated[int, Field(ge=1, le=30)]
    why: Words


class WordsKept(Entry):
    """How long erased words that an escalation or case named are held after it closed."""

    days: Annotated[int, Field(ge=1, le=3_650)]
    why: Words


class CountryPack(BaseModel):
    """Everything known about one country's duties; `helplines` names its file of numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    helplines: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    record: RecordKeeping
    held_words: WordsKept | None = None  # none: thirty days, as everywhere
    standing: tuple[StandingDuty, ...] = ()
    places: tuple[PlaceOfReport, ...]
    tracks: dict[Track, TrackDuty]

    @model_validator(mode="after")
    def _it_is_whole(self) -> Self:
        if missing := [track for track in Track if track not in self.tracks]:
            raise ValueError(f"nothing is said about track {', '.join(missing)}")
        names = [place.id for place in self.places]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two places are called {twice[0]}")
        for track, entry in self.tracks.items():
            if strange := sorted(set(entry.places) - set(names)):
                raise ValueError(f"track {track} reports to {strange[0]}, which no place is called")
        return self

    def entries(self) -> Iterator[tuple[str, Entry]]:
        """Every entry that somebody must check, with the name by which it is found in the file."""
        yield "record", self.record
        if self.held_words is not None:
            yield "held_words", self.held_words
        yield from ((f"standing {duty.id}", duty) for duty in self.standing)
        yield from ((f"place {place.id}", place) for place in self.places)
        yield from ((f"track {track}", self.tracks[track]) for track in Track)

    def places_for(self, track: Track) -> tuple[PlaceOfReport, ...]:
        """Where a track is reported."""
        wanted = self.tracks[track].places
        return tuple(place for place in self.places if place.id in wanted)


def read_pack(name: str, written: str) -> CountryPack:
    """One country's pack from what is written. Raises `BadPack` with the file's name."""
    try:
        pack = CountryPack.model_validate(tomllib.loads(written))
    except tomllib.TOMLDecodeError as wrong:
        raise BadPack(f"{name}: {wrong}") from wrong
    except ValidationError as wrong:
        told = (
            f"{name}: {' '.join(map(str, error['loc'])) or 'the file'}: "
            f"{error['msg'].removeprefix('Value error, ')}"
            for error in wrong.errors()
        )
        raise BadPack("\n".join(told)) from wrong
    if name != f"{pack.country.lower()}.toml":
        raise BadPack(f"{name}: country {pack.country} belongs in {pack.country.lower()}.toml")
    return pack


@cache
def packs(folder: Path = PACKS) -> Mapping[str, CountryPack]:
    """Every pack there is, by its country's code. Read once and kept."""
    found = (
        read_pack(path.name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.toml"))
    )
    return MappingProxyType({pack.country: pack for pack in found})


def pack_for(country: str) -> CountryPack | None:
    """The pack of a country, or none: then nobody here has written down what its law asks."""
    return packs().get(country.upper())
