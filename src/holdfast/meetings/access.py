"""Who may plan and lead a meeting, and who may take part: the only door for ids from outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.errors import NotFound, NotPermitted
from holdfast.kit.ids import MeetingId, RoomId, SeatId
from holdfast.kit.words import N_
from holdfast.kit.work import Work
from holdfast.meetings.rules.rounds import ENDED
from holdfast.meetings.tables import MeetingRow
from holdfast.rights.queries import has_right
from holdfast.rights.rules import Actor, Member, Permission, Staff, System, may
from holdfast.rights.tables import RightRole
from holdfast.rooms.access import NotOnShift, Seat, seat_in
from holdfast.rooms.queries import room_named
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState
from holdfast.staff.queries import shift_of


async def _nobody(work: Work, room_id: RoomId) -> SeatId | None:
    del work, room_id
    return None


class Hosting(Struct):
    """Whose seat hosts a circle. Circles know, and the house tells it when it is put together."""

    of: Callable[[Work, RoomId], Awaitable[SeatId | None]] = _nobody


HOSTING = Hosting()


class NotTheHost(NotPermitted):
    """A seat in a circle lets one take part; leading it is for its host."""

    code = "not_the_host"
    words = N_("Meetings here are planned and led by the host of this circle.")


async def room_to_meet_in(work: Work, actor: Actor, room_id: RoomId) -> RoomRow:
    """A room in which this actor may plan and lead meetings.

    An open room: staff on shift who guide rooms. A circle: who sits there and may host. Raises
    `NotFound`, `NotOnShift`, `NotTheHost`.
    """
    room = await room_named(work, room_id)
    if isinstance(actor, System):
        return room
    if room.kind is RoomKind.OPEN and room.state is not RoomState.CLOSED:
        await _guides(work, actor)
    elif room.kind is RoomKind.CIRCLE:
        if not await hosts(work, actor, await seat_in(work, actor, room.slug)):
            raise NotTheHost
    else:
        raise NotFound
    return room


async def _guides(work: Work, actor: Actor) -> None:
    if not isinstance(actor, Staff) or not may(actor, Permission.ROOM_GUIDE):
        raise NotFound
    if await shift_of(work, actor.id, work.clock.now()) is None:
        raise NotOnShift


async def hosts(work: Work, actor: Actor, seat: Seat) -> bool:
    """Whether somebody may host the circle in which they sit: staff who came there may."""
    if not isinstance(actor, Member):
        return may(actor, Permission.CIRCLE_VISIT)
    host = await HOSTING.of(work, seat.room_id)
    return host in (None, seat.id) and await has_right(work, actor.id, RightRole.HOST)


async def may_lead(work: Work, actor: Actor, room_id: RoomId) -> bool:
    """Whether this actor may lead here: what a page asks before it shows buttons."""
    try:
        await room_to_meet_in(work, actor, room_id)
    except (NotFound, NotPermitted):
        return False
    return True


async def room_by_slug(work: Work, actor: Actor, slug: str) -> RoomRow:
    """A room in which this actor may lead, by its address. Raises `NotFound`."""
    found = await work.db.scalar(select(RoomRow.id).where(RoomRow.slug == slug))
    if found is None:
        raise NotFound
    return await room_to_meet_in(work, actor, RoomId(found))


async def meeting_to_lead(work: Work, actor: Actor, meeting_id: int) -> MeetingRow:
    """A meeting that is not over, to move, cancel or lead. Raises `NotFound`, `NotOnShift`."""
    row = await _standing(work, meeting_id)
    await room_to_meet_in(work, actor, row.room_id)
    return row


async def meeting_to_join(work: Work, actor: Actor, slug: str, meeting_id: int) -> Seat:
    """The seat from which somebody takes part in a meeting of this room. Raises `NotFound`."""
    seat = await seat_in(work, actor, slug)
    row = await _standing(work, meeting_id)
    if row.room_id != seat.room_id:
        raise NotFound
    return seat


async def _standing(work: Work, meeting_id: int) -> MeetingRow:
    row = await work.db.get(
        MeetingRow, MeetingId(meeting_id), with_for_update=True, populate_existing=True
    )
    if row is None or row.round in ENDED:
        raise NotFound
    return row
