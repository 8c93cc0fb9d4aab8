"""Reading takes time in proportion to what is written, whatever it is."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

import pytest

from holdfast.screening.contact import find_contact
from holdfast.screening.reading import read

SHORT, TIMES = 500, 8
FACTOR = 5  # eight times as much may take forty times as long, on a machine with other work
PIECES = [
    *(
        "a",
        "1",
        "1 ",
        "1-",
        "a.",
        "a@",
        "a @ ",
        " @",
        "(",
        "(1) ",
        "one ",
        "double ",
        "a b ",
        "aa@b.",
    ),
    *("http://", "www.", "dot com ", "my insta is ", "1.1.1.", "add me on ", "snap ", "at gmail "),
    *(
        "want to die ",
        "i want ",
        "not ",
        '"',
        "kill ",
        "1a",
        "i am 15 ",
        "A b ",
        "12/12/",
        "@a.",
        "u/",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("reader", [read, find_contact])
def test_reading_is_linear(reader: Callable[[str], object], piece: str) -> None:
    quick, slow = (
        min(_took(reader, (piece * length)[:length]) for _ in range(5))
        for length in (SHORT, SHORT * TIMES)
    )
    assert slow <= max(quick, 0.002) * TIMES * FACTOR


def _took(reader: Callable[[str], object], text: str) -> float:
    begun = perf_counter()
    reader(text)
    return perf_counter() - begun
