"""Rooms in which newcomers are read first at all times."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.kit.errors import NotPermitted
from holdfast.kit.work import Work
from holdfast.raids.access import room_to_set
from holdfast.raids.events import ReadFirstSet
from holdfast.raids.tables import ReadFirstRow
from holdfast.rights.rules import Actor, Staff


async def set_read_first(work: Work, actor: Actor, *, slug: str, on: bool) -> None:
    """Newcomers' words are read before a room sees them, or not any more.

    Raises `NotPermitted`, `NotFound`.
    """
    room_id = await room_to_set(work, actor, slug)
    if not isinstance(actor, Staff):
        raise NotPermitted
    row = await work.db.get(ReadFirstRow, room_id)
    if on == (row is not None):
        return
    if row is not None:
        await work.db.delete(row)
    else:
        work.db.add(ReadFirstRow(room_id=room_id, set_by=actor.id, set_at=work.clock.now()))
    await record(work, actor, what="room:read_first", about=f"room:{room_id}", detail={"on": on})
    work.announce(ReadFirstSet(room_id, on))
