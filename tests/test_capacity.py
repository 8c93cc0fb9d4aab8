"""The arithmetic of large places, and the queues it is checked against."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from bench.capacity import (
    FULL,
    IN_A_ROOM,
    SIZES,
    SPARE,
    Costs,
    busy,
    costs_in,
    costs_table,
    holders,
    plan,
    table,
)
from bench.queues import Evening, simulated

ROOT = Path(__file__).parents[1]
COSTS = Costs(
    message=400e-6, delivery=8e-6, heard=120e-6, idle=1e-6, back=600e-6, page=6e-3,
    database=200e-6, redis=100e-6, passed=25e-6, fsync=200e-6, base_mb=200, line_kb=9,
)  # fmt: skip


def test_readers_of_one_room_are_on_one_process_where_there_is_one() -> None:
    assert holders(1) == pytest.approx(1)
    assert holders(2) == pytest.approx(2, abs=1e-6)
    assert holders(1_000_000) == pytest.approx(IN_A_ROOM, rel=0.01)


def test_more_processes_never_make_one_of_them_busier() -> None:
    each = [busy(COSTS, 100_000, live) for live in range(1, 60)]
    assert each == sorted(each, reverse=True)


@pytest.mark.parametrize("members", SIZES)
def test_a_plan_leaves_room_and_has_one_to_spare(members: int) -> None:
    planned = plan(COSTS, members)
    needed = planned.live - SPARE
    assert planned.busy <= FULL
    assert planned.lines * needed >= members
    if needed > 1:
        fewer = busy(COSTS, members, needed - 1)
        back = members * COSTS.back / (needed - 1)
        assert fewer > FULL or back > 15 * 0.9


def test_what_is_dearer_needs_more() -> None:
    dearer = replace(COSTS, delivery=5 * COSTS.delivery)
    assert plan(dearer, 500_000).live > plan(COSTS, 500_000).live


@pytest.mark.full
@pytest.mark.parametrize("members", [1_000, 50_000])
def test_queues_are_as_busy_as_the_arithmetic_says(members: int) -> None:
    planned = plan(COSTS, members)
    found = simulated(COSTS, planned, seconds=1, seed=7)
    assert found.busiest == pytest.approx(planned.busy, abs=0.06)
    assert found.p99_ms < 250


@pytest.mark.full
def test_queues_show_a_place_that_was_planned_too_small() -> None:
    enough = plan(COSTS, 250_000)
    too_few = replace(enough, live=1 + SPARE, lines=250_000)
    assert simulated(COSTS, enough, seconds=1, seed=7).p99_ms < 250
    found = simulated(COSTS, too_few, seconds=1, seed=7)
    assert found.busiest > 1
    assert found.p99_ms > 250


def test_an_evening_is_the_same_from_the_same_seed() -> None:
    planned = plan(COSTS, 10_000)
    assert Evening(COSTS, planned, 3).run(5) == Evening(COSTS, planned, 3).run(5)
    assert Evening(COSTS, planned, 3).run(5) != Evening(COSTS, planned, 4).run(5)


def test_costs_are_read_as_they_are_written() -> None:
    written = costs_table(COSTS)
    assert costs_table(costs_in(written)) == written
    assert costs_in(written).message == pytest.approx(COSTS.message)


def test_what_the_guide_promises_follows_from_the_costs_it_states() -> None:
    guide = (ROOT / "docs" / "guides" / "scale-out.md").read_text()
    costs = costs_in(guide)
    assert costs_table(costs) in guide
    assert table([plan(costs, members) for members in SIZES]) in guide
