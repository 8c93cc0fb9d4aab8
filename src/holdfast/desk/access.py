"""The door to one person in one room, for those who look after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.moderation.access import cases_to_see
from holdfast.rights.rules import Actor
from holdfast.rooms.access import room_to_sit_in
from holdfast.rooms.tables import SeatRow


@dataclass(frozen=True, slots=True)
class Somebody:
    """A member as one room knows them. Who they are elsewhere, nobody at the desk learns."""

    seat_id: SeatId
    room_id: RoomId
    member_id: MemberId  # asked for what limits know in memory; never shown
    slug: str
    room_name: str
    handle: str
    pseudonym: str
    avatar: str
    taken_at: datetime
    left_at: datetime | None


async def person_in_room(work: Work, actor: Actor, slug: str, handle: str) -> Somebody:
    """A member of an open room. Raises `NotFound`, and `NotOnShift` as the room itself does."""
    staff, room = await room_to_sit_in(work, cases_to_see(actor), slug)
    del staff
    row = await work.db.scalar(
        select(SeatRow).where(SeatRow.handle == handle, SeatRow.room_id == room.id)
    )
    if row is None or row.member_id is None:
        raise NotFound
    return Somebody(
        seat_id=row.id,
        room_id=room.id,
        member_id=row.member_id,
        slug=room.slug,
        room_name=room.name,
        handle=row.handle,
        pseudonym=row.pseudonym,
        avatar=row.avatar,
        taken_at=row.taken_at,
        left_at=row.left_at,
    )
