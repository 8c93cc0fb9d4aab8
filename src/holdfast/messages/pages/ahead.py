"""What a room page will ask the database, asked in two goes: about the reader, then the room."""

from __future__ import annotations

from holdfast.kit.glances import Asked
from holdfast.kit.house import House
from holdfast.kit.noted import noted_in
from holdfast.messages.queries.pages import (
    Part,
    looked_after_asked,
    page_asked,
    responses_asked,
    rooms_asked,
)
from holdfast.messages.queries.unseen import anything_asked, sight_of
from holdfast.notices.queries import unseen_asked
from holdfast.rights.rules import Member, Staff
from holdfast.rooms.access import Seat, seat_asked
from holdfast.rooms.queries.guiding import guide_asked
from holdfast.rooms.queries.staffed import staff_asked
from holdfast.rooms.rules import is_slug
from holdfast.rooms.tables import RoomKind


async def ask_of_reader(house: House, actor: Member | Staff, slug: str) -> None:
    """Their seat; of a member also where else they sit and what is new for them."""
    if not is_slug(slug):
        return
    asked = [seat_asked(actor, slug)]
    if isinstance(actor, Member):
        asked += [anything_asked(actor.id), rooms_asked(actor.id), unseen_asked(actor)]
    await noted_in(house).ahead(*asked)


async def ask_of_room(house: House, seat: Seat, part: Part) -> None:
    """What was said last, what was given for it, and what stands beside it."""
    noted = noted_in(house)
    sight = await sight_of(noted, seat.actor)
    asked: list[Asked] = [
        page_asked(seat.room_id, part, sight),
        responses_asked(seat, part, sight),
        looked_after_asked(seat.id),
    ]
    if seat.kind is RoomKind.OPEN:
        asked += [staff_asked(seat.room_id), guide_asked(seat.room_id)]
    await noted.ahead(*asked)
