"""Reading which rooms are going to close, which have, and which members are still to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.rooms.rules.closing import TOLD_AT_ONCE
from holdfast.rooms.tables import RoomClosingRow, RoomKind, RoomRow, RoomState, SeatRow


class RoomKept(Struct, frozen=True):
    """A room of the open kind as a steward looks after it: its words of itself, and its closing."""

    id: RoomId
    slug: str
    name: str
    topic: str
    about: str
    language: str
    state: RoomState
    closes_at: datetime | None  # while that is still to come
    is_on_notice: bool  # closed, or going to be, by a steward


async def rooms_kept(work: Work) -> list[RoomKept]:
    """Every room of the open kind, closed ones too, in the order of making."""
    query = select(RoomRow).where(RoomRow.kind == RoomKind.OPEN).order_by(RoomRow.id)
    closings = await closings_standing(work)
    return [_kept(row, closings.get(row.id)) for row in await work.db.scalars(query)]


def _kept(row: RoomRow, closing: RoomClosingRow | None) -> RoomKept:
    ahead = closing is not None and closing.closed_at is None
    return RoomKept(
        id=row.id,
        slug=row.slug,
        name=row.name,
        topic=row.topic,
        about=row.about,
        language=row.language,
        state=row.state,
        closes_at=closing.closes_at if closing is not None and ahead else None,
        is_on_notice=closing is not None,
    )


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
