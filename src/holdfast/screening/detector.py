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
        self._broken_at: deque[float] = deque(maxlen=TOO_MANY)
        self.unread = 0

    def read(self, text: str, role: str, language: str, ticks: Callable[[], float]) -> Read | None:
        """The text with its reading; nothing where the rules broke over it."""
        try:
            return self._reader(text, role, language)
        except Exception:
            self.unread += 1
            self._broken_at.append(ticks())
            return None

    def is_down(self, now: float) -> bool:
        """Whether the rules broke so often that no room should trust them."""
        broken = self._broken_at
        return bool(broken) and len(broken) == TOO_MANY and now - broken[0] <= WITHIN


def unread(text: str) -> Read:
    """Words that no rule has read, for a person to read."""
    return Read(text, NOTHING_NOTICED)
