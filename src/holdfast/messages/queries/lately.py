"""What was said and told in rooms in the last moments: for whoever takes up what a stop left."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, or_, select

from holdfast.kit.ids import RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.tables import ChangeKind, ChangeRow, MessageRow
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow

NEWEST = 20_000  # messages among which those of the last moments are looked for


class SaidLately(Struct, frozen=True):
    """Something said from which something may still follow."""

    room_id: RoomId
    seq: int
    seat_id: SeatId
    at: datetime
    is_side: bool
    by_staff: bool
    is_reply: bool


async def said_lately(work: Work, since: datetime) -> list[SaidLately]:
    """Answers, and words in side spaces, since then; in their order."""
    newest = select(func.max(MessageRow.row)).scalar_subquery()
    query = (
        select(
            MessageRow.room_id,
            MessageRow.seq,
            MessageRow.seat_id,
            MessageRow.written_at,
            RoomRow.kind == RoomKind.SIDE,
            SeatRow.staff_id.is_not(None),
            MessageRow.reply_to.is_not(None),
        )
        .join(RoomRow, RoomRow.id == MessageRow.room_id)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(
            MessageRow.row > newest - NEWEST,
            MessageRow.written_at >= since,
            MessageRow.seq.is_not(None),  # so it has a place
            MessageRow.removed_by.is_(None),
            or_(RoomRow.kind == RoomKind.SIDE, MessageRow.reply_to.is_not(None)),
        )
        .order_by(MessageRow.row)
    )
    return [SaidLately(*row) for row in await work.db.execute(query)]  # type: ignore[arg-type]


async def is_told(
    work: Work, room_id: RoomId, kind: str, facts: Mapping[str, Any], since: datetime
) -> bool:
    """Whether the house told a room this since then."""
    query = select(ChangeRow.counts).where(
        ChangeRow.room_id == room_id, ChangeRow.kind == ChangeKind(kind), ChangeRow.at >= since
    )
    told = [json.loads(said) for said in await work.db.scalars(query) if said]
    return any(facts.items() <= one.items() for one in told)
