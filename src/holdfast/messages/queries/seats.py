"""What was said from one seat, in its one room."""

from __future__ import annotations

from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import Reader, in_room, opened_message
from holdfast.messages.tables import MessageRow


async def said_in_seat(
    work: Work, reader: Reader, *, room_id: RoomId, seat_id: SeatId, before: int | None, limit: int
) -> list[MessagePosted]:
    """The newest `limit` messages of a seat (before a seq), oldest first.

    Who asks was let in by the door to that person.
    """
    query = in_room(room_id).where(MessageRow.seat_id == seat_id)
    if before is not None:
        query = query.where(MessageRow.seq < before)
    found = (await work.db.execute(query.order_by(MessageRow.seq.desc()).limit(limit))).all()
    await reader.in_hand(row.key_id for row in found)
    return [opened_message(reader, row) for row in reversed(found)]
