"""W18: how long a refused sign-in of staff takes says nothing about who works here."""

from __future__ import annotations

import math
import random
import statistics
import time

import pytest
from argon2 import PasswordHasher

from holdfast.kit.house import House
from holdfast.staff.access import passwords
from holdfast.staff.access.passwords import weighed_password
from staff.joining import PASSWORD, first_steward
from town import on_sqlite

SAMPLES, ROUNDS = 2_000, 3
LIGHT = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Weighing takes as good as no time: what differs is in plain sight."""


async def seconds(house: House, name: str) -> float:
    began = time.perf_counter()
    assert await weighed_password(house.workshop, name, "another password altogether") is None
    return time.perf_counter() - began


async def both(house: House) -> tuple[list[float], list[float]]:
    """Somebody who works here and nobody, in an order that chance makes."""
    asked = ["Sam", "nobody"] * SAMPLES
    random.Random(18).shuffle(asked)
    took: dict[str, list[float]] = {"Sam": [], "nobody": []}
    for name in asked:
        took[name].append(await seconds(house, name))
    return took["Sam"], took["nobody"]


def welch(one: list[float], other: list[float]) -> float:
    """Welch's t of two samples, without the slowest tenth: that is the machine's other work."""
    first, second = (sorted(times)[: len(times) * 9 // 10] for times in (one, other))
    spread = statistics.variance(first) / len(first) + statistics.variance(second) / len(second)
    apart: float = statistics.fmean(first) - statistics.fmean(second)
    return apart / math.sqrt(spread)


def test_w18_a_difference_would_be_seen() -> None:
    chance = random.Random(1)
    one = [chance.gauss(1.0, 0.1) for _ in range(SAMPLES)]
    other = [chance.gauss(1.02, 0.1) for _ in range(SAMPLES)]
    assert abs(welch(one, other)) > 4.5
    assert abs(welch(one, [chance.gauss(1.0, 0.1) for _ in range(SAMPLES)])) < 4.5


@pytest.mark.slow
@on_sqlite
async def test_w18_a_name_nobody_has_takes_as_long_to_refuse_as_a_wrong_password(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", LIGHT)
    await first_steward(house)
    assert await weighed_password(house.workshop, "Sam", PASSWORD)
    found = [await both(house) for _ in range(ROUNDS)]
    apart = [abs(statistics.median(one) - statistics.median(other)) for one, other in found]
    assert statistics.median(apart) < 0.002
    assert statistics.median(abs(welch(one, other)) for one, other in found) < 4.5
