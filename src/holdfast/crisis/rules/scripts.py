"""The script panel: what a moderator can say and do, step by step, for a concern and its tracks.

The words are data, one file for each language. They are offered, never sent by themselves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated, Self

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from holdfast.crisis.rules.tracks import Track
from holdfast.screening.concern import Concern

SCRIPTS = Path(__file__).parent.parent / "scripts"
HOME_LANGUAGE, NAME = "en", "{name}"
STEPS = (
    *("presence", "feel", "ask", "safer", "choice"),
    *("where", "plan", "hand-over", "tell", "debrief"),
)

Words = Annotated[str, Field(min_length=1, max_length=160)]
Lines = tuple[Words, ...]


class BadScript(ValueError):
    """A script that cannot be read: which file, which step, and what is wrong there."""


class Step(Struct, frozen=True):
    """One step: sentences to say, things to do, and what to leave alone."""

    id: str
    title: str
    say: Lines
    do: Lines
    never: Lines


class Script(Struct, frozen=True):
    """The steps for one concern. `is_awaited`: the reader's own language has none yet."""

    language: str
    is_awaited: bool
    is_read: bool
    steps: tuple[Step, ...]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Addition(_Part):
    """What a track adds to one step; it stands before what the step says for everyone."""

    step: str
    say: Lines = ()
    do: Lines = ()
    never: Lines = ()


class _Additions(_Part):
    at: Annotated[tuple[_Addition, ...], Field(min_length=1)]


class _Step(_Part):
    id: str
    title: Words
    say: Annotated[Lines, Field(min_length=1)]
    do: Annotated[Lines, Field(min_length=1)]
    never: Annotated[Lines, Field(min_length=1)]
    immediate_say: Lines = ()
    immediate_do: Lines = ()


class _Written(_Part):
    language: str
    read_by: str
    read_on: str
    steps: tuple[_Step, ...]
    tracks: dict[Track, _Additions]

    @model_validator(mode="after")
    def _every_step_is_there(self) -> Self:
        if tuple(step.id for step in self.steps) != STEPS:
            raise ValueError(f"the steps are {', '.join(STEPS)}, in this order")
        if missing := [track for track in Track if track not in self.tracks]:
            raise ValueError(f"nothing is said about track {', '.join(missing)}")
        added = {one.step for track in self.tracks.values() for one in track.at}
        if strange := sorted(added - set(STEPS)):
            raise ValueError(f"there is no step {strange[0]}")
        if bool(self.read_by) != bool(self.read_on):
            raise ValueError("read_by and read_on are filled in together, or both left empty")
        return self


class Languages(_Part):
    """In which languages there is a script, and in which one is awaited."""

    written: Annotated[tuple[str, ...], Field(min_length=1)]
    awaiting: tuple[str, ...]


def read_script(name: str, text: str) -> _Written:
    """One language's script from what is written. Raises `BadScript` with the file's name."""
    try:
        return _Written.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as wrong:
        raise BadScript(f"{name}: {wrong}") from wrong
    except ValidationError as wrong:
        told = (
            f"{name}: {' '.join(map(str, error['loc'])) or 'the file'}: "
            f"{error['msg'].removeprefix('Value error, ')}"
            for error in wrong.errors()
        )
        raise BadScript("\n".join(told)) from wrong


@cache
def script_languages() -> Languages:
    """Which languages are written and which are awaited."""
    return Languages.model_validate(
        tomllib.loads((SCRIPTS / "languages.toml").read_text(encoding="utf-8"))
    )


@cache
def _written_in(language: str) -> _Written:
    name = f"{language}.toml"
    return read_script(name, (SCRIPTS / name).read_text(encoding="utf-8"))


def scripts_for(
    concern: Concern, tracks: Iterable[str] = (), language: str = HOME_LANGUAGE, name: str = ""
) -> Script:
    """What the panel shows for this concern and these tracks (letters).

    There are steps for high and immediate only. A language without a script gets the English one,
    marked as awaited. `name` is who says it; without one, lines that need it are left out.
    """
    is_written = language in script_languages().written
    written = _written_in(language if is_written else HOME_LANGUAGE)
    is_shown = concern >= Concern.HIGH
    letters = set(tracks)
    asked = _Asked(concern is Concern.IMMEDIATE, [one for one in Track if one in letters], name)
    steps = tuple(_joined(written, step, asked) for step in written.steps) if is_shown else ()
    return Script(written.language, not is_written, bool(written.read_by), steps)


class _Asked(Struct, frozen=True):
    """For what a script is shown, and who would say it."""

    is_now: bool
    tracks: list[Track]
    name: str


def _joined(written: _Written, step: _Step, asked: _Asked) -> Step:
    """A step as it is shown: what the tracks and an immediate concern add comes first."""
    added = [one for t in asked.tracks for one in written.tracks[t].at if one.step == step.id]
    now_say, now_do = (step.immediate_say, step.immediate_do) if asked.is_now else ((), ())
    say = (*_each(one.say for one in added), *now_say, *step.say)
    return Step(
        id=step.id,
        title=step.title,
        say=tuple(line.replace(NAME, asked.name) for line in say if asked.name or NAME not in line),
        do=(*_each(one.do for one in added), *now_do, *step.do),
        never=(*_each(one.never for one in added), *step.never),
    )


def _each(lines: Iterable[Lines]) -> Lines:
    return tuple(line for some in lines for line in some)
