"""The last few short things each member said, so that what comes in pieces is read as one.

In memory only, for ten minutes, and never more than a few lines of anybody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from holdfast.kit.ids import SeatId
from holdfast.screening.pieces import MOST, handed_over, is_marked, is_short
from holdfast.screening.signals import Signal

WITHIN = 600.0  # seconds
UNMARKED = 3  # of which nothing in them is telling
SWEEP_AT = 20_000


Piece = tuple[bool, str]  # whether it is a note, and its words


class Trail:
    """What one seat said lately: pieces, and when the last telling one came."""

    __slots__ = ("at", "marked_at", "nonce", "pieces")

    def __init__(self) -> None:
        self.pieces: deque[Piece] = deque(maxlen=2 * MOST)  # a message may have one and a note
        self.at = self.marked_at = float("-inf")
        self.nonce = ""

    def is_hot(self, now: float) -> bool:
        """Whether something telling was said lately."""
        return now - self.marked_at <= WITHIN

    def add(self, nonce: str, said: Sequence[Piece], now: float) -> None:
        self.at, self.nonce = now, nonce
        self.pieces.extend(said)
        while not self.is_hot(now) and len(self.pieces) > UNMARKED:
            self.pieces.popleft()

    def completed_by(self, said: Sequence[Piece]) -> tuple[Signal, ...]:
        """What the pieces come to with these: as they came, the words alone, the notes alone."""
        pieces = [*self.pieces, *said]
        runs = (
            tuple(words for _, words in pieces),
            tuple(words for is_note, words in pieces if not is_note),
            tuple(words for is_note, words in pieces if is_note),
        )
        new = dict.fromkeys(run[-MOST - 1 :] for run in runs if run)
        return next((found for run in new if (found := handed_over(run))), ())


def _short(text: str, note: str | None) -> list[Piece]:
    """Those of these words that may be a piece of something."""
    said = ((True, note or ""), (False, text))
    return [(is_note, words) for is_note, words in said if words and is_short(words)]


class Trails:
    """The trails of those who wrote lately."""

    def __init__(self) -> None:
        self._of: dict[SeatId, Trail] = {}

    def look(
        self, seat: SeatId, nonce: str, text: str, now: float, note: str | None = None
    ) -> tuple[Signal, ...]:
        """What this completes together with what the same seat said before; nothing, mostly.

        A note is a piece as well as the words below it.
        """
        trail = self._told(seat, nonce, said := _short(text, note), now)
        if trail is None:
            return ()
        if trail.is_hot(now) and (found := trail.completed_by(said)):
            return found
        trail.add(nonce, said, now)
        return ()

    def hear(
        self, seat: SeatId, nonce: str, text: str, now: float, note: str | None = None
    ) -> None:
        """What the same seat said through another process, where it was looked at."""
        trail = self._told(seat, nonce, said := _short(text, note), now)
        if trail is not None:
            trail.add(nonce, said, now)

    def _told(self, seat: SeatId, nonce: str, said: Sequence[Piece], now: float) -> Trail | None:
        """The trail on which this comes; none for long words, and for the same message again."""
        if not said:
            return None
        if len(self._of) > SWEEP_AT:
            self._sweep(now)
        trail = self._trail_of(seat, now)
        if trail.nonce == nonce:
            return None
        if any(is_marked(words) for _, words in said):
            trail.marked_at = now
        return trail

    def _trail_of(self, seat: SeatId, now: float) -> Trail:
        trail = self._of.get(seat)
        if trail is None or now - trail.at > WITHIN:
            trail = self._of[seat] = Trail()
        return trail

    def _sweep(self, now: float) -> None:
        self._of = {seat: one for seat, one in self._of.items() if now - one.at <= WITHIN}
