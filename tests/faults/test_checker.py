"""The history checker judges rightly: it sees what is broken, and nothing else."""

from __future__ import annotations

from random import Random
from types import ModuleType

import pytest

from faults import seeded_line_faults, seeded_log_faults, seeded_revocation_faults
from faults.checker import breaches
from faults.history import History
from faults.seeding import SEEDED
from faults.small_server import SmallServer

TRIALS = 100
FAULTS = sorted(SEEDED)
CLEAN: list[History] = [SmallServer(Random(seed)).run() for seed in range(200)]


def test_two_hundred_clean_histories_raise_no_alarm() -> None:
    assert [found for history in CLEAN for found in breaches(history)] == []


@pytest.mark.parametrize(
    ("kind", "least"),
    [(seeded_log_faults, 10), (seeded_line_faults, 10), (seeded_revocation_faults, 3)],
)
def test_there_are_many_ways_to_break_a_history(kind: ModuleType, least: int) -> None:
    assert sum(make.__module__ == kind.__name__ for make in SEEDED.values()) >= least


@pytest.mark.parametrize("name", FAULTS)
def test_the_checker_sees_the_fault(name: str) -> None:
    caught, tried = _caught(name)
    assert tried == TRIALS
    assert caught >= 0.99 * TRIALS


def _caught(name: str) -> tuple[int, int]:
    random = Random(name)
    caught = tried = 0
    for _ in range(100 * TRIALS):
        broken = SEEDED[name](random.choice(CLEAN), random)
        if broken is None:
            continue
        tried += 1
        caught += bool(breaches(broken))
        if tried == TRIALS:
            break
    return caught, tried
