"""Stopping somebody from writing in a room, or from coming in at all; and letting them again."""

from __future__ import annotations

from sqlalchemy import delete

from holdfast.kit.ids import MemberId, SeatId
from holdfast.kit.work import Work
from holdfast.rights.rules import Staff, System
from holdfast.rooms.events import MemberStopped, SeatStopped
from holdfast.rooms.queries.stops import place_of_seat
from holdfast.rooms.rules.stops import Stop
from holdfast.rooms.tables import HushRow, PauseRow


async def set_hush(
    work: Work, actor: Staff | System, *, seat_id: SeatId, stop: Stop | None
) -> None:
    """From now on this seat may read and not write, until the stop is over; or it may again."""
    del actor
    await work.db.execute(delete(HushRow).where(HushRow.seat_id == seat_id))
    if stop is not None and stop.until is not None:
        row = HushRow(seat_id=seat_id, until=stop.until, rule=stop.rule, measure_id=stop.measure)
        work.db.add(row)
    room_id, slug, member_id = await place_of_seat(work, seat_id)
    work.announce(SeatStopped(room_id, slug, seat_id, member_id, stop))


async def set_pause(
    work: Work, actor: Staff | System, *, member_id: MemberId, stop: Stop | None
) -> None:
    """From now on this member may not come into any open room; or they may again."""
    del actor
    await work.db.execute(delete(PauseRow).where(PauseRow.member_id == member_id))
    if stop is not None:
        row = PauseRow(
            member_id=member_id, until=stop.until, rule=stop.rule, measure_id=stop.measure
        )
        work.db.add(row)
    work.announce(MemberStopped(member_id, stop))
