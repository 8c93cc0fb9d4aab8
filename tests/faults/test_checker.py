"""The history checker judges rightly: it sees what is broken, and nothing else."""

from __future__ import annotations

from functools import cache
from random import Random
from types import ModuleType

import pytest

from faults import seeded_line_faults, seeded_log_faults, seeded_revocation_faults
from faults.checker import breaches
from faults.history import History
from faults.seeding import SEEDED
from faults.small_server import SmallServer

TRIALS = 20
MANY = 100
FAULTS = sorted(SEEDED)


@cache
def clean() -> list[History]:
    """Histories in which nothing went wrong."""
    return [SmallServer(Random(seed)).run() for seed in range(200)]


def test_two_hundred_clean_histories_raise_no_alarm() -> None:
    assert [found for history in clean() for found in breaches(history)] == []


@pytest.mark.parametrize(
    ("kind", "least"),
    [(seeded_log_faults, 10), (seeded_line_faults, 10), (seeded_revocation_faults, 3)],
)
def test_there_are_many_ways_to_break_a_history(kind: ModuleType, least: int) -> None:
    assert sum(make.__module__ == kind.__name__ for make in SEEDED.values()) >= least


@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_sees_the_fault(name: str) -> None:
    assert _caught(name, TRIALS) == TRIALS


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_sees_the_fault_time_and_again(name: str) -> None:
    assert _caught(name, MANY) >= 0.99 * MANY


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
