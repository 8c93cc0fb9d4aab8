"""What stands beside a room's talk: of slices above, and what is new since somebody was here."""

from __future__ import annotations

from typing import Any

from msgspec.structs import asdict

from holdfast.kit.house import House
from holdfast.messages.queries import Reader
from holdfast.messages.queries.pages import RoomLine
from holdfast.messages.queries.threads import digest_for
from holdfast.rights.rules import Member
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import RoomKind

PLAIN: dict[str, Any] = {  # templates of a slice above, or "" where the room has nothing of its own
    "name": "",  # what the heading says instead of the room's name
    "head": "",  # under the name; put in anew with the room's state
    "aside": "",  # beside the talk, instead of who wrote lately and who reads here
    "empty": "",  # where nothing is written yet
    "foot": "",  # instead of the composer
    "css": "",
    "script": "",
    "handover": False,  # whether something in a side space waits for its member's yes
    "threads": False,  # whether replies to a message stand together on a page of their own
    "meeting": {},  # how the meeting there stands, if there is one
}


async def beside_talk(
    house: House, seat: Seat, room: RoomLine, fitted: dict[str, Any], *, past: bool
) -> dict[str, Any]:
    """What stands beside the talk: of slices above, and what is new since somebody was here."""
    digest = None if past else await digest_in(house, seat, room)
    return {"fitted": fitted, "digest": digest, "past": past}


async def digest_in(house: House, seat: Seat, room: RoomLine) -> dict[str, Any] | None:
    """What is new, for a member who comes back to a circle after long."""
    if seat.kind is not RoomKind.CIRCLE or not room.unread or not isinstance(seat.actor, Member):
        return None
    async with house.workshop.reading() as work:
        reader = Reader(house.ledger.keyring, seat.actor)
        digest = await digest_for(work, reader, seat, work.clock.now())
    return None if digest is None else asdict(digest)


async def fitted_in(house: House, seat: Seat) -> dict[str, Any]:
    """What a slice above puts into rooms of this kind, beside their talk (`House.fittings`)."""
    threads = {"threads": seat.kind is RoomKind.CIRCLE}
    fitted, fitting = {**PLAIN, **threads}, house.fittings.get(seat.kind.value)
    for panel in (*house.panels, *([fitting] if fitting else [])):
        fitted |= await panel(house, seat)
    return fitted
