"""What somebody chose in the form of a search, or waits for already."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from msgspec import Struct
from starlette.datastructures import FormData, QueryParams

from holdfast.circles.rules.choices import (
    AGES,
    CULTURES,
    FAITHS,
    MANNERS,
    PACES,
    STAGES,
    THEMES,
    known,
    one_of,
)
from holdfast.circles.rules.times import DAYS, PARTS
from holdfast.kit.looks import LANGUAGES, Looks


class Chosen(Struct, frozen=True):
    """What stands in the form."""

    languages: tuple[str, ...]
    themes: tuple[str, ...]
    stage: str
    cultures: tuple[str, ...]
    pace: str
    manner: str
    times: tuple[str, ...]
    closer: int

    @property
    def times_along(self) -> str:
        """The times, to be taken along in the address of a circle."""
        pairs = [("part" if one in PARTS else "day", one) for one in self.times]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def has_days(self) -> bool:
        """Whether some days were chosen, so that the page shows them."""
        return not DAYS.keys().isdisjoint(self.times)

    @property
    def has_faith(self) -> bool:
        """Whether a faith or an age was chosen."""
        return not (FAITHS.keys() | AGES.keys()).isdisjoint(self.cultures)


def chosen_in(given: QueryParams | FormData, looks: Looks) -> Chosen:
    """What somebody chose; what there is not is left out."""

    def several(*names: str) -> list[str]:
        return [str(one) for name in names for one in given.getlist(name)]

    languages = [one for one in several("language") if one in LANGUAGES]
    usual = looks.locale if looks.locale in LANGUAGES else "en"
    closer = str(given.get("closer", "50"))
    return Chosen(
        languages=tuple(dict.fromkeys(languages)) or (usual,),
        themes=known(several("theme"), THEMES),
        stage=one_of(str(given.get("stage", "")), STAGES),
        cultures=known(several("shared", "faith", "age"), CULTURES),
        pace=one_of(str(given.get("pace", "")), PACES),
        manner=one_of(str(given.get("manner", "")), MANNERS),
        times=times_chosen(given),
        closer=int(closer) if closer in {"0", "50", "100"} else 50,
    )


def times_chosen(given: QueryParams | FormData) -> tuple[str, ...]:
    """The parts of days and the days that somebody said; what there is not is left out."""
    every = [str(one) for name in ("part", "day") for one in given.getlist(name)]
    return known(every, {**PARTS, **DAYS})


def chosen_or_wished(request: Request, given: FormData | None, looks: Looks, wish: Any) -> Chosen:
    """What was just chosen; else what I wait for; else nothing."""
    if given is not None:
        return chosen_in(given, looks)
    if wish is None or "language" in request.query_params or "closer" in request.query_params:
        return chosen_in(request.query_params, looks)
    return Chosen(
        tuple(wish.languages.split()), tuple(wish.themes.split()), wish.stage,
        tuple(wish.cultures.split()), wish.pace, wish.manner, tuple(wish.times.split()),
        wish.closer,
    )  # fmt: skip
