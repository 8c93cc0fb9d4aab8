"""Reading the helplines: files that came with the programme, and one in the data folder.

What people found when they checked the lines is kept in the database and written out to a file,
so that the help page asks no database.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

import structlog
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from holdfast.kit.clock import WallClock
from holdfast.kit.work import Work
from holdfast.resources.rules.checks import Check, Checks, Result, every_row, with_checks
from holdfast.resources.rules.helplines import WORLD, Place
from holdfast.resources.rules.showing import Doubt, Sheet, doubts, sheet
from holdfast.resources.tables import CheckRow

log = structlog.get_logger()
HELPLINES = Path(__file__).parent / "helplines"
KEPT = TypeAdapter(list[Check])
NO_CHECKS: Checks = MappingProxyType({})


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


def checks_file(data: Path) -> Path:
    """Where the checks lie in a data folder."""
    return data / "helpline-checks.json"


def mark_of(file: Path | None) -> tuple[int, int, int]:
    """What changes when the file does."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        found = None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if found else (0, 0, 0)


def checks_in(file: Path | None) -> Checks:
    """The checks that were written out; none where there is no file, or one that cannot be read."""
    return NO_CHECKS if file is None else _checks_in(file, mark_of(file))


@lru_cache(maxsize=8)
def _checks_in(file: Path, mark: tuple[int, int, int]) -> Checks:
    if mark == (0, 0, 0):
        return NO_CHECKS
    try:
        kept = KEPT.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        log.error("helplines.checks_not_read")
        return NO_CHECKS
    return MappingProxyType({check.line: check for check in kept})


def help_in(
    country: str, today: date, folder: Path = HELPLINES, checks: Checks = NO_CHECKS
) -> Sheet:
    """What is shown for a country today; for one without a file, what is shown for the world."""
    known = places(folder)
    place = with_checks(known.get(country, known[WORLD]), checks)
    return sheet(place, with_checks(known[WORLD], checks), today)


def helpline_doubts(
    today: date | None = None, folder: Path = HELPLINES, checks: Checks = NO_CHECKS
) -> tuple[Doubt, ...]:
    """What `holdfast doctor` lists: every row that nobody checked, or checked too long ago."""
    checked = [with_checks(place, checks) for place in places(folder).values()]
    wrong = tuple(
        Doubt(row.country, row.key, row.name, "wrong", False, None, row.line.source, "")
        for row in every_row(places(folder).values()).values()
        if row.may_hide and (check := checks.get(row.key)) and check.result is Result.WRONG
    )
    return doubts(checked, today or WallClock().now().date()) + wrong


# ---------------------------------------------------------------- as the database has them


async def checks_that_stand(work: Work) -> dict[str, Check]:
    """The newest check of each line that nobody took back."""
    query = select(CheckRow).where(CheckRow.undone_at.is_(None)).order_by(CheckRow.id)
    return {row.line: check_of(row) for row in await work.db.scalars(query)}


async def history_of(work: Work, line: str) -> Sequence[CheckRow]:
    """Every check of a line, newest first, those that were taken back too."""
    query = select(CheckRow).where(CheckRow.line == line).order_by(CheckRow.id.desc())
    return (await work.db.scalars(query)).all()


def check_of(row: CheckRow) -> Check:
    """A check as it is written out: what was found and when, not by whom."""
    numbers = TypeAdapter(tuple[str, ...]).validate_json(row.numbers) if row.numbers else ()
    return Check(
        line=row.line,
        on=row.at.date(),
        result=Result(row.result),
        numbers=numbers,
        source_url=row.source,
    )


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
