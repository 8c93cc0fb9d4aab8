"""Noting what staff read in rooms, at whichever door they read it."""

from __future__ import annotations

import structlog

from holdfast.audit.actions import record_reading
from holdfast.kit.errors import HoldfastError
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Workshop
from holdfast.rights.rules import Actor, Staff

log = structlog.get_logger()
NOTED_EVERY = 60.0  # seconds


async def note_reading(
    workshop: Workshop, actor: Actor, room: RoomId, first_seq: int, last_seq: int
) -> None:
    """A row before the words are shown; nothing for a member, who reads as one of the room."""
    if isinstance(actor, Staff) and first_seq <= last_seq:
        async with workshop.work() as work:
            await record_reading(work, actor, room=room, first_seq=first_seq, last_seq=last_seq)


class Listening:
    """What somebody hears in a room as it is said: noted each minute, and when they go."""

    __slots__ = ("_actor", "_noted", "_noted_at", "_room", "_workshop")

    def __init__(self, workshop: Workshop, actor: Actor, room: RoomId, after: int) -> None:
        self._workshop = workshop
        self._actor = actor
        self._room = room
        self._noted = after
        self._noted_at = workshop.clock.ticks()

    def is_due(self) -> bool:
        """Whether a minute has gone since the last row, for somebody who is noted at all."""
        gone = self._workshop.clock.ticks() - self._noted_at
        return isinstance(self._actor, Staff) and gone >= NOTED_EVERY

    async def note(self, head: int) -> None:
        """Everything up to `head` was heard. What cannot be kept now is noted the next time."""
        first, self._noted = self._noted + 1, max(head, self._noted)
        self._noted_at = self._workshop.clock.ticks()
        try:
            await note_reading(self._workshop, self._actor, self._room, first, head)
        except HoldfastError as no:
            self._noted = first - 1
            log.warning("reading not recorded", error=no.code)
