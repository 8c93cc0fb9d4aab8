"""Telling a report that came too late from one that no honest program makes."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.queries import message_row
from holdfast.rights.rules import Actor
from holdfast.rooms.access import seat_in
from holdfast.rooms.tables import RoomRow


async def room_if_forged(
    work: Work, actor: Actor, slug: str, seq: int | None
) -> tuple[bool, RoomId | None]:
    """Whether this was no honest report, and which room it named.

    Not honest: where one does not sit, or about a place at which no message ever stood. A message
    that was taken back or hidden meanwhile is one that somebody may well have seen.
    """
    room_id = await work.db.scalar(select(RoomRow.id).where(RoomRow.slug == slug))
    try:
        seat = await seat_in(work, actor, slug)
    except NotFound:
        return True, room_id
    forged = seq is not None and await message_row(work, seat.room_id, seq) is None
    return forged, room_id
