"""The hub: everyone in a room hears the same, in order; an author hears a copy of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from holdfast.kit.hub import Hub
from holdfast.kit.topics import RING, Frame, Topic

ROOM = 1


@dataclass(frozen=True)
class Said:
    """An entry as simple as can be; `now` is what an earlier one becomes by it."""

    seq: int
    owner: int
    of: int = -1
    now: Any = None


@dataclass(eq=False)
class Ear:
    """A listener that remembers what it was told."""

    owner: int
    variant: str = "data"
    acks: list[bytes] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)

    def lose_seat(self) -> None: ...

    def come_back(self) -> None: ...

    def write(self, data: bytes) -> None:
        self.heard.append(data)

    @property
    def all(self) -> bytes:
        return b"".join(self.heard)


class Pen:
    """Draws an entry as its variant and seq, the owner's copy with a star."""

    def __init__(self) -> None:
        self.drawn: list[tuple[int, str]] = []

    def __call__(self, entry: Said, variant: str) -> bytes:
        self.drawn.append((entry.seq, variant))
        return f"<{variant}{entry.seq}>".encode()

    def own(self, entry: Said, variant: str, shared: bytes) -> bytes:
        assert shared == f"<{variant}{entry.seq}>".encode()
        return f"<{variant}*{entry.seq}>".encode()


draw = Pen()


def copy_for(ear: Ear, entry: Said) -> bytes:
    shared = f"<{ear.variant}{entry.seq}>".encode()
    return draw.own(entry, ear.variant, shared) if entry.owner == ear.owner else shared


def told(hub: Hub, *entries: Said) -> None:
    hub.tell(ROOM, entries)


def test_everyone_gets_the_very_same_bytes_in_one_write() -> None:
    hub, ears = Hub(draw), [Ear(1), Ear(2), Ear(3)]
    for ear in ears:
        hub.join(ROOM, ear)
    told(hub, Said(1, 9), Said(2, 9))
    assert [ear.heard for ear in ears] == [[b"<data1><data2>"]] * 3
    assert ears[0].heard[0] is ears[1].heard[0]


def test_each_entry_is_drawn_once_for_each_way_of_drawing() -> None:
    pen = Pen()
    hub = Hub(pen)
    for number in range(6):
        hub.join(ROOM, Ear(number, "html" if number % 2 else "data"))
    told(hub, Said(1, 0))
    assert sorted(pen.drawn) == [(1, "data"), (1, "html")]


def test_an_author_hears_their_own_copy_in_every_window_and_nobody_else_does() -> None:
    hub, windows, other = Hub(draw), [Ear(1), Ear(1)], Ear(2)
    for ear in (*windows, other):
        hub.join(ROOM, ear)
    told(hub, Said(1, 2), Said(2, 1), Said(3, 7))
    assert [w.all for w in windows] == [b"<data1><data*2><data3>"] * 2
    assert other.all == b"<data*1><data2><data3>"


def test_acks_go_out_in_front_of_the_author_s_own_message_and_once() -> None:
    hub, first, second = Hub(draw), Ear(1), Ear(1)
    hub.join(ROOM, first)
    hub.join(ROOM, second)
    first.acks.append(b"(ack)")
    told(hub, Said(1, 1))
    told(hub, Said(2, 1))
    assert first.heard == [b"(ack)<data*1>", b"<data*2>"]
    assert second.heard == [b"<data*1>", b"<data*2>"]


def test_the_acks_of_someone_who_wrote_nothing_here_are_left_alone() -> None:
    hub, author, other = Hub(draw), Ear(1), Ear(2)
    hub.join(ROOM, author)
    hub.join(ROOM, other)
    other.acks.append(b"(ack)")
    told(hub, Said(1, 1))
    assert other.heard == [b"<data1>"]
    assert other.acks == [b"(ack)"]


def test_who_left_hears_nothing_and_leaving_twice_is_harmless() -> None:
    hub, ear = Hub(draw), Ear(1)
    hub.join(ROOM, ear)
    hub.leave(ROOM, ear)
    hub.leave(ROOM, ear)
    told(hub, Said(1, 2))
    assert ear.heard == []
    assert hub.topics == {}


def test_someone_with_two_windows_is_here_once_until_the_last_closes() -> None:
    hub, one, two = Hub(draw), Ear(1), Ear(1, "html")
    hub.join(ROOM, one)
    hub.join(ROOM, two)
    assert list(hub.owners(ROOM)) == [1]
    hub.leave(ROOM, one)
    assert list(hub.owners(ROOM)) == [1]
    hub.leave(ROOM, two)
    assert list(hub.owners(ROOM)) == []


