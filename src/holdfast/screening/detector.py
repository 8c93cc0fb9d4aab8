"""Reading without ever losing a text: one that cannot be read is held, three are an alarm."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from holdfast.screening.reading import NOTHING_NOTICED, Read, read

TOO_MANY, WITHIN = 3, 60.0  # texts that could not be read, in seconds
Reader = Callable[[str, str, str], Read]


class Detector:
    """The rules at work, and whether they work. Holds no text."""

    def __init__(self, reader: Reader = read) -> None:
        self._reader = reader
        self._broken: deque[tuple[int, float]] = deque(maxlen=TOO_MANY)  # which one, and when
        self.unread = 0

    def read(self, text: str, role: str, language: str, ticks: Callable[[], float]) -> Read | None:
        """The text with its reading; nothing where the rules broke over it."""
        try:
            return self._reader(text, role, language)
        except Exception:
            self.unread += 1
            self._note(hash(text), ticks())
            return None

    def _note(self, which: int, now: float) -> None:
        """One text counts once, however often it is read on its way."""
        others = [(one, at) for one, at in self._broken if one != which]
        self._broken = deque([*others, (which, now)], maxlen=TOO_MANY)

    def is_down(self, now: float) -> bool:
        """Whether the rules broke so often that no room should trust them."""
        broken = self._broken
        return len(broken) == TOO_MANY and now - broken[0][1] <= WITHIN


def unread(text: str) -> Read:
    """Words that no rule has read, for a person to read."""
    return Read(text, NOTHING_NOTICED)
