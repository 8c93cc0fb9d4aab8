"""Reading the helplines: files that came with the programme, so no database is asked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from holdfast.kit.clock import WallClock
from holdfast.resources.rules.helplines import WORLD, Place
from holdfast.resources.rules.showing import Doubt, Sheet, doubts, sheet

HELPLINES = Path(__file__).parent / "helplines"


class BadHelplines(ValueError):
    """A helpline file that cannot be read: which file, which row, and what is wrong there."""


@cache
def places(folder: Path = HELPLINES) -> Mapping[str, Place]:
    """Every country there is a file for, by its code, and the world. Read once and kept."""
    found = {path.name: read_place(path) for path in sorted(folder.glob("*.toml"))}
    for name, place in found.items():
        stem = "world" if place.country == WORLD else place.country.lower()
        if name != f"{stem}.toml":
            raise BadHelplines(f"{name}: country {place.country} belongs in {stem}.toml")
    if "world.toml" not in found:
        raise BadHelplines(f"world.toml: there is none in {folder.name}")
    return MappingProxyType({place.country: place for place in found.values()})


def read_place(path: Path) -> Place:
    """One country's file. Raises `BadHelplines` with the file's name and the row."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise BadHelplines(f"{path.name}: {wrong}") from wrong
    try:
        return Place.model_validate(raw)
    except ValidationError as wrong:
        raise BadHelplines("\n".join(_complaints(path.name, raw, wrong))) from wrong


def countries(folder: Path = HELPLINES) -> tuple[str, ...]:
    """The codes of the countries that have a file, without the world."""
    return tuple(code for code in places(folder) if code != WORLD)


def help_in(country: str, today: date, folder: Path = HELPLINES) -> Sheet:
    """What is shown for a country today; for one without a file, what is shown for the world."""
    known = places(folder)
    return sheet(known.get(country, known[WORLD]), known[WORLD], today)


def helpline_doubts(today: date | None = None, folder: Path = HELPLINES) -> tuple[Doubt, ...]:
    """What `holdfast doctor` lists: every row that nobody checked, or checked too long ago."""
    return doubts(places(folder).values(), today or WallClock().now().date())


def _complaints(file: str, raw: dict[str, object], wrong: ValidationError) -> list[str]:
    return [
        f"{file}: {_row(raw, error['loc'])}: {error['msg'].removeprefix('Value error, ')}"
        for error in wrong.errors()
    ]


def _row(raw: object, path: tuple[int | str, ...]) -> str:
    """The row that a complaint is about, by its id where it has one, and the field."""
    named: list[str] = []
    for step in path:
        try:
            raw = raw[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError):
            raw = None
        row = raw.get("id") if isinstance(raw, dict) else None
        named.append(str(row if isinstance(row, str) else step))
    return " ".join(named) or "the file"
