"""Why this circle, and how long until there is one: what a person is told."""

from __future__ import annotations

from msgspec.structs import replace

from circles.checking import alike
from holdfast.circles.rules.forming.reasons import Reason, reasons, reasons_for_seat
from holdfast.circles.rules.forming.waiting import Wait, expected_wait, likeness
from holdfast.circles.rules.forming.wishes import OpenCircle
from holdfast.circles.rules.times import EVERY_SLOT

MINE, *OTHERS = alike(stage="new", pace="slow")
SEAT = OpenCircle("tide", "18+", "en", frozenset({1, 7}), 5, themes=frozenset({"grief"}))


def test_what_everybody_chose_is_said_with_the_language_and_the_times() -> None:
    assert reasons(MINE, OTHERS) == [
        Reason("theme", "grief", everyone=True),
        Reason("stage", "new", everyone=True),
        Reason("pace", "slow", everyone=True),
        Reason("language", "en", everyone=True),
        Reason("times", "3", everyone=True),
    ]


def test_what_most_chose_is_said_as_most() -> None:
    some = [replace(other, stage="years") if n < 2 else other for n, other in enumerate(OTHERS)]
    assert Reason("stage", "new", everyone=False) in reasons(MINE, some)


def test_what_only_one_other_chose_is_not_told() -> None:
    lone = [replace(other, stage="years") if n else other for n, other in enumerate(OTHERS[:3])]
    assert "theme" in {reason.what for reason in reasons(MINE, lone)}
    assert "stage" not in {reason.what for reason in reasons(MINE, lone)}


def test_of_three_what_one_of_the_two_others_chose_is_not_told_either() -> None:
    two = [replace(OTHERS[0], stage="years"), OTHERS[1]]
    assert [reason.what for reason in reasons(MINE, two)] == ["theme", "pace", "language", "times"]


def test_without_others_there_is_no_reason() -> None:
    assert reasons(MINE, []) == []


def test_a_circle_that_is_there_gives_its_reasons_itself() -> None:
    assert reasons_for_seat(MINE, SEAT) == [
        Reason("theme", "grief", everyone=True),
        Reason("language", "en", everyone=True),
        Reason("times", "2", everyone=True),
    ]


def test_who_chose_no_times_is_not_told_that_they_chose_them() -> None:
    anytime = replace(MINE, slots=EVERY_SLOT)
    assert [one.what for one in reasons_for_seat(anytime, SEAT)] == ["theme", "language"]


def test_likeness_is_full_for_the_same_choices_and_nothing_for_none_in_common() -> None:
    assert round(likeness(MINE, OTHERS[0]), 6) == 1
    assert likeness(replace(MINE, stage="", pace=""), alike(themes=frozenset({"x"}))[0]) == 0


def test_a_free_seat_that_suits_means_no_wait() -> None:
    found = expected_wait(MINE, OTHERS, [SEAT], arrivals_a_day=1, forming_every=24)
    assert found == Wait(0.0, "seat")


def test_where_five_who_suit_wait_already_it_is_until_the_next_forming() -> None:
    found = expected_wait(MINE, alike(), arrivals_a_day=1, forming_every=24)
    assert found == Wait(24.0, "next forming")


def test_where_some_are_missing_it_goes_by_how_many_come_in_a_day() -> None:
    found = expected_wait(MINE, OTHERS[:3], arrivals_a_day=4, forming_every=24)
    assert found == Wait(2 / (4 / 24) + 24, "others")
    half = [*OTHERS[:3], *(replace(other, age="16-17") for other in OTHERS[:3])]
    slower = expected_wait(MINE, half, arrivals_a_day=4, forming_every=24)
    assert slower == Wait(2 / (2 / 24) + 24, "others")


def test_we_say_that_we_cannot_say_where_nobody_suits_or_hardly_anybody_comes() -> None:
    assert expected_wait(MINE, [], arrivals_a_day=9, forming_every=24) == Wait(None, "others")
    rare = expected_wait(MINE, OTHERS[:1], arrivals_a_day=0.1, forming_every=24)
    assert rare == Wait(None, "others")


def test_closer_waits_longer_than_sooner() -> None:
    far = [replace(other, key=f"f{other.key}", themes=frozenset({"x"})) for other in OTHERS]
    sooner, closer = (
        expected_wait(
            replace(MINE, closer=wish), [*OTHERS[:2], *far], arrivals_a_day=20, forming_every=24
        )
        for wish in (0.0, 1.0)
    )
    assert sooner == Wait(24.0, "next forming")
    assert closer.hours is not None
    assert closer.hours > 24
