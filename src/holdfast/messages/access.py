"""The only door to a message for a seq that came from outside."""

from __future__ import annotations

from holdfast.kit.errors import NotFound
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted, Quote
from holdfast.messages.queries import Reader, message_row, messages_at, quote_of
from holdfast.messages.rules import TooLate, may_edit
from holdfast.messages.tables import MessageRow
from holdfast.rooms.access import Seat


async def message_to_quote(work: Work, reader: Reader, seat: Seat, seq: int) -> Quote:
    """The message a reply refers to. Raises `NotFound` where there is none."""
    found = await messages_at(work, reader, seat.room_id, [seq])
    if not found:
        raise NotFound
    return quote_of(found[0])


async def own_message(
    work: Work, reader: Reader, seat: Seat, seq: int
) -> tuple[MessageRow, MessagePosted]:
    """My own message, still standing. Raises `NotFound`: someone else's and none are alike."""
    found = await message_row(work, seat.room_id, seq)
    if found is None or found[0].seat_id != seat.id or found[0].removed_by:
        raise NotFound
    opened = await messages_at(work, reader, seat.room_id, [seq])
    return found[0], opened[0]


async def message_to_edit(
    work: Work, reader: Reader, seat: Seat, seq: int
) -> tuple[MessageRow, MessagePosted]:
    """My own message while it may be changed. Raises `TooLate` after 15 minutes."""
    row, message = await own_message(work, reader, seat, seq)
    if not may_edit(row.written_at, work.clock.now()):
        raise TooLate
    return row, message
