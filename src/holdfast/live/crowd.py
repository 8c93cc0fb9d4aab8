"""Every line of this process, and how many of them are one person's."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from holdfast.rights.rules import Member, Staff

if TYPE_CHECKING:
    from holdfast.live.line import Line

MOST_LINES = 8
"""Of one person at once: some windows on two devices. More would be a way to hold places."""


class Crowd(set["Line"]):
    """The lines that are open."""

    def __init__(self) -> None:
        super().__init__()
        self._each: Counter[tuple[type, int]] = Counter()

    def is_full_for(self, actor: Member | Staff) -> bool:
        """Whether this person has as many lines as anybody needs."""
        return self._each[type(actor), actor.id] >= MOST_LINES

    def add(self, line: Line) -> None:
        if line not in self:
            self._each[type(line.actor), line.actor.id] += 1
        super().add(line)

    def discard(self, line: Line) -> None:  # type: ignore[override]  # nothing else is in it
        if line in self:
            who = type(line.actor), line.actor.id
            self._each[who] -= 1
            if not self._each[who]:
                del self._each[who]
        super().discard(line)
