"""Who may not write, and who may not come in, just now."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.rooms.rules.stops import Stop
from holdfast.rooms.tables import HushRow, PauseRow, RoomRow, SeatRow


async def hushes(work: Work) -> dict[SeatId, Stop]:
    """Every seat that may not write, with until when and why."""
    rows = await work.db.scalars(select(HushRow))
    return {row.seat_id: Stop(row.until, row.rule, row.measure_id) for row in rows}


async def pauses(work: Work) -> dict[MemberId, Stop]:
    """Every member who may not come into an open room, with until when and why."""
    rows = await work.db.scalars(select(PauseRow))
    return {row.member_id: Stop(row.until, row.rule, row.measure_id) for row in rows}


async def pause_of(work: Work, member_id: MemberId) -> Stop | None:
    """What keeps this member out of open rooms, if anything does."""
    row = await work.db.get(PauseRow, member_id)
    return None if row is None else Stop(row.until, row.rule, row.measure_id)


async def place_of_seat(work: Work, seat_id: SeatId) -> tuple[RoomId, str, MemberId | None]:
    """Which room a seat is in, its address, and whose seat it is."""
    query = (
        select(SeatRow.room_id, RoomRow.slug, SeatRow.member_id)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(SeatRow.id == seat_id)
    )
    room_id, slug, member_id = (await work.db.execute(query)).one()
    return room_id, slug, member_id
