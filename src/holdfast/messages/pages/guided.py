"""What a room page shows of those who look after the room, and of what they set there."""

from __future__ import annotations

from typing import Any

from holdfast.kit.house import House
from holdfast.kit.looks import Looks
from holdfast.kit.pages import clock_of, day_of
from holdfast.kit.words import say
from holdfast.messages.events import MessagePosted, avatar_url, quote_of
from holdfast.messages.pages.shown import badge_words
from holdfast.messages.queries import Reader, messages_at
from holdfast.messages.rules import formatted
from holdfast.rights.rules import Staff
from holdfast.rooms.access import Seat
from holdfast.rooms.queries import name_of
from holdfast.rooms.queries.guiding import Guide, guide_at_a_glance
from holdfast.rooms.queries.staffed import StaffHere, rooms_staffed, staff_here
from holdfast.rooms.rules.guiding import CLOSED_BECAUSE
from holdfast.rooms.tables import RoomKind


async def guided_in(house: House, seat: Seat) -> dict[str, Any]:
    """`guide`: what stands in an open room; `from_here`: who of the staff sits there; `staff`: I
    am one of them; `my_rooms`: where I sit then."""
    is_staff = isinstance(seat.actor, Staff)
    if seat.kind is not RoomKind.OPEN:
        return {"guide": None, "from_here": [], "my_rooms": [], "staff": is_staff}
    looks = looks_of_holder(seat)
    people = await staff_here(house.workshop.glances, seat.room_id)
    return {
        "staff": is_staff,
        "guide": await guide_in(house, seat),
        "from_here": [staff_shown(one, looks.locale) for one in people],
        "my_rooms": await _my_rooms(house, seat.actor) if isinstance(seat.actor, Staff) else [],
    }


async def guide_in(house: House, seat: Seat) -> dict[str, Any]:
    """What stands in a room, as `rooms/_guide.html` shows it to whoever holds this seat."""
    now = house.workshop.clock.now()
    guide = await guide_at_a_glance(house.workshop.glances, seat.room_id, now)
    pinned = await _pinned(house, seat, guide.pinned) if guide.pinned else None
    return guide_shown(guide, pinned, looks_of_holder(seat))


def looks_of_holder(seat: Seat) -> Looks:
    """How whoever holds a seat sees pages."""
    return seat.actor.looks  # type: ignore[union-attr] # only members and staff hold one


async def _pinned(house: House, seat: Seat, seq: int) -> MessagePosted | None:
    """The pinned message, for those who see it and while it stands."""
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, seat.actor)
        found = await messages_at(work, reader, seat.room_id, [seq])
    return found[0] if found and not found[0].removed else None


async def _my_rooms(house: House, staff: Staff) -> list[dict[str, Any]]:
    async with house.workshop.reading() as work:
        rows = await rooms_staffed(work, staff.id)
    locale = staff.looks.locale
    return [{"slug": row.slug, "name": name_of(row.name, locale), "unread": 0} for row in rows]


def guide_shown(guide: Guide, pinned: MessagePosted | None, looks: Looks) -> dict[str, Any]:
    """What stands in a room, in the reader's language and time."""
    return {
        "topic": guide.topic,
        "topic_until": clock_of(guide.topic_until, looks) if guide.topic_until else "",
        "slow": guide.slow,
        "slow_until": clock_of(guide.slow_until, looks) if guide.slow_until else "",
        "closed": say(looks.locale, CLOSED_BECAUSE[guide.closed]) if guide.closed else "",
        "closes": day_of(guide.closes_at, looks) if guide.closes_at else "",
        "second": guide.second,
        "first": guide.first,
        "pinned": pinned_shown(pinned, looks) if pinned else None,
    }


def pinned_shown(message: MessagePosted, looks: Looks) -> dict[str, Any]:
    """A pinned message: one line of it, and the whole when it is opened."""
    return {
        "seq": message.seq,
        "pseudonym": message.author.pseudonym,
        "badge": badge_words(message.author.badge, looks.locale),
        "line": quote_of(message).excerpt,
        "note": message.note or "",
        "text_html": formatted(message.text),
    }


def staff_shown(one: StaffHere, locale: str) -> dict[str, str]:
    """Somebody of the staff, as those in the room see them."""
    badge = badge_words(one.role.value, locale)
    return {"name": one.name, "avatar_url": avatar_url(one.avatar), "badge": badge}
