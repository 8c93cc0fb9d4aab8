"""Staff in open rooms: they sit there under the staff name, and only while they are on shift."""

from __future__ import annotations

from holdfast.audit.actions import record
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, System
from holdfast.rooms.access import room_to_sit_in
from holdfast.rooms.actions.sides import sit_with
from holdfast.rooms.events import RoomGuided, SeatLeft
from holdfast.rooms.queries.places import room_to_change
from holdfast.rooms.queries.staffed import seats_off_shift, staff_in_room
from holdfast.rooms.tables import RoomRow, SeatRow


async def sit_down(work: Work, actor: Actor, *, slug: str) -> SeatRow:
    """Take a staff seat in an open room, or find mine. Everyone there sees the name and badge.

    Raises `NotFound`, `NotPermitted` for who never sits in rooms, `NotOnShift`.
    """
    staff, room = await room_to_sit_in(work, actor, slug)
    await room_to_change(work, room.id)  # one at a time sits down
    before = {one.staff_id for one in await staff_in_room(work, room.id)}
    row = await work.db.get_one(SeatRow, await sit_with(work, staff, room_id=room.id))
    if staff.id not in before:
        row.read_seq = room.head
        await work.db.flush()
        await record(work, actor, what="room:sat_down", about=f"room:{room.id}")
        await _tell_who_is_here(work, room)
    return row


async def stand_up_off_shift(work: Work, actor: System) -> None:
    """Whoever is not on shift any more sits in no open room: their lines lose it."""
    del actor
    await take_turn(work, Turn.STAND_UP)
    rooms = set()
    for row in await seats_off_shift(work):
        row.left_at = work.clock.now()
        work.announce(SeatLeft(room_id=row.room_id, seat_id=row.id))
        rooms.add(row.room_id)
    await work.db.flush()
    for room_id in sorted(rooms):
        await _tell_who_is_here(work, await work.db.get_one(RoomRow, room_id))


async def _tell_who_is_here(work: Work, room: RoomRow) -> None:
    """Those who sit in the room learn who of the staff does."""
    here = [one.name for one in await staff_in_room(work, room.id)]
    work.announce(RoomGuided(room.id, room.state, room.state_until, {"staff": here}))
