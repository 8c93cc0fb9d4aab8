"""The plan: any batch of entries becomes rows without a gap, a double or a wrong count. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kit.errors import Conflict, NotFound
from holdfast.kit.ids import KeyId, MessageId, RoomId, SeatId
from holdfast.messages.events import MessagePosted, MessageResponded
from holdfast.messages.ledger.at_once import facts_by_heart, move_on
from holdfast.messages.ledger.batch import Facts, Plan, once_each
from holdfast.messages.ledger.entries import (
    Accepted,
    Edit,
    Fold,
    Outcome,
    Post,
    Remove,
    Respond,
    Waiting,
)
from holdfast.messages.ledger.plan import make_plan
from holdfast.messages.rules import NonceTaken
from holdfast.rights.rules import Guest
from holdfast.rooms.access import Author, Seat

KEY = KeyId(b"k" * 16)
ROOMS = (1, 2)
HEAD = 5
SEATS = {
    number: Seat(SeatId(number), RoomId(number % 2 + 1), "x", Author("h", "p", "a"), Guest())
    for number in (11, 12, 13, 14)
}


@dataclass(frozen=True)
class Wish:
    """What somebody asks for; made into an entry of the ledger by `entry`."""

    kind: str
    seat: int
    nonce: str
    of: int
    word: str
    on: bool


WISHES = st.lists(
    st.builds(
        Wish,
        kind=st.sampled_from(["post", "post", "edit", "remove", "respond", "fold"]),
        seat=st.sampled_from(list(SEATS)),
        nonce=st.sampled_from(["n1", "n2", "n3", "old"]),
        of=st.integers(1, HEAD + 1),
        word=st.sampled_from(["a", "b"]),
        on=st.booleans(),
    ),
    max_size=25,
)


def entry(wish: Wish) -> Waiting:
    seat, mac = SEATS[wish.seat], wish.word.encode()
    now = MessagePosted(
        seat.room_id, wish.of, seat.id, seat.author, "", wish.word, datetime(2026, 1, 1, tzinfo=UTC)
    )
    match wish.kind:
        case "post":
            return Post(
                seat, wish.nonce, 7, MessageId(b"m" * 16), KEY, mac, b"s", None, None, None,
                wish.word, None, wish.word,
            )  # fmt: skip
        case "edit":
            return Edit(seat, wish.nonce, 7, wish.of, KEY, mac, b"s", None, now, wish.word)
        case "remove":
            return Remove(seat, wish.nonce, 7, wish.of, now)
        case "respond":
            return Respond(seat, wish.nonce, 7, wish.of, "with_you", wish.on)
        case _:
            return Fold(seat.room_id, wish.of, 7)


def facts(standing: set[int]) -> Facts:
    """Two rooms with five messages each, some of which still stand; seat 11 has said "a"."""
    return Facts(
        heads=dict.fromkeys(ROOMS, HEAD),
        posts={(11, "old"): (3, b"a", 7, KEY, None)},
        changes={(11, "old"): (3, b"a", 7, KEY, None)},
        mac=lambda _, meaning, __: meaning.encode(),
        standing={(room, seq) for room in ROOMS for seq in standing},
        responses={(1, 1): {(12, "with_you")}},
        unfolded={(room, seq) for room in ROOMS for seq in (1, 2)},
    )


def rows_of(plan: Plan, room: int) -> list[int]:
    """The seqs of the rows to be written for a room."""
    said = [str(row[2]) for row in plan.messages if row[1] == room]
    changed = [str(row[1]) for row in plan.changes if row[0] == room]
    return sorted(int(seq) for seq in said + changed)


@given(WISHES, st.sets(st.integers(1, HEAD)))
def test_in_each_room_the_seqs_go_on_without_a_gap_or_a_double(
    wishes: list[Wish], standing: set[int]
) -> None:
    now, _ = once_each([entry(wish) for wish in wishes])
    plan = make_plan(now, facts(standing))
    for room in ROOMS:
        head = plan.facts.heads[room]
        assert rows_of(plan, room) == list(range(HEAD + 1, head + 1))
        told = [event.seq for event in plan.events if event.room_id == room]
        assert told == list(range(HEAD + 1, head + 1))


@given(WISHES, st.sets(st.integers(1, HEAD)))
def test_each_entry_has_one_outcome_and_each_nonce_one_row_at_most(
    wishes: list[Wish], standing: set[int]
) -> None:
    entries = [entry(wish) for wish in wishes]
    now, later = once_each(entries)
    assert Counter(map(id, now + later)) == Counter(map(id, entries))
    plan = make_plan(now, facts(standing))
    assert [id(ticket) for ticket, _ in plan.outcomes] == [id(waiting.ticket) for waiting in now]
    nonces = Counter([(row[3], row[4]) for row in plan.messages])
    nonces += Counter([(row[4], row[5]) for row in plan.changes if row[5] is not None])
    assert set(nonces.values()) <= {1}
    seqs = [o.seq for _, o in plan.outcomes if isinstance(o, Accepted) and o.first and o.seq]
    rows = [row for room in ROOMS for row in rows_of(plan, room)]
    assert sorted(seqs) == sorted(rows)


@given(WISHES, st.sets(st.integers(1, HEAD)))
def test_what_is_not_standing_cannot_be_changed(wishes: list[Wish], standing: set[int]) -> None:
    now, _ = once_each([entry(wish) for wish in wishes])
    plan = make_plan(now, facts(standing))
    outcomes = {id(ticket): outcome for ticket, outcome in plan.outcomes}
    removed: set[tuple[int, int]] = set()
    for waiting in now:
        if isinstance(waiting, Edit | Remove | Respond):
            target = (int(waiting.seat.room_id), waiting.of)
            outcome = outcomes[id(waiting.ticket)]
            if (waiting.of not in standing or target in removed) and waiting.nonce != "old":
                assert isinstance(outcome, NotFound)
            if isinstance(waiting, Remove) and isinstance(outcome, Accepted) and outcome.first:
                removed.add(target)


@given(WISHES, st.sets(st.integers(1, HEAD)))
def test_counts_are_those_of_everyone_who_responds_now(
    wishes: list[Wish], standing: set[int]
) -> None:
    now, _ = once_each([entry(wish) for wish in wishes])
    given_before = {
        (room, seq, *who) for (room, seq), all_ in facts(standing).responses.items() for who in all_
    }
    plan = make_plan(now, facts(standing))
    given_now = (given_before | set(plan.response_rows(on=True))) - set(
        plan.response_rows(on=False)
    )
    left = {(r, s, *who) for (r, s), all_ in plan.facts.responses.items() for who in all_}
    assert left == given_now
    last = {(e.room_id, e.of): e for e in plan.events if isinstance(e, MessageResponded)}
    for (room, of), event in last.items():
        if (room, of) not in plan.unfold_rows(waits=True):
            assert event.counts == Counter(row[3] for row in given_now if row[:2] == (room, of))
    for row in plan.changes:
        if row[2] == "responded":
            assert all(count > 0 for count in orjson.loads(str(row[7])).values())


@given(WISHES)
def test_nobody_s_entries_overtake_each_other(wishes: list[Wish]) -> None:
    entries: list[Any] = [entry(wish) for wish in wishes if wish.kind != "fold"]
    done: list[Any] = []
    waiting = list(entries)
    while waiting:
        now, waiting = once_each(waiting)
        assert now
        done += now
    for seat in SEATS:
        mine = [id(e) for e in entries if e.seat.id == seat]
        assert [id(e) for e in done if e.seat.id == seat] == mine


def outcome_of(wish: Wish) -> Outcome:
    plan = make_plan([entry(wish)], facts({1, 2, 3, 4, 5}))
    return plan.outcomes[0][1]


def test_the_same_words_under_a_used_nonce_are_answered_as_before() -> None:
    same = outcome_of(Wish("post", 11, "old", 1, "a", on=True))
    assert same == Accepted("old", 3, 7, first=False)


def test_other_words_or_another_act_under_a_used_nonce_are_refused() -> None:
    for kind, word in (("post", "b"), ("edit", "b"), ("remove", "a"), ("respond", "a")):
        assert isinstance(outcome_of(Wish(kind, 11, "old", 1, word, on=True)), NonceTaken)


def test_a_nonce_is_one_s_own() -> None:
    other = outcome_of(Wish("post", 12, "old", 1, "b", on=True))
    assert isinstance(other, Accepted)
    assert other.first


def test_in_a_room_that_is_not_there_nothing_can_be_said() -> None:
    lost = facts(set())
    lost.heads.clear()
    plan = make_plan([entry(Wish("post", 11, "n1", 1, "a", on=True))], lost)
    assert isinstance(plan.outcomes[0][1], NotFound)
    assert (plan.messages, plan.events) == ([], [])


def test_a_response_given_twice_is_given_once() -> None:
    again = outcome_of(Wish("respond", 12, "n1", 1, "a", on=True))
    assert again == Accepted("n1", None, 7, first=False)
    taken = outcome_of(Wish("respond", 12, "n1", 1, "a", on=False))
    assert taken == Accepted("n1", None, 7, first=True)


def test_counts_that_wait_are_told_once_whoever_tells_them() -> None:
    waiting, told = Fold(1, 1, 7), Fold(1, 3, 7)  # somebody else told those of the third
    plan = make_plan([waiting, told, Fold(1, 1, 7)], facts({1, 3}))
    assert [type(outcome) for _, outcome in plan.outcomes] == [Accepted, Conflict, Conflict]
    assert plan.unfold_rows(waits=False) == [(1, 1)]


@given(
    posts=st.lists(st.tuples(st.sampled_from(list(SEATS)), st.booleans()), max_size=12),
    further=st.fixed_dictionaries({room: st.integers(0, 3) for room in ROOMS}),
)
def test_a_plan_of_posts_moved_on_is_the_plan_made_with_the_heads_that_were_found(
    posts: list[tuple[int, bool]], further: dict[int, int]
) -> None:
    def planned(heads: dict[int, int]) -> Plan:
        batch: list[Waiting] = [
            post(seat, f"n{at}", why="contact" if held else None)
            for at, (seat, held) in enumerate(posts)
        ]
        return make_plan(batch, facts_by_heart(heads, mac_of))

    guessed = planned(dict.fromkeys(ROOMS, HEAD))
    move_on(guessed, further)
    found = planned({room: HEAD + by for room, by in further.items()})
    assert guessed.events == found.events
    assert [done for _, done in guessed.outcomes] == [done for _, done in found.outcomes]
    assert guessed.facts.heads == found.facts.heads


def post(seat: int, nonce: str, why: str | None) -> Post:
    said = entry(Wish("post", seat, nonce, 0, "a", on=True))
    assert isinstance(said, Post)
    said.why = why
    return said


def mac_of(*_: object) -> bytes:
    return b"a"
