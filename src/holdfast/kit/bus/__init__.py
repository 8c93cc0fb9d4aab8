"""What the processes of one place tell each other: a hint, never the truth.

The truth is in the database. Whatever the bus loses is read there: a room's order has no gaps, so
what is missing shows, and every process looks at the heads of its rooms now and then.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from holdfast.kit.tokens import random_handle

HearRoom = Callable[[int, str, bytes], None]  # room, which kind of thing, its bytes
HearHead = Callable[[int, int], None]  # room, the newest seq that the database has for it
HearBell = Callable[[], None]
Command = tuple[str | bytes | int, ...]  # of what is kept for a while


class BusState(StrEnum):
    """How the processes hear each other now."""

    ALONE = "alone"  # there is one process
    READY = "ready"  # by Redis
    FALLBACK = "fallback"  # by the database: slower, nothing lost


class Bus(Protocol):
    """One process's ear and voice. Telling never waits and never fails; listening is awaited."""

    node: str  # this process, under a name that says nothing
    hear_room: HearRoom
    hear_head: HearHead
    hear_bell: HearBell

    @property
    def is_shared(self) -> bool:
        """Whether there may be other processes, so that order has to be looked after."""

    @property
    def state(self) -> BusState: ...

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def tell_room(self, room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        """Tell the other processes that listen to this room. `head`: the newest seq in it."""

    def ring(self) -> None:
        """Tell the other processes that there is news of the house in the database."""

    async def listen(self, room_id: int) -> None:
        """Hear this room from now on; whatever is committed after this returns is heard of."""

    def leave(self, room_id: int) -> None:
        """Hear this room no more."""


@runtime_checkable
class Jots(Protocol):
    """A bus whose processes can also keep something for a while where all of them look."""

    place: str  # begins the names of what is kept: two places may share one Redis

    def learn(self, script: str) -> str:
        """Have a script known there; the name by which it is run."""

    def jot(
        self,
        command: Command | Callable[[], Command | None],
        answered: Callable[[Any], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> bool:
        """Send a command behind all else, or what a function makes of it at the last moment.

        False: there is nothing to be kept anywhere now. `lost`: it was taken, and came to nothing.
        """

    def seal(self, name: str, body: bytes) -> bytes:
        """Sealed for keeping under this name."""

    def unseal(self, name: str, sealed: bytes) -> bytes | None:
        """What a process of this place keeps under this name; None: it is not from one."""


def nothing_told(*_: object) -> None:
    """Where nobody wants to know."""


class Alone:
    """The bus of a place with one process: there is nobody to tell."""

    is_shared = False
    state = BusState.ALONE

    def __init__(self) -> None:
        self.node = random_handle()
        self.hear_room: HearRoom = nothing_told
        self.hear_head: HearHead = nothing_told
        self.hear_bell: HearBell = nothing_told

    async def open(self) -> None:
        """There is nothing to open."""

    async def close(self) -> None:
        """There is nothing to close."""

    def tell_room(self, room_id: int, kind: str, body: bytes, head: int = 0) -> None:
        """Nobody else listens."""

    def ring(self) -> None:
        """Nobody else listens."""

    async def listen(self, room_id: int) -> None:
        """All that is said here is said by this process."""

    def leave(self, room_id: int) -> None:
        """There is nothing to leave."""
