"""Envelopes open only as what they are: from one process of this place, on this channel, once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.kit.bus.envelope import HEADING, SENDERS, Envelopes
from holdfast.kit.cipher import RootKey
from holdfast.kit.tokens import random_handle
from kit.bus.conftest import ROOT


@pytest.fixture
def ours() -> Envelopes:
    return Envelopes(ROOT, random_handle())


@pytest.fixture
def theirs() -> Envelopes:
    return Envelopes(ROOT, random_handle())


@given(kind=st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=60), body=st.binary())
def test_what_is_sealed_opens_as_it_was(kind: str, body: bytes) -> None:
    ours, theirs = (Envelopes(ROOT, random_handle()) for _ in range(2))
    assert theirs.open("room", ours.seal("room", kind, body)) == (kind, body)


def test_an_envelope_says_nothing_of_what_is_in_it(ours: Envelopes) -> None:
    first, second = (ours.seal("room", "entries", b"the same words") for _ in range(2))
    assert b"words" not in first
    assert b"entries" not in first
    assert first[HEADING:] != second[HEADING:]


@pytest.mark.parametrize("at", [0, 1, 22, 23, HEADING - 1, HEADING, -1])
def test_a_changed_envelope_does_not_open(ours: Envelopes, theirs: Envelopes, at: int) -> None:
    envelope = bytearray(ours.seal("room", "entries", b"words"))
    envelope[at] ^= 1
    assert theirs.open("room", bytes(envelope)) is None
    envelope[at] ^= 1
    assert theirs.open("room", bytes(envelope)) is not None


def test_an_envelope_of_one_room_does_not_open_in_another(
    ours: Envelopes, theirs: Envelopes
) -> None:
    envelope = ours.seal("room", "entries", b"words")
    assert theirs.open("another room", envelope) is None
    assert theirs.open("room", envelope) is not None


def test_an_envelope_opens_once(ours: Envelopes, theirs: Envelopes) -> None:
    first, second = ours.seal("room", "a", b"1"), ours.seal("room", "a", b"2")
    assert theirs.open("room", second) == ("a", b"2")
    assert theirs.open("room", second) is None
    assert theirs.open("room", first) is None


def test_what_is_kept_under_a_name_opens_again(ours: Envelopes, theirs: Envelopes) -> None:
    kept = ours.seal("room", "kept", b"1")
    assert [theirs.open_again("room", kept) for _ in range(2)] == [("kept", b"1")] * 2


def test_an_envelope_of_another_place_does_not_open(theirs: Envelopes) -> None:
    strange = Envelopes(RootKey(b"the root key of another place..."), random_handle())
    assert theirs.open("room", strange.seal("room", "entries", b"words")) is None


def test_our_own_envelopes_are_known_by_our_name(ours: Envelopes, theirs: Envelopes) -> None:
    envelope = ours.seal("room", "entries", b"words")
    assert ours.is_own(envelope)
    assert not theirs.is_own(envelope)


def test_senders_of_long_ago_are_forgotten(theirs: Envelopes) -> None:
    for _ in range(SENDERS + 5):
        sender = Envelopes(ROOT, random_handle())
        assert theirs.open("room", sender.seal("room", "a", b"")) is not None
    assert len(theirs._senders) == SENDERS


@given(st.binary(max_size=200))
def test_nonsense_does_not_open_and_raises_nothing(nonsense: bytes) -> None:
    theirs = Envelopes(ROOT, random_handle())
    assert theirs.open("room", nonsense) is None
    assert theirs.open("room", b"\x01" + nonsense) is None
