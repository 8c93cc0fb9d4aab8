"""What a room page shows of those who look after the room, and of what they set there."""

from __future__ import annotations

from typing import Any

from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.words import say
from holdfast.messages.events import avatar_url
from holdfast.messages.pages.shown import badge_words
from holdfast.rights.rules import Staff
from holdfast.rooms.access import Seat
from holdfast.rooms.queries.staffed import StaffHere, rooms_staffed, staff_here
from holdfast.rooms.tables import RoomKind


async def guided_in(house: House, seat: Seat) -> dict[str, Any]:
    """`from_here`: who of the staff sits in an open room; `my_rooms`: where I do, as staff."""
    shown: dict[str, Any] = {"from_here": [], "my_rooms": []}
    if seat.kind is not RoomKind.OPEN:
        return shown
    looks: Looks = seat.actor.looks  # type: ignore[union-attr] # whoever holds a seat has them
    people = await staff_here(house.workshop.glances, seat.room_id)
    shown["from_here"] = [staff_shown(one, looks.locale) for one in people]
    if isinstance(seat.actor, Staff):
        async with house.workshop.reading() as work:
            mine = await rooms_staffed(work, seat.actor.id)
        shown["my_rooms"] = [
            {"slug": row.slug, "name": say(looks.locale, row.name), "unread": 0} for row in mine
        ]
    return shown


def staff_shown(one: StaffHere, locale: str) -> dict[str, str]:
    """Somebody of the staff, as those in the room see them."""
    badge = badge_words(one.role.value, locale)
    return {"name": one.name, "avatar_url": avatar_url(one.avatar), "badge": badge}
