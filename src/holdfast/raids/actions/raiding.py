"""Raid mode: on when many come in at once or somebody says so, and off again."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from holdfast.audit.actions import record
from holdfast.kit.errors import Conflict, NotPermitted
from holdfast.kit.ids import MemberId, RaidId, RoomId
from holdfast.kit.turns import Turn, take_turn
from holdfast.kit.work import Work
from holdfast.members.actions import guard_door
from holdfast.notices.actions import acknowledge, page_people
from holdfast.notices.rules import Urgency
from holdfast.raids.access import raid_to_end, room_to_raid
from holdfast.raids.actions.counting import note_cohort
from holdfast.raids.events import RaidBegan, RaidEnded
from holdfast.raids.queries import cohort_of, open_raids
from holdfast.raids.tables import Began, RaidRow
from holdfast.rights.rules import Actor, Permission, Staff, System, may


async def raid_by_hand(work: Work, actor: Actor, *, slug: str | None = None) -> RaidId:
    """Turn raid mode on: for a room, or everywhere. Raises `NotPermitted`, `NotFound`."""
    if not may(actor, Permission.RAID_SET):
        raise NotPermitted
    room_id = None if slug is None else await room_to_raid(work, actor, slug)
    return await begin_raid(work, actor, room_id=room_id, members=())


async def begin_raid(
    work: Work, actor: Actor, *, room_id: RoomId | None, members: Iterable[MemberId]
) -> RaidId:
    """Raid mode is on, for `members` who came in just before, too. Saying it twice begins one.

    The door asks for more work, and whoever is on shift is called.
    """
    await take_turn(work, Turn.RAID)  # two processes may notice it in the same moment
    going = select(RaidRow).where(RaidRow.ended_at.is_(None), RaidRow.room_id.is_(room_id))
    if room_id is not None:
        going = select(RaidRow).where(RaidRow.ended_at.is_(None), RaidRow.room_id == room_id)
    if (known := await work.db.scalar(going)) is not None:
        return known.id
    staff = actor if isinstance(actor, Staff) else None
    row = RaidRow(
        room_id=room_id,
        how=Began.HAND if staff else Began.ARRIVALS,
        began_at=work.clock.now(),
        begun_by=staff.id if staff else None,
    )
    work.db.add(row)
    await work.db.flush()
    here = {*members, *(await _grown_out_of_rooms(work) if room_id is None else ())}
    await note_cohort(work, System(), raid_id=row.id, members=here)
    await guard_door(work, System(), many=True)
    about = f"raid:{row.id}"
    await page_people(work, System(), about=about, urgency=Urgency.RAID)
    await record(work, actor, what="raid:begun", about=about)
    work.announce(RaidBegan(row.id, room_id, row.version, by_itself=staff is None))
    return row.id


async def _grown_out_of_rooms(work: Work) -> set[MemberId]:
    """What began by itself in rooms is one raid now: those who came in during it."""
    members: set[MemberId] = set()
    smaller = (
        RaidRow.ended_at.is_(None),
        RaidRow.room_id.is_not(None),
        RaidRow.how == Began.ARRIVALS,
    )
    for row in await work.db.scalars(select(RaidRow).where(*smaller)):
        members |= set(await cohort_of(work, row.id))
        await _end(work, System(), row)
    return members


async def end_raid_by_hand(work: Work, actor: Actor, *, raid_id: RaidId, version: int) -> None:
    """Turn raid mode off. Raises `NotFound`, `Conflict` where it has changed meanwhile."""
    row = await raid_to_end(work, actor, raid_id)
    if row.version != version or row.ended_at is not None:
        raise Conflict
    await _end(work, actor, row)


async def end_raid(work: Work, actor: System, *, raid_id: RaidId) -> None:
    """It has been calm for a while. Twice is once."""
    row = await raid_to_end(work, actor, raid_id)
    if row.ended_at is None:
        await _end(work, actor, row)


async def _end(work: Work, actor: Actor, row: RaidRow) -> None:
    row.ended_at = work.clock.now()
    row.ended_by = actor.id if isinstance(actor, Staff) else None
    row.version += 1
    await work.db.flush()
    if not await open_raids(work):
        await guard_door(work, System(), many=False)
    about = f"raid:{row.id}"
    await acknowledge(work, System(), about=about)
    await record(work, actor, what="raid:ended", about=about)
    by_hand = isinstance(actor, Staff)
    work.announce(RaidEnded(row.id, row.room_id, row.version, by_hand))
