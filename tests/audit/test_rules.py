"""The chain by itself: whatever is done to it behind its back is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from holdfast.audit.rules import (
    Breach,
    Entry,
    Head,
    Link,
    Problem,
    checked,
    fingerprint,
    follow,
    hash_after,
    not_noted,
    verify,
)

GENESIS = bytes(range(32))
TIMES = 10_000


def chain(length: int, chance: random.Random, genesis: bytes = GENESIS) -> list[Link]:
    """A record of that many rows, as it would be if nobody touched it."""
    rows, head = [], Head(0, genesis)
    for seq in range(1, length + 1):
        about = chance.choice([None, f"escalation:{chance.randrange(9)}"])
        detail = chance.choice([None, f'{{"first":{seq}}}'])
        who = chance.choice([(None, "system"), (chance.randrange(1, 5), "moderator")])
        link = follow(head, Entry(seq * 1000, *who, "words:read", about, None, detail))
        rows.append(link)
        head = Head(link.seq, link.hash)
    return rows


def head_of(rows: list[Link]) -> Head:
    return Head(rows[-1].seq, rows[-1].hash)


# ---------------------------------------------------------------- ways to tamper with it


def change_a_field(rows: list[Link], chance: random.Random) -> None:
    at = chance.randrange(len(rows))
    entry = rows[at].entry
    changed = chance.choice(
        [
            replace(entry, at=entry.at + chance.choice([-1, 1, 3_600_000])),
            replace(entry, staff_id=(entry.staff_id or 0) + 1),
            replace(entry, staff_id=None if entry.staff_id else 1),
            replace(entry, role="steward"),
            replace(entry, what=entry.what + "x"),
            replace(entry, about="escalation:99"),
            replace(entry, about="" if entry.about is None else None),
            replace(entry, why="danger_now"),
            replace(entry, detail='{"first":0}'),
            # from one column into the next
            replace(entry, about=None, why=entry.about or "nothing"),
        ]
    )
    rows[at] = replace(rows[at], entry=changed)


def change_a_hash(rows: list[Link], chance: random.Random) -> None:
    at = chance.randrange(len(rows))
    broken = bytearray(rows[at].hash)
    broken[chance.randrange(32)] ^= 1 << chance.randrange(8)
    rows[at] = replace(rows[at], hash=bytes(broken))


def change_a_row_and_its_hash(rows: list[Link], chance: random.Random) -> None:
    """As somebody would who knows how one row is hashed."""
    at = chance.randrange(len(rows))
    entry = replace(rows[at].entry, what="words:unread")
    before = rows[at - 1].hash if at else GENESIS
    rows[at] = Link(rows[at].seq, entry, hash_after(before, rows[at].seq, entry))


def change_a_row_and_all_that_follow(rows: list[Link], chance: random.Random) -> None:
    """As somebody would who writes the whole rest of the chain anew."""
    at = chance.randrange(len(rows))
    rows[at] = replace(rows[at], entry=replace(rows[at].entry, role="auditor"))
    head = Head(at, rows[at - 1].hash if at else GENESIS)
    for place in range(at, len(rows)):
        rows[place] = follow(head, rows[place].entry)
        head = Head(rows[place].seq, rows[place].hash)


def cut_the_end(rows: list[Link], chance: random.Random) -> None:
    del rows[chance.randrange(len(rows)) :]


def cut_the_beginning(rows: list[Link], chance: random.Random) -> None:
    del rows[: chance.randrange(1, len(rows))]


def cut_the_middle(rows: list[Link], chance: random.Random) -> None:
    start = chance.randrange(len(rows) - 1)
    del rows[start : chance.randrange(start + 1, len(rows))]


def swap_two(rows: list[Link], chance: random.Random) -> None:
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = rows[other], rows[one]


def swap_what_two_say(rows: list[Link], chance: random.Random) -> None:
    one, other = chance.sample(range(len(rows)), 2)
    rows[one], rows[other] = (
        replace(rows[one], entry=rows[other].entry),
        replace(rows[other], entry=rows[one].entry),
    )


def put_in_order_otherwise(rows: list[Link], chance: random.Random) -> None:
    turn = chance.randrange(1, len(rows))
    rows[:] = rows[turn:] + rows[:turn]


def say_one_twice(rows: list[Link], chance: random.Random) -> None:
    rows.insert(chance.randrange(len(rows) + 1), chance.choice(rows))


def put_one_in(rows: list[Link], chance: random.Random) -> None:
    at = chance.randrange(len(rows) + 1)
    before = Head(at, rows[at - 1].hash if at else GENESIS)
    rows.insert(at, follow(before, Entry(1, 1, "lead", "staff:invited")))


def put_another_chain_in_its_place(rows: list[Link], chance: random.Random) -> None:
    rows[:] = chain(len(rows), chance, genesis=chance.randbytes(32))


WAYS: list[Callable[[list[Link], random.Random], None]] = [
    change_a_field,
    change_a_hash,
    change_a_row_and_its_hash,
    change_a_row_and_all_that_follow,
    cut_the_end,
    cut_the_beginning,
    cut_the_middle,
    swap_two,
    swap_what_two_say,
    put_in_order_otherwise,
    say_one_twice,
    put_one_in,
    put_another_chain_in_its_place,
]


@pytest.mark.full
def test_ten_thousand_changes_cuts_and_reorderings_are_all_found() -> None:
    chance = random.Random(3)
    missed, tried = [], dict.fromkeys(WAYS, 0)
    while sum(tried.values()) < TIMES:
        whole = chain(chance.randrange(2, 9), chance)
        head = head_of(whole)
        assert verify(whole, head, genesis=GENESIS, seen=[head]) == []
        for way in WAYS:
            rows = list(whole)
            way(rows, chance)
            if rows == whole:
                continue  # two rows that said the same changed places: nothing was changed
            tried[way] += 1
            if verify(rows, head, genesis=GENESIS, seen=[head]) == []:
                missed.append((way.__name__, whole))
    assert missed == []
    assert min(tried.values()) > 500


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_found_where_head_and_rows_were_changed_together(
    way: Callable[[list[Link], random.Random], None],
) -> None:
    """Somebody with the whole database can move its head too; a head seen elsewhere stays."""
    chance = random.Random(4)
    for _ in range(100):
        whole = chain(6, chance)
        rows = list(whole)
        way(rows, chance)
        if rows[: len(whole)] == whole or not rows:
            continue  # the same, or only more of it: see the next test
        assert verify(rows, head_of(rows), genesis=GENESIS, seen=[head_of(whole)]) != []


def test_a_row_that_was_added_at_the_end_as_rows_are_added_is_not_found() -> None:
    """What a chain cannot prove: that whoever wrote the newest rows was the house."""
    whole = chain(6, random.Random(8))
    more = [*whole, follow(head_of(whole), Entry(1, 1, "lead", "staff:invited"))]
    assert verify(more, head_of(whole), genesis=GENESIS) == [Problem(7, Breach.FORGED)]
    assert verify(more, head_of(more), genesis=GENESIS, seen=[head_of(whole)]) == []


def test_without_a_head_that_was_kept_a_cut_end_looks_whole() -> None:
    """Why a head is kept beside the database: the chain alone cannot know how long it was."""
    whole = chain(6, random.Random(5))
    cut = whole[:4]
    assert verify(cut, head_of(cut), genesis=GENESIS) == []
    assert verify(cut, head_of(cut), genesis=GENESIS, seen=[head_of(whole)]) == [
        Problem(5, Breach.CUT)
    ]


def test_the_first_broken_place_is_named_and_what_follows_is_not_blamed() -> None:
    whole = chain(8, random.Random(6))
    rows = list(whole)
    rows[3] = replace(rows[3], entry=replace(rows[3].entry, role="partner"))
    found = verify(rows, head_of(whole), genesis=GENESIS)
    assert found == [Problem(4, Breach.CHANGED)]


def test_a_row_that_is_gone_is_named_and_the_one_after_it_is_not_blamed() -> None:
    whole = chain(8, random.Random(7))
    found = verify(whole[:3] + whole[4:], head_of(whole), genesis=GENESIS)
    assert found == [Problem(4, Breach.GONE)]
    seen = Head(4, whole[3].hash)
    found = verify(whole[:3] + whole[4:], head_of(whole), genesis=GENESIS, seen=[seen])
    assert found == [Problem(4, Breach.GONE)]


def test_a_row_in_a_place_that_is_none_is_named_and_what_follows_is_not_blamed() -> None:
    whole = chain(4, random.Random(7))
    before = replace(whole[1], seq=0)
    assert verify([before, *whole], head_of(whole), genesis=GENESIS) == [
        Problem(0, Breach.MISPLACED)
    ]
    word: Any = "four and a half"
    assert verify([*whole, replace(whole[1], seq=word)], head_of(whole), genesis=GENESIS) == [
        Problem(5, Breach.MISPLACED)
    ]


def test_an_empty_record_is_whole_and_one_that_lost_everything_is_not() -> None:
    assert verify([], Head(0, GENESIS), genesis=GENESIS, seen=[Head(0, GENESIS)]) == []
    assert verify([], Head(2, bytes(32)), genesis=GENESIS) == [Problem(1, Breach.CUT)]


def test_two_rows_that_say_the_same_have_different_hashes() -> None:
    entry = Entry(1, 1, "lead", "words:read")
    first = follow(Head(0, GENESIS), entry)
    second = follow(Head(1, first.hash), entry)
    assert first.entry == second.entry
    assert first.hash != second.hash


# ---------------------------------------------------------------- what may stand in it


def test_a_row_takes_codes_numbers_and_hashes() -> None:
    kept = checked("escalation:closed", "escalation:12", "plan_agreed", {"b": 2, "a": "x:1"})
    assert kept == '{"a":"x:1","b":2}'
    assert checked("sealed_line:opened", None, None, {"words": fingerprint(b"sealed")}) is not None


@pytest.mark.parametrize(
    ("what", "about", "why", "detail"),
    [
        ("She said it", None, None, None),
        ("note:written", "room 5", None, None),
        ("note:written", None, "She said she would", None),
        ("note:written", None, None, {"words": "She said she would"}),
        ("note:written", None, None, {"Her words": 1}),
        ("note:written", None, None, {"words": "x" * 129}),
        ("note:written", None, None, {f"n{i}": i for i in range(13)}),
    ],
)
def test_words_have_no_place_in_the_record(
    what: str, about: str | None, why: str | None, detail: dict[str, str | int] | None
) -> None:
    with pytest.raises(ValueError, match=r"never|such as"):
        checked(what, about, why, detail)


@pytest.mark.parametrize(
    ("asked", "known", "new"),
    [
        ((1, 9), [], (1, 9)),
        ((1, 9), [(1, 9)], None),
        ((1, 12), [(1, 9)], (10, 12)),
        ((1, 9), [(4, 9)], (1, 3)),
        ((1, 9), [(1, 3), (6, 9)], (4, 5)),
        ((1, 9), [(3, 6)], (1, 9)),
        ((5, 6), [(1, 4), (7, 9)], (5, 6)),
        ((5, 5), [(1, 4), (5, 9)], None),
    ],
)
def test_of_a_reading_only_what_is_new_is_noted(
    asked: tuple[int, int], known: list[tuple[int, int]], new: tuple[int, int] | None
) -> None:
    assert not_noted(*asked, known) == new
