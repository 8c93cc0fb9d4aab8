"""How many people wrote in each room lately: a number for stewards, who read none of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import distinct, func, select

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.tables import MessageRow


async def wrote_since(work: Work, since: datetime) -> dict[RoomId, int]:
    """How many seats said something in each room since then."""
    query = (
        select(MessageRow.room_id, func.count(distinct(MessageRow.seat_id)))
        .where(MessageRow.written_at >= since, MessageRow.seq.is_not(None))
        .group_by(MessageRow.room_id)
    )
    return {room: int(count) for room, count in await work.db.execute(query)}
