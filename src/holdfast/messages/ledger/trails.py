"""The last few short things each member said, so that what comes in pieces is read as one.

In memory only, for ten minutes, and never more than a few lines of anybody.
"""

from __future__ import annotations

from collections import deque

from holdfast.kit.ids import SeatId
from holdfast.screening.pieces import MOST, handed_over, is_marked, is_short
from holdfast.screening.signals import Signal

WITHIN = 600.0  # seconds
UNMARKED = 3  # of which nothing in them is telling
SWEEP_AT = 20_000


class Trail:
    """What one seat said lately: pieces, and when the last telling one came."""

    __slots__ = ("at", "marked_at", "nonce", "pieces")

    def __init__(self) -> None:
        self.pieces: deque[str] = deque(maxlen=MOST)
        self.at = self.marked_at = float("-inf")
        self.nonce = ""

    def is_hot(self, now: float) -> bool:
        """Whether something telling was said lately."""
        return now - self.marked_at <= WITHIN

    def add(self, nonce: str, text: str, now: float) -> None:
        self.at, self.nonce = now, nonce
        self.pieces.append(text)
        if not self.is_hot(now) and len(self.pieces) > UNMARKED:
            self.pieces.popleft()


class Trails:
    """The trails of those who wrote lately."""

    def __init__(self) -> None:
        self._of: dict[SeatId, Trail] = {}

    def look(self, seat: SeatId, nonce: str, text: str, now: float) -> tuple[Signal, ...]:
        """What this completes together with what the same seat said before; nothing, mostly."""
        if not is_short(text):
            return ()
        trail = self._trail_of(seat, now)
        if trail.nonce == nonce:
            return ()  # the same message again
        if is_marked(text):
            trail.marked_at = now
        if trail.is_hot(now) and (found := handed_over((*trail.pieces, text))):
            return found
        trail.add(nonce, text, now)
        if len(self._of) > SWEEP_AT:
            self._sweep(now)
        return ()

    def hear(self, seat: SeatId, nonce: str, text: str, now: float) -> None:
        """What the same seat said through another process, where it was looked at."""
        if not is_short(text):
            return
        trail = self._trail_of(seat, now)
        if trail.nonce != nonce:
            if is_marked(text):
                trail.marked_at = now
            trail.add(nonce, text, now)
        if len(self._of) > SWEEP_AT:
            self._sweep(now)

    def _trail_of(self, seat: SeatId, now: float) -> Trail:
        trail = self._of.get(seat)
        if trail is None or now - trail.at > WITHIN:
            trail = self._of[seat] = Trail()
        return trail

    def _sweep(self, now: float) -> None:
        self._of = {seat: one for seat, one in self._of.items() if now - one.at <= WITHIN}
