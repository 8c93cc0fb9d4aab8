"""Entries as bytes: each comes back as it was, and what is not understood is never guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from holdfast.kit.ids import RoomId, SeatId
from holdfast.messages.events import (
    Entry,
    MessageEdited,
    MessagePosted,
    MessageRemoved,
    MessageResponded,
    NoteLeft,
    Quote,
    RoomChanged,
    Skipped,
)
from holdfast.messages.wire import READ, WRITE, Unreadable, entries_in, envelope_of
from holdfast.rooms.access import Author

ROOM = RoomId(7)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
seqs = st.integers(1, 2**53 - 1)
seats = st.integers(1, 2**62).map(SeatId)
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
maybe = st.none() | words
here = st.just(ROOM)
posted = st.builds(
    MessagePosted,
    here,
    seqs,
    seats,
    st.builds(Author, words, words, words, words),
    words,
    words,
    times,
    note=maybe,
    reply_to=st.none() | seqs,
    quote=st.none() | st.builds(Quote, seqs, words, words, maybe),
    wants=maybe,
    edited_at=st.none() | times,
    removed=maybe,
)
then = st.none() | posted
counts = st.dictionaries(words, st.integers(0, 10_000), max_size=4)
facts = st.dictionaries(words, st.none() | words | st.integers(0, 10_000) | st.booleans())
givers = st.frozensets(st.tuples(seats, words), max_size=4)
nobody = st.none() | seats
entries = (
    posted
    | st.builds(MessageEdited, here, seqs, seats, seqs, words, maybe, times, then)
    | st.builds(MessageRemoved, here, seqs, nobody, seqs, words, times, then)
    | st.builds(MessageResponded, here, seqs, seqs, counts, nobody, givers)
    | st.builds(NoteLeft, here, seqs, words, words, times, nobody)
    | st.builds(RoomChanged, here, seqs, facts, nobody)
    | st.builds(Skipped, here, seqs, nobody)
)


@pytest.mark.full
@given(st.lists(entries, min_size=1, max_size=6))
def test_every_entry_comes_back_as_it_was(batch: list[Entry]) -> None:
    assert entries_in(ROOM, envelope_of(batch)) == batch


def test_there_is_a_way_there_and_back_for_every_kind_of_entry() -> None:
    kinds = {kind for union in get_args(Entry) for kind in (get_args(union) or (union,))}
    assert set(WRITE) == kinds
    assert len(READ) == len(WRITE)


SAID = MessagePosted(
    ROOM,
    4,
    SeatId(9),
    Author("s", "Quiet Otter", "a"),
    "n" * 12,
    "Hello",
    datetime(2026, 11, 22, tzinfo=UTC),
)


def test_an_envelope_holds_no_more_than_what_was_said_and_a_little() -> None:
    short = len(envelope_of([replace(SAID, text="")]))
    assert short < 160
    assert len(envelope_of([replace(SAID, text="x" * 400)])) == short + 400


def rows_of(entry: Entry) -> Any:
    return orjson.loads(envelope_of([entry]))


@pytest.mark.parametrize(
    "strange",
    [
        [2, 4, [["p", 4]]],  # a newer version
        [1, 4, [["later", 4]]],  # a kind that only a newer version knows
        [1, 4, [[*rows_of(SAID)[2][0], "more"]]],  # a kind we know, with a field we do not
        [1, 4, [rows_of(SAID)[2][0][:-1]]],
        [1, 4, [rows_of(SAID)[2][0], ["later", 5]]],  # some of it is not enough
        [1, 4, [None]],
        [1, 4, None],
        [1, 4, [[["p"], 4]]],
    ],
)
def test_what_is_not_understood_is_refused_whole_and_says_how_far_the_room_is(
    strange: Any,
) -> None:
    assert entries_in(ROOM, orjson.dumps(rows_of(SAID))) == [SAID]
    with pytest.raises(Unreadable) as refused:
        entries_in(ROOM, orjson.dumps(strange))
    assert refused.value.head == 4


@given(st.binary(max_size=60))
def test_bytes_that_are_no_envelope_are_refused(noise: bytes) -> None:
    with pytest.raises(Unreadable):
        entries_in(ROOM, noise)


def test_a_head_that_is_no_number_says_nothing() -> None:
    with pytest.raises(Unreadable) as refused:
        entries_in(ROOM, orjson.dumps([2, "far", []]))
    assert refused.value.head == 0