def test_a_listener_who_leaves_while_being_told_does_not_disturb_the_others() -> None:
    hub = Hub(draw)

    class Fleeting(Ear):
        def write(self, data: bytes) -> None:
            super().write(data)
            hub.leave(ROOM, self)

    fleeting, steady = Fleeting(1), Ear(2)
    hub.join(ROOM, fleeting)
    hub.join(ROOM, steady)
    told(hub, Said(1, 3))
    assert fleeting.all == steady.all == b"<data1>"
    told(hub, Said(2, 3))
    assert fleeting.all == b"<data1>"
    assert steady.all == b"<data1><data2>"


def test_what_has_no_place_in_the_order_goes_to_all_but_one_and_is_not_replayed() -> None:
    hub, one, two = Hub(draw), Ear(1), Ear(2)
    topic = hub.join(ROOM, one)
    hub.join(ROOM, two)
    hub.send(ROOM, {"data": b"typing"}, but=1)
    assert (one.heard, two.heard) == ([], [b"typing"])
    assert topic.since(0) is None


# ---------------------------------------------------------------- the ring


def ring_of(*seqs: int) -> Topic:
    topic = Topic()
    for seq in seqs:
        topic.remember(Frame(Said(seq, 1)))
    return topic


def seqs(frames: list[Frame] | None) -> list[int] | None:
    return None if frames is None else [frame.entry.seq for frame in frames]


@pytest.mark.parametrize(
    ("since", "found"), [(6, []), (5, [6]), (3, [4, 5, 6]), (2, None), (0, None), (7, None)]
)
def test_the_ring_answers_only_what_it_can_answer_wholly(
    since: int, found: list[int] | None
) -> None:
    assert seqs(ring_of(4, 5, 6).since(since)) == found


def test_a_ring_that_was_told_nothing_knows_nothing() -> None:
    assert Topic().since(0) is None


def test_after_a_gap_only_what_came_after_it_is_at_hand() -> None:
    topic = ring_of(4, 5, 9, 10)
    assert seqs(topic.since(8)) == [9, 10]
    assert topic.since(5) is None


def test_the_ring_keeps_the_newest_and_no_more() -> None:
    topic = ring_of(*range(1, RING + 11))
    assert seqs(topic.since(10)) == list(range(11, RING + 11))
    assert topic.since(9) is None


def test_a_message_that_changed_is_replayed_as_it_stands_now() -> None:
    hub, ear = Hub(draw), Ear(1)
    topic = hub.join(ROOM, ear)
    told(hub, Said(1, 2), Said(2, 2))
    now = Said(1, 2)
    told(hub, Said(3, 2, of=1, now=now))
    replayed = topic.since(0)
    assert replayed is not None
    assert replayed[0].entry is now
    assert seqs(replayed) == [1, 2, 3]


def test_a_change_to_what_the_ring_no_longer_holds_changes_nothing_there() -> None:
    topic = ring_of(4, 5)
    topic.replace(2, Said(2, 1))
    topic.replace(6, Said(6, 1))
    assert seqs(topic.since(3)) == [4, 5]


# ---------------------------------------------------------------- any order of things


class Talk(RuleBasedStateMachine):
    """Joins, leaves and commits in any order, beside the simplest thing that could be right."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = Hub(draw)
        self.head = 0
        self.ears: list[Ear] = []
        self.wanted: dict[Ear, bytes] = {}

    @rule(owner=st.integers(1, 3), variant=st.sampled_from(["data", "html"]))
    def join(self, owner: int, variant: str) -> None:
        ear = Ear(owner, variant)
        self.hub.join(ROOM, ear)
        self.ears.append(ear)
        self.wanted[ear] = b""

    @rule(at=st.integers(0, 20))
    def leave(self, at: int) -> None:
        if self.ears:
            self.hub.leave(ROOM, self.ears.pop(at % len(self.ears)))

    @rule(owners=st.lists(st.integers(1, 4), min_size=1, max_size=4))
    def commit(self, owners: list[int]) -> None:
        entries = [Said(self.head + n, owner) for n, owner in enumerate(owners, 1)]
        self.head += len(owners)
        told(self.hub, *entries)
        for ear in self.ears:
            self.wanted[ear] += b"".join(copy_for(ear, entry) for entry in entries)

    @invariant()
    def everyone_heard_all_of_their_time_and_nothing_else(self) -> None:
        assert {ear: ear.all for ear in self.wanted} == self.wanted

    @invariant()
    def those_here_are_those_who_joined_and_did_not_leave(self) -> None:
        assert set(self.hub.owners(ROOM)) == {ear.owner for ear in self.ears}

    @invariant()
    def the_ring_has_no_holes(self) -> None:
        topic = self.hub.topics.get(ROOM)
        if topic is not None and topic.ring:
            found = [frame.entry.seq for frame in topic.ring]
            assert found == list(range(found[0], topic.head + 1))


Talk.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
test_any_order_of_things = Talk.TestCase
