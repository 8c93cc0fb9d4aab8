"""The simulated town: its clock, its draws, and that it lives in the real application."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from bench.town_life.__main__ import live
from bench.town_life.calendar import BEGINS, Calendar, TownClock
from bench.town_life.habits import Chance, Habits
from bench.town_life.settings import Setting
from bench.town_life.wishing import Hope


async def nothing() -> None:
    """Nobody did anything that has to be waited for."""


async def test_what_happens_happens_in_order_and_the_clock_goes_along() -> None:
    calendar, seen = Calendar(TownClock()), list[tuple[str, float]]()

    async def see(what: str) -> None:
        seen.append((what, (calendar.clock.now() - BEGINS).total_seconds()))
        if what == "first":
            calendar.after(5, partial(see, "between"))

    calendar.after(20, partial(see, "last"))
    calendar.after(10, partial(see, "first"))
    calendar.after(100, partial(see, "never"))
    await calendar.live_until(BEGINS + timedelta(seconds=60), nothing)
    assert seen == [("first", 10), ("between", 15), ("last", 20)]
    assert calendar.clock.now() == BEGINS + timedelta(seconds=60)


async def test_what_was_for_a_moment_that_is_past_happens_now() -> None:
    calendar, when = Calendar(TownClock()), list[float]()

    async def look() -> None:
        when.append(calendar.clock.ticks())

    calendar.clock.go_to(BEGINS + timedelta(hours=1))
    calendar.at(BEGINS, look)
    await calendar.live_until(BEGINS + timedelta(hours=2), nothing)
    assert when == [4_600.0]


def test_the_same_seed_draws_the_same_people() -> None:
    first, second, other = (
        [Hope.drawn(Chance(seed), Habits()) for _ in range(1)] for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_people_come_by_the_hours_of_the_day() -> None:
    moments = Chance(3).moments(200, 7)
    assert moments == sorted(moments)
    late, early = (
        sum(begin <= moment / 3600 % 24 < begin + 3 for moment in moments) for begin in (21, 4)
    )
    assert late > 2 * early


@pytest.mark.slow
async def test_a_day_is_lived_through_the_real_doors(tmp_path: Path) -> None:
    found = await live(tmp_path / "data", Setting(talk_days=1, circle_days=4))
    assert found["asks"] > 20
    assert found["reply_p50"] > 0
    assert 0 < found["gave_up"] < 60
    assert found["circles"] > 0
    assert found["fit_p10"] > 0
