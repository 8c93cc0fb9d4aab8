"""The history checker judges rightly: it sees what is broken, and nothing else."""

from __future__ import annotations

from random import Random

import pytest

from faults import seeded_line_faults, seeded_log_faults
from faults.checker import breaches
from faults.history import History
from faults.seeding import SEEDED
from faults.small_server import SmallServer

TRIALS = 100
FAULTS = sorted(SEEDED)
CLEAN: list[History] = [SmallServer(Random(seed)).run() for seed in range(200)]


def test_two_hundred_clean_histories_raise_no_alarm() -> None:
    assert [found for history in CLEAN for found in breaches(history)] == []


def test_there_are_many_kinds_of_faults_for_the_log_and_for_the_lines() -> None:
    for module in (seeded_log_faults, seeded_line_faults):
        assert sum(SEEDED[name].__module__ == module.__name__ for name in FAULTS) >= 10


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
