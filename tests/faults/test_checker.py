"""The history checker judges rightly: it sees what is broken, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random
from types import ModuleType
from typing import Any, TypeVar

import pytest

from faults import (
    seeded_care_faults,
    seeded_line_faults,
    seeded_log_faults,
    seeded_revocation_faults,
)
from faults.checker import breaches
from faults.history import (
    Alerted,
    Entered,
    Entry,
    Erased,
    Final,
    Held,
    History,
    Kept,
    Read,
    Refused,
    Reset,
    Revoked,
)
from faults.seeding import SEEDED
from faults.small_house import SmallHouse

Told = TypeVar("Told", bound=Entry | Kept)
TRIALS = 100
FAULTS = sorted(SEEDED)


@cache
def clean() -> list[History]:
    """Histories in which nothing went wrong."""
    return [SmallHouse(Random(seed)).run() for seed in range(200)]


@pytest.mark.full
def test_two_hundred_clean_histories_raise_no_alarm() -> None:
    assert [found for history in clean() for found in breaches(history)] == []


@pytest.mark.full
def test_the_clean_histories_hold_all_that_the_checker_judges() -> None:
    there = {type(entry) for history in clean() for entry in history}
    assert there >= {Alerted, Erased, Held, Read, Refused, Reset, Revoked}
    assert any(len(lines_of(history)) > 20 for history in clean())


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        (seeded_log_faults, 10),
        (seeded_line_faults, 10),
        (seeded_revocation_faults, 3),
        (seeded_care_faults, 7),
    ],
)
def test_there_are_many_ways_to_break_a_history(kind: ModuleType, least: int) -> None:
    assert sum(make.__module__ == kind.__name__ for make in SEEDED.values()) >= least


@pytest.mark.full
@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_sees_the_fault(name: str) -> None:
    assert _caught(name, TRIALS) >= 0.99 * TRIALS


@pytest.mark.slow
def test_half_a_million_events_are_judged_in_seconds() -> None:
    large = [entry for turn in range(10) for entry in joined(clean(), turn)]
    assert len(large) > 400_000
    began = time.process_time()
    assert breaches(large) == []
    assert time.process_time() - began < 60


def lines_of(history: History) -> set[str]:
    """The lines that somebody had."""
    return {entry.line for entry in history if isinstance(entry, Entered)}


def joined(histories: list[History], turn: int) -> Iterator[Entry]:
    """Many histories as one: each in rooms of its own, with people and words of its own."""
    for n, history in enumerate(histories):
        for entry in history:
            yield renamed(entry, 1000 * turn + n)


def renamed(entry: Told, n: int) -> Told:
    """The same entry with every name and every word marked."""
    marked: dict[str, Any] = {
        field: f"{value}~{n}"
        for field in ("client", "room", "nonce", "author", "digest", "line")
        if (value := getattr(entry, field, ""))
    }
    if isinstance(entry, Final):
        marked["kept"] = tuple(renamed(kept, n) for kept in entry.kept)
    return replace(entry, **marked)


def _caught(name: str, trials: int) -> int:
    """How many of so many histories with this fault the checker complains of."""
    random = Random(name)
    caught = tried = 0
    for _ in range(100 * trials):
        broken = SEEDED[name](random.choice(clean()), random)
        if broken is None:
            continue
        tried += 1
        caught += bool(breaches(broken))
        if tried == trials:
            return caught
    raise AssertionError(f"{name} could be seeded {tried} times only")
