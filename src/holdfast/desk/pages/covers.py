"""Which words are covered at the desk until somebody chooses to read them."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.kit.house import House

Reads = Callable[[str], bool]  # whether words are hard to read


def hard_words(house: House, *, every: bool = False) -> Reads:
    """Those that the rules read as hard, or could not read; `every` one where somebody may be in
    danger.
    """

    def is_hard(text: str) -> bool:
        read = house.ledger.detector.read(text, "member", "en", house.workshop.clock.ticks)
        if every or read is None:
            return True
        reading = read.reading
        return bool(reading.concern or reading.method or reading.second_person)

    return is_hard
