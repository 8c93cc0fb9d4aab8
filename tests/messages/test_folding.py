"""Counts of responses: at most one telling a second for each message, whoever tells it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from holdfast.messages.ledger.folding import FOLD_EVERY, MOST_AT_HAND, Folding
from town import StillClock

HERE = (1, 4)


class Timers:
    """The loop's timers, gone off by hand."""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.waiting: list[tuple[float, Any, tuple[Any, ...]]] = []

    def call_later(self, wait: float, call: Any, *values: Any) -> None:
        self.waiting.append((self.clock.ticks() + wait, call, values))

    def pass_time(self, seconds: float) -> None:
        until = self.clock.ticks() + seconds
        while due := [one for one in self.waiting if one[0] <= until]:
            first = min(due, key=lambda one: one[0])
            self.waiting.remove(first)
            self.clock.pass_time(seconds=max(0.0, first[0] - self.clock.ticks()))
            first[1](*first[2])
        self.clock.pass_time(seconds=until - self.clock.ticks())


@pytest.fixture
def timers(clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> Timers:
    timers = Timers(clock)
    monkeypatch.setattr(asyncio, "get_running_loop", lambda: timers)
    return timers


@pytest.fixture
def told() -> list[float]:
    return []


@pytest.fixture
def folding(clock: StillClock, told: list[float]) -> Folding:
    return Folding(lambda *_: told.append(clock.ticks()))


def test_the_first_is_told_at_once_and_the_next_ones_together_a_second_later(
    folding: Folding, clock: StillClock, timers: Timers, told: list[float]
) -> None:
    start = clock.ticks()
    for _ in range(5):
        folding.soon(HERE, clock)
        timers.pass_time(0.1)
    timers.pass_time(5)
    assert told == [start, pytest.approx(start + FOLD_EVERY)]


def test_what_another_process_told_counts_as_told(
    folding: Folding, clock: StillClock, timers: Timers, told: list[float]
) -> None:
    folding.told(HERE, clock.ticks())
    folding.soon(HERE, clock)
    assert told == []
    timers.pass_time(FOLD_EVERY)
    assert len(told) == 1


def test_counts_on_their_way_wait_longer_where_another_process_told_them_meanwhile(
    folding: Folding, clock: StillClock, timers: Timers, told: list[float]
) -> None:
    folding.soon(HERE, clock)
    folding.soon(HERE, clock)  # on its way for in a second
    timers.pass_time(0.7)
    elsewhere = clock.ticks()
    folding.told(HERE, elsewhere)
    timers.pass_time(5)
    assert len(told) == 2
    assert told[1] == pytest.approx(elsewhere + FOLD_EVERY)


def test_what_was_told_long_ago_is_forgotten(folding: Folding, clock: StillClock) -> None:
    for seq in range(3 * MOST_AT_HAND):
        folding.told((1, seq), clock.ticks())
        clock.pass_time(seconds=0.01)
    assert len(folding._next) <= MOST_AT_HAND + 1
