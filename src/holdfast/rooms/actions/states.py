"""Making rooms what the rota says they are."""

from __future__ import annotations

from sqlalchemy import or_, update

from holdfast.kit.work import Work
from holdfast.rights.rules import System
from holdfast.rooms.events import RoomStateChanged
from holdfast.rooms.queries.states import Unsettled, unsettled_rooms
from holdfast.rooms.tables import RoomRow, RoomState


async def settle_states(
    work: Work, actor: System, *, covered: bool = True, detector_ok: bool = True
) -> None:
    """Set every open room live, held or quiet, and announce those that changed.

    Looking again changes nothing. `covered=False` is for places without a rota: every room is
    live. `detector_ok=False` while screening's rules do not read: no room is live then.
    """
    del actor
    for room in await unsettled_rooms(work, covered=covered, detector_ok=detector_ok):
        if await _set(work, room):
            work.announce(RoomStateChanged(room.room_id, room.state, room.until))


async def _set(work: Work, room: Unsettled) -> bool:
    """Whether it was another until now: of several who look at once, one sets it."""
    other = or_(RoomRow.state != room.state, RoomRow.state_until.is_distinct_from(room.until))
    open_ = RoomRow.state != RoomState.CLOSED  # by people: the rota does not open it
    its = update(RoomRow).where(RoomRow.id == room.room_id, other, open_)
    now_so = its.values({"state": room.state, "state_until": room.until})
    return bool((await work.db.execute(now_so.returning(RoomRow.id))).first())
