"""Who sits in a room now and has a key: to them a part of private talk is boxed."""

from __future__ import annotations

from sqlalchemy import select

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.members.tables import OwnKeyRow
from holdfast.rooms.tables import SeatRow
from holdfast.sealing.private import Holder
from holdfast.staff.tables import StaffSessionKeyRow, StaffSessionRow


async def holders_of(work: Work, room_id: RoomId) -> list[Holder]:
    """Members by their own keys, staff who were called in by those of their sessions."""
    here = SeatRow.room_id == room_id, SeatRow.left_at.is_(None)
    members = (
        select(OwnKeyRow.member_id, OwnKeyRow.public)
        .join(SeatRow, SeatRow.member_id == OwnKeyRow.member_id)
        .where(*here)
        .order_by(OwnKeyRow.member_id)
    )
    staff = (
        select(StaffSessionKeyRow.session_id, StaffSessionKeyRow.public)
        .join(StaffSessionRow, StaffSessionRow.id == StaffSessionKeyRow.session_id)
        .join(SeatRow, SeatRow.staff_id == StaffSessionRow.staff_id)
        .where(*here, StaffSessionRow.ends_at > work.clock.now())
        .order_by(StaffSessionKeyRow.session_id)
    )
    found = [Holder(public, member_id=one) for one, public in await work.db.execute(members)]
    called = await work.db.execute(staff)
    return found + [Holder(public, staff_session_id=one) for one, public in called]
