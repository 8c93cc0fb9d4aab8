"""The order of a topic: what comes late, twice or never is delivered once, in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from holdfast.kit.order import (
    AGAIN_AFTER,
    FURTHEST,
    PATIENCE,
    GiveUp,
    Order,
    Read,
    Wait,
)


@dataclass(frozen=True)
class Said:
    seq: int
    blank: bool = False


def said(*seqs: int) -> list[Said]:
    return [Said(seq) for seq in seqs]


def order_at(head: int) -> Order:
    order = Order(lambda seq: Said(seq, blank=True))
    assert order.begin(head, 0.0) == []
    return order


def test_what_comes_in_order_is_delivered_at_once_and_nothing_is_wanted() -> None:
    order, batch = order_at(4), said(5, 6)
    assert order.take(batch, 0.0) is batch
    assert order.wants(0.0) is None
    assert order.is_whole


def test_what_comes_twice_is_dropped() -> None:
    order = order_at(4)
    assert order.take(said(5, 6), 0.0) == said(5, 6)
    assert order.take(said(5, 6), 0.0) == []
    assert order.take(said(6, 7), 0.0) == said(7)


def test_what_comes_early_waits_for_its_elders_and_no_longer_than_they_take() -> None:
    order = order_at(4)
    assert order.take(said(6), 1.0) == []
    assert order.wants(1.0) == Wait(1.0 + PATIENCE)
    assert order.take(said(5), 1.01) == said(5, 6)
    assert order.wants(1.01) is None


def test_elders_that_do_not_come_are_read_and_asked_for_once() -> None:
    order = order_at(4)
    order.take(said(7), 1.0)
    assert order.wants(1.0 + PATIENCE) == Read(4, 6)
    assert order.wants(9.0) is None, "it is being read"
    assert order.filled(Read(4, 6), said(5, 6), 9.0) == said(5, 6, 7)
    assert order.is_whole


def test_a_reading_brings_all_that_is_missing_and_nothing_that_is_there() -> None:
    order = order_at(4)
    order.take(said(6), 0.0)
    order.take(said(8, 9), 0.0)
    assert order.wants(PATIENCE) == Read(4, 7)


def test_a_head_that_was_seen_is_waited_for_and_then_read() -> None:
    order = order_at(4)
    order.saw(6, 0.0)
    assert order.wants(0.0) == Wait(PATIENCE)
    assert order.wants(PATIENCE) == Read(4, 6)


def test_where_hints_come_without_entries_nobody_waits() -> None:
    order = order_at(4)
    order.patience = 0.0
    order.saw(6, 0.0)
    assert order.wants(0.0) == Read(4, 6)


def test_before_the_head_is_known_nothing_is_delivered_and_nothing_is_lost() -> None:
    order = Order(Said)
    assert order.take(said(5, 6), 0.0) == []
    assert order.wants(9.0) is None
    assert not order.is_whole
    assert order.begin(5, 9.0) == said(6)
    assert order.head == 6


def test_a_head_that_is_read_anew_takes_nothing_back() -> None:
    order = order_at(4)
    order.take(said(5, 6), 0.0)
    assert order.begin(5, 0.0) == []
    assert order.head == 6


def test_a_place_that_holds_nothing_any_more_is_left_blank() -> None:
    order = order_at(4)
    order.take(said(8), 0.0)
    missing = order.wants(PATIENCE)
    assert isinstance(missing, Read)
    blank = Said(6, blank=True)
    assert order.filled(missing, said(5, 7), 1.0) == [*said(5), blank, *said(7, 8)]


def test_a_reading_that_breaks_is_tried_again_and_then_given_up() -> None:
    order, at = order_at(4), PATIENCE
    order.take(said(6), 0.0)
    for wait in AGAIN_AFTER:
        assert order.wants(at) == Read(4, 5)
        order.failed(at)
        assert order.wants(at) == Wait(at + wait)
        at += wait
    assert order.wants(at) == Read(4, 5)
    order.failed(at)
    assert order.wants(at) == GiveUp()
    order.jump()
    assert order.take(said(7), at) == said(7)


def test_who_is_too_far_behind_gives_up_and_goes_on_with_the_newest() -> None:
    order = order_at(4)
    order.saw(4 + FURTHEST, 0.0)
    assert order.wants(PATIENCE) == Read(4, 4 + FURTHEST)
    order = order_at(4)
    order.saw(5 + FURTHEST, 0.0)
    assert order.wants(0.0) == GiveUp()
    order.jump()
    assert order.head == 5 + FURTHEST
    assert order.is_whole


def test_what_waits_for_a_head_nobody_knows_does_not_pile_up() -> None:
    order = Order(Said)
    for seq in range(3 * FURTHEST):
        order.take(said(seq), 0.0)
    assert len(order._early) == FURTHEST
    order.begin(2 * FURTHEST + 1, 0.0)
    assert order.wants(PATIENCE) == Read(2 * FURTHEST + 1, 3 * FURTHEST - 1)


# ---------------------------------------------------------------- any order of things


class Node(RuleBasedStateMachine):
    """One process: its order, a database that knows all, and a network that keeps nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.order = Order(Said)
        self.now = 0.0
        self.committed = 0
        self.began_at = -1
        self.on_their_way: list[list[Said]] = []
        self.arrived: list[list[Said]] = []
        self.asked: Read | None = None
        self.broken = 0
        self.delivered: list[int] = []

    def _deliver(self, ready: Sequence[Said]) -> None:
        self.delivered += [entry.seq for entry in ready]
        wish = self.order.wants(self.now)
        assert not isinstance(wish, GiveUp)
        if isinstance(wish, Read):
            assert self.asked is None, "one reading at a time"
            assert wish.to <= self.committed, "only what is there is read"
            self.asked = wish

    @rule(number=st.integers(1, 4))
    def commit(self, number: int) -> None:
        self.on_their_way.append(said(*range(self.committed + 1, self.committed + number + 1)))
        self.committed += number

    @rule(which=st.integers(0, 30))
    def arrive(self, which: int) -> None:
        if self.on_their_way:
            self.arrived.append(self.on_their_way.pop(which % len(self.on_their_way)))
            self._deliver(self.order.take(self.arrived[-1], self.now))

    @rule(which=st.integers(0, 30))
    def arrive_again(self, which: int) -> None:
        if self.arrived:
            self._deliver(self.order.take(self.arrived[which % len(self.arrived)], self.now))

    @rule(which=st.integers(0, 30))
    def lose(self, which: int) -> None:
        if self.on_their_way:
            self.on_their_way.pop(which % len(self.on_their_way))

    @rule(behind=st.integers(0, 3))
    def look_at_the_head(self, behind: int) -> None:
        self._deliver(self.order.saw(max(0, self.committed - behind), self.now))

    @rule()
    def somebody_comes(self) -> None:
        if self.began_at < 0:
            self.began_at = self.committed
        self._deliver(self.order.begin(self.committed, self.now))

    @rule()
    def read(self) -> None:
        if (asked := self.asked) is not None:
            self.asked, self.broken = None, 0
            found = said(*range(asked.after + 1, asked.to + 1))
            self._deliver(self.order.filled(asked, found, self.now))

    @precondition(lambda self: self.broken < len(AGAIN_AFTER))
    @rule()
    def break_a_reading(self) -> None:
        if self.asked is not None:
            self.asked, self.broken = None, self.broken + 1
            self.order.failed(self.now)
            self._deliver([])

    @rule(millis=st.integers(1, 40))
    def wait(self, millis: int) -> None:
        self.now += millis / 1_000
        self._deliver([])

    @invariant()
    def each_was_delivered_once_and_in_order(self) -> None:
        begun = self.began_at + 1
        assert self.delivered == list(range(begun, begun + len(self.delivered)))

    def teardown(self) -> None:
        """The next look at the head, and as much time and reading as it takes."""
        self.read()
        self.somebody_comes()
        for _ in range(4):
            self.wait(2_000)
            self.read()
        assert self.delivered == list(range(self.began_at + 1, self.committed + 1))


Node.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_any_interleaving_doubling_and_loss = Node.TestCase


@pytest.mark.parametrize("lost", range(1, 7))
def test_one_lost_batch_costs_one_reading(lost: int) -> None:
    order, reads = order_at(0), 0
    delivered: list[Said] = []
    for seq in range(1, 8):
        if seq != lost:
            delivered += order.take(said(seq), seq * PATIENCE / 100)
    missing = order.wants(1.0)
    if isinstance(missing, Read):
        reads += 1
        delivered += order.filled(missing, said(*range(missing.after + 1, missing.to + 1)), 1.0)
    assert (reads, delivered) == (1, said(*range(1, 8)))
