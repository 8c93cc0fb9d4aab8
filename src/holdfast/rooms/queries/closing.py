"""Reading which rooms are going to close, which have, and which members are still to be told."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.rooms.rules.closing import TOLD_AT_ONCE
from holdfast.rooms.tables import RoomClosingRow, RoomKind, RoomRow, SeatRow


async def every_open_room(work: Work) -> Sequence[RoomRow]:
    """Every room of the kind that is open to members, closed ones too, in the order of making."""
    query = select(RoomRow).where(RoomRow.kind == RoomKind.OPEN).order_by(RoomRow.id)
    return (await work.db.scalars(query)).all()


async def closings_standing(work: Work) -> dict[RoomId, RoomClosingRow]:
    """The closings that nobody took back and that have not ended, by room."""
    query = select(RoomClosingRow).where(RoomClosingRow.ended_at.is_(None))
    return {row.room_id: row for row in await work.db.scalars(query.order_by(RoomClosingRow.id))}


async def closings_due(work: Work) -> list[RoomClosingRow]:
    """Those whose day has come."""
    now = work.clock.now()
    every = (await closings_standing(work)).values()
    return [row for row in every if row.closed_at is None and row.closes_at <= now]


async def seats_to_tell(work: Work, closing: RoomClosingRow) -> Sequence[SeatRow]:
    """The next of those who sit there and were not told yet that their room closes."""
    theirs = (
        SeatRow.room_id == closing.room_id,
        SeatRow.member_id.is_not(None),
        SeatRow.left_at.is_(None),
        SeatRow.id > closing.told_to,
    )
    query = select(SeatRow).where(*theirs).order_by(SeatRow.id).limit(TOLD_AT_ONCE)
    return (await work.db.scalars(query)).all()


async def closing_to_tell(work: Work) -> tuple[RoomClosingRow, Sequence[SeatRow]] | None:
    """A room that closes, with those of its members who are to be told next; or nothing."""
    for row in (await closings_standing(work)).values():
        if row.closed_at is None and (seats := await seats_to_tell(work, row)):
            return row, seats
    return None
