"""How fast things may come: token buckets in memory, kept by nobody.

Each bucket is one number (the theoretical arrival time of GCRA), so that a million idle members
cost nothing. Keys are our own row ids, never an address. Several processes even out what they let
through behind the answer: whether something may pass is always decided here and at once.
"""

from __future__ import annotations

from collections.abc import Hashable

from msgspec import Struct

from holdfast.kit.bus import Bus, Jots
from holdfast.kit.cipher import RootKey
from holdfast.kit.clock import Clock
from holdfast.kit.errors import TooFast
from holdfast.kit.evened import Evened

SWEEP_AT = 2_000  # buckets: each line has one of its own, and leaves it behind when it goes


class Pace(Struct, frozen=True):
    """`burst` at once, then one every `every` seconds."""

    every: float
    burst: int


class Limits:
    """Counts always; refuses only where it is told to."""

    def __init__(self, clock: Clock, *, refuse: bool = True) -> None:
        self._clock = clock
        self._due: dict[Hashable, float] = {}
        self._sweep_at = SWEEP_AT
        self.refuse = refuse
        self._evened: Evened | None = None

    def share(self, bus: Bus, root: RootKey) -> None:
        """From now on count what the other processes let through, where the bus can tell."""
        if isinstance(bus, Jots):
            self._evened = Evened(bus, root.derive(b"limits"), self._left, self._raise_to)

    def wait(self, key: Hashable, pace: Pace) -> float:
        """Take one from the bucket. Seconds to wait when it is empty, else 0."""
        now = self._clock.ticks()
        due = self._due.get(key, 0.0)
        due = max(due, now)
        over = due - now - pace.every * (pace.burst - 1)
        if over > 1e-9:
            return over if self.refuse else 0.0
        self._due[key] = due + pace.every
        if self._evened is not None:
            self._evened.took(key, pace.every)
        if len(self._due) > self._sweep_at:
            self._sweep(now)
        return 0.0

    def take(self, key: Hashable, pace: Pace) -> None:
        """Take one from the bucket. Raises `TooFast` when it is empty."""
        if over := self.wait(key, pace):
            raise TooFast(wait=round(over, 1))

    def line_up(self, key: Hashable, apart: float, longest: float) -> float:
        """A place at the end of a line: seconds until it is one's turn, at most `longest`."""
        now = self._clock.ticks()
        due = min(max(self._due.get(key, now), now), now + longest)
        self._due[key] = due + apart
        if self._evened is not None:
            self._evened.took(key, apart, longest + apart)
        return due - now if self.refuse else 0.0

    def _left(self, key: Hashable) -> float:
        """Seconds until a bucket is full again."""
        return self._due.get(key, 0.0) - self._clock.ticks()

    def _raise_to(self, key: Hashable, left: float) -> None:
        """All processes together took more than this one knew of."""
        due = self._clock.ticks() + left
        self._due[key] = max(due, self._due.get(key, 0.0))

    def _sweep(self, now: float) -> None:
        self._due = {key: due for key, due in self._due.items() if due > now}
        self._sweep_at = max(SWEEP_AT, 2 * len(self._due))
