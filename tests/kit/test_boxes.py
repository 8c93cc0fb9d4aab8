"""Boxes open with one key pair, in one place, whole; locks with one secret, for one purpose."""

from __future__ import annotations

import pytest

from holdfast.kit.boxes import lock_under, make_pair, open_with, seal_to, unlock_with
from holdfast.kit.cipher import WrongKey

WORDS = b"thirty-two bytes of a key, or so"


def test_what_is_boxed_to_somebody_opens_with_their_private_half() -> None:
    pair = make_pair()
    assert open_with(pair.private, pair.public, seal_to(pair.public, WORDS, b"here"), b"here") == (
        WORDS
    )


def test_two_boxes_of_the_same_words_have_nothing_in_common() -> None:
    pair = make_pair()
    one, other = seal_to(pair.public, WORDS, b""), seal_to(pair.public, WORDS, b"")
    assert one[1:33] != other[1:33]
    assert one[33:] != other[33:]


def test_a_box_opens_for_nobody_else() -> None:
    mine, other = make_pair(), make_pair()
    box = seal_to(mine.public, WORDS, b"here")
    assert open_with(mine.private, mine.public, box, b"here") == WORDS
    for private, public in (
        (other.private, other.public),
        (other.private, mine.public),
        (mine.private, other.public),
    ):
        with pytest.raises(WrongKey):
            open_with(private, public, box, b"here")


def test_a_box_opens_in_no_other_place() -> None:
    pair = make_pair()
    box = seal_to(pair.public, WORDS, b"here")
    assert open_with(pair.private, pair.public, box, b"here") == WORDS
    with pytest.raises(WrongKey):
        open_with(pair.private, pair.public, box, b"there")


def test_a_box_in_which_any_byte_was_changed_does_not_open() -> None:
    pair = make_pair()
    box = seal_to(pair.public, WORDS, b"here")
    assert open_with(pair.private, pair.public, box, b"here") == WORDS
    for at in range(len(box)):
        changed = bytearray(box)
        changed[at] ^= 1
        with pytest.raises(WrongKey):
            open_with(pair.private, pair.public, bytes(changed), b"here")
    for cut in (b"", box[:1], box[:33], box[:-1]):
        with pytest.raises(WrongKey):
            open_with(pair.private, pair.public, cut, b"here")


def test_nothing_is_boxed_to_what_is_no_public_key() -> None:
    for public in (b"", b"short", bytes(32)):
        with pytest.raises(WrongKey):
            seal_to(public, WORDS, b"here")


def test_what_is_locked_opens_with_its_secret_for_its_purpose_where_it_belongs() -> None:
    locked = lock_under(b"secret", b"phrase", WORDS, b"mine")
    assert unlock_with(b"secret", b"phrase", locked, b"mine") == WORDS
    for secret, purpose, bound in (
        (b"other", b"phrase", b"mine"),
        (b"secret", b"session", b"mine"),
        (b"secret", b"phrase", b"another's"),
    ):
        with pytest.raises(WrongKey):
            unlock_with(secret, purpose, locked, bound)
    with pytest.raises(WrongKey):
        unlock_with(b"secret", b"phrase", locked[:-1] + bytes([locked[-1] ^ 1]), b"mine")
    with pytest.raises(WrongKey):
        unlock_with(b"secret", b"phrase", b"", b"mine")
