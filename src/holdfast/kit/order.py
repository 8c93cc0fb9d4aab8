"""One topic's entries in the order of their places, whichever process committed them.

A state machine without a clock, a socket or a database. Inputs: what was committed here or
elsewhere (`take`), how far the database says the topic is (`begin`, `saw`), and what was read
from it (`filled`, `failed`). Each answers with what is to be delivered now, in order; `wants` says
what else is to be done: wait, read what is missing, or give up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

PATIENCE = 0.02  # seconds that what came early waits for its elders
FURTHEST = 1_000  # further behind, whoever listens comes back and loads the page
AGAIN_AFTER = (0.1, 0.4, 1.0)  # seconds between one reading that broke and the next


class Wait(Struct, frozen=True):
    """Nothing is to be done before this time."""

    until: float


class Read(Struct, frozen=True):
    """What lies after one place, up to another, is missing."""

    after: int
    to: int


class GiveUp(Struct, frozen=True):
    """Too much is missing, or it cannot be read: whoever listens must begin anew."""


Wish = Wait | Read | GiveUp | None


class Order:
    """What was delivered, what came early, and what is missing between them.

    `blank` makes the entry for a place that holds nothing any more. `patience` may be changed at
    any time: where hints come without entries there is nothing to wait for.
    """

    __slots__ = (
        *("_again_at", "_blank", "_broken", "_early", "_reading", "_since", "_top"),
        *("head", "patience"),
    )

    def __init__(self, blank: Callable[[int], Any]) -> None:
        self.head = -1  # the newest that was delivered, or was there at the beginning; -1: unknown
        self.patience = PATIENCE
        self._blank = blank
        self._early: dict[int, Any] = {}
        self._top = -1  # the newest that is known to be there
        self._since: float | None = None  # since when the next one is known to be missing
        self._reading = False  # a reading is under way
        self._broken = 0  # readings that broke, one after the other
        self._again_at = float("-inf")

    # -- what is told -------------------------------------------------------------------------

    def begin(self, head: int, now: float) -> list[Any]:
        """So far the topic was when nothing of it could be missed any more."""
        if self.head >= 0:
            return self.saw(head, now)
        self.head = head
        self._early = {seq: entry for seq, entry in self._early.items() if seq > head}
        return self._in_order(now)

    def take(self, entries: Sequence[Any], now: float) -> Sequence[Any]:
        """What was committed in one go. What was heard before is dropped."""
        first, last = entries[0].seq, entries[-1].seq
        next_ = first == self.head + 1 and self.head >= 0
        if next_ and self._top <= last and last - first == len(entries) - 1 and not self._early:
            self.head, self._since = last, None
            return entries
        for entry in entries:
            if entry.seq > self.head and len(self._early) < FURTHEST:
                self._early.setdefault(entry.seq, entry)
        self._top = max(self._top, last)
        return self._in_order(now)

    def saw(self, head: int, now: float) -> list[Any]:
        """So far the topic is, says the database."""
        self._top = max(self._top, head)
        return self._in_order(now)

    def put_off(self) -> None:
        """What was to be read is not read now: it is asked for again."""
        self._reading = False

    def filled(self, read: Read, entries: Sequence[Any], now: float) -> list[Any]:
        """What the database holds at the places that were missing."""
        self._reading, self._broken = False, 0
        found = {entry.seq: entry for entry in entries}
        for seq in range(max(self.head, read.after) + 1, read.to + 1):
            if seq not in self._early:
                self._early[seq] = found.get(seq) or self._blank(seq)
        return self._in_order(now)

    def failed(self, now: float) -> None:
        """It could not be read. It is tried again, a few times."""
        self._reading = False
        if self._broken < len(AGAIN_AFTER):
            self._again_at = now + AGAIN_AFTER[self._broken]
        self._broken += 1

    def jump(self) -> None:
        """Give up what is missing: from here on it goes on with the newest."""
        self.head = max(self.head, self._top)
        self._early.clear()
        self._since, self._broken = None, 0

    # -- what is to be done -------------------------------------------------------------------

    @property
    def is_whole(self) -> bool:
        """Whether nothing is known to be missing."""
        return self._since is None and self.head >= 0

    def wants(self, now: float) -> Wish:
        """What is to be done now, or when to ask again. A reading is asked for once."""
        if self._since is None or self._reading or self.head < 0:
            return None
        if self._broken > len(AGAIN_AFTER) or self._top - self.head > FURTHEST:
            return GiveUp()
        due = max(self._since + self.patience, self._again_at)
        if now < due:
            return Wait(due)
        self._reading = True
        return Read(self.head, self._newest_missing())

    def _newest_missing(self) -> int:
        seq = self._top
        while seq in self._early:
            seq -= 1
        return seq

    def _in_order(self, now: float) -> list[Any]:
        """What may be delivered now. What is still missing has been so since now, or for longer."""
        ready: list[Any] = []
        if self.head < 0:
            return ready
        while (entry := self._early.pop(self.head + 1, None)) is not None:
            ready.append(entry)
            self.head += 1
        if self._top <= self.head:
            self._since = None
        elif ready or self._since is None:
            self._since = now
        return ready
