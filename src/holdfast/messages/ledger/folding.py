"""When the counts of responses are told: at most one `responded` a second for each message."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from holdfast.kit.clock import Clock

FOLD_EVERY = 1.0  # seconds: at most one `responded` for each message in that time
MOST_AT_HAND = 512
Message = tuple[int, int]  # room, seq


class Folding:
    """The clock of the counts. What another process told moves it on as well."""

    def __init__(self, fold: Callable[[int, int], None]) -> None:
        self._fold = fold
        self._next: dict[Message, float] = {}  # when its counts may be told again
        self._coming: set[Message] = set()  # those that are on their way

    def soon(self, message: Message, clock: Clock) -> None:
        """Tell the room these counts now, or when a second has passed since the last time."""
        if message in self._coming:
            return
        now = clock.ticks()
        due = self._next.get(message, now)
        if due <= now:
            self._now(message, clock)
        else:
            self._later(message, due, due - now, clock)

    def told(self, message: Message, now: float) -> None:
        """These counts were told now, by whichever process."""
        self._next[message] = now + FOLD_EVERY
        if len(self._next) > MOST_AT_HAND:
            self._next = {one: due for one, due in self._next.items() if due > now}

    def _now(self, message: Message, clock: Clock) -> None:
        self.told(message, clock.ticks())
        self._fold(*message)

    def _later(self, message: Message, due: float, wait: float, clock: Clock) -> None:
        self._coming.add(message)
        asyncio.get_running_loop().call_later(wait, self._if_due, message, due, clock)

    def _if_due(self, message: Message, due: float, clock: Clock) -> None:
        again = self._next.get(message, due)
        if again > due:  # another process told them meanwhile
            self._later(message, again, again - due, clock)
        else:
            self._coming.discard(message)
            self._now(message, clock)
