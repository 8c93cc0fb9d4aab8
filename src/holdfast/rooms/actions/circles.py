"""Circles as rooms: laying one, and sitting down there under a name of its own."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.tokens import random_handle
from holdfast.kit.work import Work
from holdfast.rights.rules import Actor, System
from holdfast.rooms.actions.seats import new_name
from holdfast.rooms.events import SeatLeft
from holdfast.rooms.queries.places import names_in_use
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow


async def lay_circle_room(
    work: Work, actor: System, *, words: tuple[str, str], language: str, age_band: str
) -> RoomRow:
    """A closed room with this name and topic, in which nobody sits yet."""
    del actor
    name, topic = words
    room = RoomRow(
        slug=f"circle-{secrets.token_hex(10)}",
        name=name,
        topic=topic,
        about="",
        language=language,
        kind=RoomKind.CIRCLE,
        state=RoomState.LIVE,
        age_band=age_band,
    )
    work.db.add(room)
    await work.db.flush()
    return room


async def sit_in_circle(
    work: Work, actor: System, *, room_id: RoomId, member_id: MemberId
) -> SeatRow:
    """A seat under a name of its own; one that was left is taken up again."""
    del actor
    mine = SeatRow.room_id == room_id, SeatRow.member_id == member_id
    row = await work.db.scalar(select(SeatRow).where(*mine))
    if row is None:
        room = await work.db.get_one(RoomRow, room_id)
        row = SeatRow(
            handle=random_handle(),
            room_id=room_id,
            member_id=member_id,
            pseudonym=new_name(room.language, await names_in_use(work, room_id)),
            avatar=secrets.token_hex(8),
            taken_at=work.clock.now(),
        )
        work.db.add(row)
    row.left_at = None
    await work.db.flush()
    return row


async def give_up_seat(work: Work, actor: Actor, *, seat_id: SeatId, at: datetime) -> None:
    """A seat is left: its lines lose the room."""
    del actor
    row = await work.db.get_one(SeatRow, seat_id)
    row.left_at = at
    await work.db.flush()
    work.announce(SeatLeft(room_id=row.room_id, seat_id=row.id))
