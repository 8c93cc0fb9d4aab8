"""The table of what may lie where, and what was found otherwise."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from trust.canary.searching import Found

TABLE = Path(__file__).with_name("allowed.toml")


@dataclass(frozen=True)
class Allowed:
    """That a canary may lie in an artefact, at most so often, and why."""

    artefact: str
    canary: str
    most: int
    why: str


def allowed() -> list[Allowed]:
    """Every pair that the table names."""
    written = tomllib.loads(TABLE.read_text("utf-8"))
    return [
        Allowed(artefact, canary, pair["most"], pair["why"])
        for artefact, pairs in written.items()
        for canary, pair in pairs.items()
    ]


def strays(found: Mapping[str, Found]) -> list[str]:
    """What lies where it may not, or more often than it may."""
    return list(_strays(found))


def _strays(found: Mapping[str, Found]) -> Iterator[str]:
    table = allowed()
    for artefact, canaries in found.items():
        for canary, times in canaries.items():
            most = max(
                (
                    pair.most
                    for pair in table
                    if pair.artefact == artefact and fnmatchcase(canary, pair.canary)
                ),
                default=0,
            )
            if times > most:
                yield f"{canary}: {times} times in {artefact}, where {most} may be"


def idle(found: Mapping[str, Found]) -> list[str]:
    """Pairs of the table that name what was looked at and is not so."""
    return [
        f"{pair.canary} in {pair.artefact}"
        for pair in allowed()
        if pair.artefact in found
        and not any(fnmatchcase(canary, pair.canary) for canary in found[pair.artefact])
    ]
