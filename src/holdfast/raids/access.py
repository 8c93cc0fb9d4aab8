"""The only door to a raid, for an id that came from outside."""

from __future__ import annotations

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import RaidId, RoomId
from holdfast.kit.work import Work
from holdfast.raids.tables import RaidRow
from holdfast.rights.rules import Actor, Permission, may
from holdfast.rooms.access import room_to_see
from holdfast.rooms.tables import RoomKind


async def raid_to_end(work: Work, actor: Actor, raid: RaidId) -> RaidRow:
    """A raid, for who may turn raid mode off. Raises `NotFound`."""
    return await _raid(work, actor, raid, Permission.RAID_SET)


async def raid_to_undo(work: Work, actor: Actor, raid: RaidId) -> RaidRow:
    """A raid, for who may take back what its cohort said. Raises `NotFound`."""
    return await _raid(work, actor, raid, Permission.RAID_UNDO)


async def _raid(work: Work, actor: Actor, raid: RaidId, permission: Permission) -> RaidRow:
    row = await work.db.get(RaidRow, raid, with_for_update=True)
    if row is None or not may(actor, permission):
        raise NotFound
    return row


async def room_to_raid(work: Work, actor: Actor, slug: str) -> RoomId:
    """An open room for which raid mode may be turned on. Raises `NotPermitted`, `NotFound`."""
    if not may(actor, Permission.RAID_SET):
        raise NotPermitted
    return await _open_room(work, actor, slug)


async def room_to_set(work: Work, actor: Actor, slug: str) -> RoomId:
    """An open room, for who may set how newcomers are read. Raises `NotPermitted`, `NotFound`."""
    if not may(actor, Permission.DOOR_SET):
        raise NotPermitted
    return await _open_room(work, actor, slug)


async def _open_room(work: Work, actor: Actor, slug: str) -> RoomId:
    room = await room_to_see(work, actor, slug)
    if room.kind is not RoomKind.OPEN:
        raise NotFound
    return room.id
