"""Making rooms what the rota says they are."""

from __future__ import annotations

from sqlalchemy import update

from holdfast.kit.work import Work
from holdfast.rights.rules import System
from holdfast.rooms.events import RoomStateChanged
from holdfast.rooms.queries.states import unsettled_rooms
from holdfast.rooms.tables import RoomRow


async def settle_states(
    work: Work, actor: System, *, covered: bool = True, detector_ok: bool = True
) -> None:
    """Set every open room live, held or quiet, and announce those that changed.

    Looking again changes nothing. `covered=False` is for places without a rota: every room is
    live. `detector_ok=False` while screening's rules do not read: no room is live then.
    """
    del actor
    for room in await unsettled_rooms(work, covered=covered, detector_ok=detector_ok):
        now_so = {"state": room.state, "state_until": room.until}
        await work.db.execute(update(RoomRow).where(RoomRow.id == room.room_id).values(now_so))
        work.announce(RoomStateChanged(room.room_id, room.state, room.until))
