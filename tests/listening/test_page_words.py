"""What pages say of reasons, endings and hours, each for the one who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.kit.boxes import make_pair
from holdfast.kit.ids import MemberId, SessionId
from holdfast.kit.looks import Looks
from holdfast.listening.pages.asking import is_shut
from holdfast.listening.pages.wording import (
    ENDED,
    FOR_WHO_ASKS,
    FOR_WHO_LISTENS,
    chosen_in_words,
    hours_in_words,
    reasons_in_words,
)
from holdfast.listening.rules.sessions import Ending
from holdfast.rights.own import OwnKey
from holdfast.rights.rules import Member


def test_the_same_reason_is_said_to_each_of_the_two_from_their_side() -> None:
    codes = ["want:family", "way:quiet", "language:es"]
    asker = reasons_in_words(codes, "en")
    listener = reasons_in_words(codes, "en", listens=True)
    assert asker[0] == "You chose “Family”, and they are at home with it."
    assert listener[0] == "They chose “Family”, and you are at home with it."
    assert "Español" in asker[2]
    assert len(asker) == len(listener) == 3


def test_a_reason_that_nobody_knows_is_not_said() -> None:
    assert reasons_in_words(["again", "score:12"], "en") == [FOR_WHO_ASKS["again"]]
    assert set(FOR_WHO_ASKS) == set(FOR_WHO_LISTENS)


def test_every_ending_has_words() -> None:
    assert set(ENDED) == set(Ending)


def test_what_was_chosen_is_said_by_its_name() -> None:
    assert chosen_in_words(["low", "been_there", "gone"], "en") == [
        "Feeling low",
        "Someone who has been there",
    ]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=2, minutes=40), "2 h 40 min"),
        (timedelta(hours=15), "15 h"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(minutes=-3), "0 min"),
    ],
)
def test_hours_that_are_left_are_said_short(left: timedelta, said: str) -> None:
    assert hours_in_words(left, Looks()) == said


def test_who_came_in_without_the_seven_words_is_asked_for_them_before_anything_else() -> None:
    shut, new = OwnKey("token", b"public", None), OwnKey("token", None, None)
    assert is_shut(member_with(shut), has_words=True)
    assert is_shut(member_with(shut), has_words=False), "there is a key, and it is shut"
    assert is_shut(member_with(new), has_words=True), "the words come first"
    assert not is_shut(member_with(new), has_words=False), "a visit begins a key of its own"
    new.learn(make_pair())
    assert not is_shut(member_with(new), has_words=True)


def member_with(own: OwnKey) -> Member:
    return Member(MemberId(1), SessionId(1), own=own)
