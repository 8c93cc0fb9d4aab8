"""Reading without ever losing a text: one that breaks the rules is held, three are an alarm."""

from __future__ import annotations

from holdfast.screening.detector import TOO_MANY, WITHIN, Detector
from holdfast.screening.reading import Read, read


class Ticks:
    """A clock for a test."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def breaks_over_dragons(text: str, role: str, language: str) -> Read:
    """Rules with a mistake in them."""
    if "dragon" in text:
        raise ValueError(text)
    return read(text, role, language)


def test_a_text_the_rules_break_over_is_not_read_and_nothing_is_raised() -> None:
    detector, ticks = Detector(breaks_over_dragons), Ticks()
    assert detector.read("a lamb", "member", "en", ticks) is not None
    assert detector.read("a dragon", "member", "en", ticks) is None
    assert detector.unread == 1


def test_three_within_a_minute_mean_that_the_rules_are_down_until_they_are_not() -> None:
    detector, ticks = Detector(breaks_over_dragons), Ticks()
    for number in range(TOO_MANY - 1):
        detector.read(f"dragon {number}", "member", "en", ticks)
        detector.read(f"dragon {number}", "member", "en", ticks)  # on its way through another door
    assert not detector.is_down(ticks.now)
    detector.read("one more dragon", "member", "en", ticks)
    assert detector.is_down(ticks.now)
    ticks.now += WITHIN + 1
    assert not detector.is_down(ticks.now)


def test_broken_now_and_then_is_not_down() -> None:
    detector, ticks = Detector(breaks_over_dragons), Ticks()
    for number in range(5):
        detector.read(f"dragon {number}", "member", "en", ticks)
        ticks.now += WITHIN / 2 + 1
    assert not detector.is_down(ticks.now)
