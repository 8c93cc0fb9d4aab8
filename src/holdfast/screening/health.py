"""Whether the readers can read: asked at the start, and again when they failed."""

from __future__ import annotations

from holdfast.screening.packs import BadPack
from holdfast.screening.reading import read
from holdfast.screening.scanning import rules

SURELY_A_SIGN = "I want to kill myself"


class CannotRead(RuntimeError):
    """The rules cannot be loaded, or do not notice what they must."""


def rules_load() -> tuple[str, ...]:
    """Load the rules and try them once; the languages they know.

    Raises `CannotRead` with what is wrong: no room may be live then.
    """
    try:
        languages = rules().languages
    except (BadPack, OSError) as wrong:
        raise CannotRead(str(wrong)) from wrong
    if read(SURELY_A_SIGN).reading.level < 3:
        raise CannotRead("the rules load, and notice nothing")
    return languages
