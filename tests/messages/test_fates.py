"""What becomes of words once they are read: every reason, and which goes before which."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.messages.rules.fates import (
    SAID,
    Circumstances,
    ContactDetail,
    Fate,
    KeptForCare,
    NotChanged,
    Quiet,
    edit_refused,
    fate_of,
)
from holdfast.messages.rules.pieces import pieces_of
from holdfast.messages.rules.words import LONGEST_TEXT, has_something_to_read
from holdfast.rooms.rules import RoomState
from holdfast.rooms.rules.stops import Hushed
from holdfast.screening.reading import Reading, Signal
from holdfast.screening.signals import Kind


def reading(level: int = 0, *kinds: Kind) -> Reading:
    return Reading(level, (), tuple(Signal("a-rule", kind, 0, 1) for kind in kinds))


CALM, HIGH, GOODBYE = reading(), reading(3, Kind.SIGN), reading(4, Kind.SIGN)
CONTACT, METHOD, BAITING = reading(0, Kind.PHONE), reading(0, Kind.METHOD), reading(0, Kind.BAITING)
EVERYTHING = reading(4, Kind.SIGN, Kind.PHONE, Kind.METHOD, Kind.THREAT)
HUSHED = Hushed(why="")
QUIET, HELD = {"state": RoomState.QUIET}, {"state": RoomState.HELD}


@pytest.mark.parametrize(
    ("read", "now", "fate"),
    [
        (CALM, {}, SAID),
        (HIGH, {}, SAID),  # the room sees it; the desk knows
        (GOODBYE, {}, Fate("concern")),
        (EVERYTHING, {**QUIET, "cared_for": True}, Fate("concern")),
        (CONTACT, {}, Fate(refusal=ContactDetail)),
        (CONTACT, {"as_is": True}, Fate("contact")),
        (CONTACT, QUIET, Fate(refusal=ContactDetail)),
        (CALM, {"cared_for": True}, Fate("care")),
        (BAITING, {}, Fate("conduct")),
        (METHOD, {}, Fate("method")),
        (METHOD, {**QUIET, "as_is": True}, Fate("method")),
        (CALM, HELD, Fate("room")),
        (HIGH, HELD, Fate("room")),
        (CALM, QUIET, Fate(refusal=Quiet)),
        (HIGH, QUIET, Fate(refusal=Quiet)),
        (CALM, {**QUIET, "as_is": True}, Fate("letter")),
        (CALM, {"as_is": True}, SAID),  # nothing asks for a person to read it first
        (CALM, {"newcomer": True}, Fate("newcomer")),
        (CALM, {"newcomer": True, **HELD}, Fate("room")),
        (BAITING, {"newcomer": True}, Fate("conduct")),
        (GOODBYE, {"stopped": HUSHED}, Fate("concern")),
        (HIGH, {"stopped": HUSHED}, Fate(refusal=HUSHED)),  # and it is kept in the side space
        (CALM, {"stopped": HUSHED, **QUIET, "as_is": True}, Fate(refusal=HUSHED)),
        (CONTACT, {"stopped": HUSHED, "as_is": True}, Fate(refusal=HUSHED)),
        (CALM, {"stopped": HUSHED, "cared_for": True}, Fate("care")),
    ],
)
def test_what_becomes_of_words(read: Reading, now: dict[str, Any], fate: Fate) -> None:
    assert fate_of(read, Circumstances(**now)) == fate


READINGS = st.builds(
    lambda level, kinds: reading(level, *kinds),
    st.integers(0, 4),
    st.lists(st.sampled_from(list(Kind)), max_size=4),
)
NOW = st.builds(
    Circumstances,
    st.sampled_from(list(RoomState)),
    st.booleans(),
    st.booleans(),
    st.sampled_from([None, HUSHED]),
    st.booleans(),
)


@given(READINGS, NOW)
def test_nothing_that_may_be_a_goodbye_is_ever_refused(read: Reading, now: Circumstances) -> None:
    fate = fate_of(read, now)
    if read.level == 4:
        assert fate == Fate("concern")
    assert fate.why is None or fate.refusal is None


@given(READINGS, NOW)
def test_what_would_be_held_is_not_slipped_in_by_a_change(
    read: Reading, now: Circumstances
) -> None:
    fate, refused = fate_of(read, now), edit_refused(read, now)
    assert (refused is None) == (fate == SAID)
    if fate.why == "concern":
        assert refused is KeptForCare
    elif fate.why is not None:
        assert refused is NotChanged


@given(st.text(max_size=3 * LONGEST_TEXT))
def test_words_too_long_are_kept_whole_in_pieces_that_fit(text: str) -> None:
    pieces = pieces_of(text)
    assert all(len(piece) <= LONGEST_TEXT for piece in pieces)
    if all(has_something_to_read(text[i : i + 1_000]) for i in range(0, len(text), 1_000)):
        assert "".join(pieces) == text


def test_a_piece_ends_between_words_where_there_is_a_place_for_it() -> None:
    words = "goodbye everyone " * 600
    assert all(not piece.rstrip().endswith("goodby") for piece in pieces_of(words))
    assert "".join(pieces_of(words)).split() == words.split()
