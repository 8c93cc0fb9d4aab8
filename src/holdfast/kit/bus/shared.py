"""What every shared bus has: a name, ears for what comes, and counts of what went."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import structlog

from holdfast.kit.bus import HearBell, HearHead, HearRoom, nothing_told
from holdfast.kit.tokens import random_handle

log = structlog.get_logger()


class Tally:
    """What a bus counts, for the figures."""

    def __init__(self) -> None:
        self.told = 0  # how often something was told
        self.heard = 0  # how often others told us something
        self.dropped = 0  # told, and never sent to Redis: the database tells it instead
        self.not_opened = 0  # came, and was not from a process of this place
        self.reconnects = 0  # connections that were lost, or not to be had
        self.published_batches = 0  # round trips to Redis, and notices of the database


class SharedBus(Tally):
    """One process among several."""

    is_shared = True

    def __init__(self) -> None:
        super().__init__()
        self.node = random_handle()
        self.hear_room: HearRoom = nothing_told
        self.hear_head: HearHead = nothing_told
        self.hear_bell: HearBell = nothing_told
        self.held: set[int] = set()  # the rooms this process listens to

    def heed(self, hear: Callable[..., None], *told: Any) -> None:
        """Hand on what was heard; whoever cannot bear it does not take the bus down."""
        try:
            hear(*told)
        except Exception as broken:
            log.error("bus.broken", error=type(broken).__name__)


def note_trouble(trouble: Exception, expected: tuple[type[Exception], ...]) -> None:
    """Log what is no ordinary loss of a connection: it would be ours to mend."""
    unexpected = ExceptionGroup("", [trouble]).split(expected)[1]
    if unexpected is not None:
        log.error("bus.broken", error=", ".join(sorted(kinds_in(unexpected))))


def kinds_in(group: ExceptionGroup[Exception]) -> set[str]:
    """The names of the errors in a group, however deep they lie."""
    inner = [
        kinds_in(e) if isinstance(e, ExceptionGroup) else {type(e).__name__}
        for e in group.exceptions
    ]
    return set().union(*inner)


class Backoff:
    """How long to wait before the next attempt: longer each time, and never all at once."""

    def __init__(self, longest: float, first: float = 0.05) -> None:
        self._first, self._longest = first, longest
        self._next = first

    def next(self) -> float:
        """Seconds to wait now."""
        wait = self._next * random.uniform(0.5, 1.0)  # noqa: S311 (no secret hangs on it)
        self._next = min(self._longest, 2 * self._next)
        return wait

    def rest(self) -> None:
        """It went well: the next trouble is a new one."""
        self._next = self._first
