"""How long somebody waits, as the desk writes it."""

from __future__ import annotations

import pytest

from holdfast.desk.pages.shown import waited
from holdfast.kit.looks import Looks


@pytest.mark.parametrize(
    ("seconds", "locale", "words"),
    [(65, "en", "1:05"), (65, "ar", "١:٠٥"), (7_300, "en", "2 h"), (7_300, "ar", "٢ س")],
)
def test_a_wait_has_the_digits_of_the_readers_language(
    seconds: int, locale: str, words: str
) -> None:
    assert waited(seconds, Looks(locale=locale)) == words
