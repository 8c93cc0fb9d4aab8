"""Reading who of the staff sits in which open room."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.glances import Asked, Glances
from holdfast.kit.ids import RoomId, StaffId
from holdfast.kit.work import Work
from holdfast.rights.rules import Role
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from holdfast.staff.queries import on_shift
from holdfast.staff.tables import StaffRow

HERE = (
    "SELECT s.staff_id, s.pseudonym, s.avatar, t.role"
    " FROM seats s JOIN staff t ON t.id = s.staff_id"
    " WHERE s.room_id = ? AND s.left_at IS NULL AND t.removed_at IS NULL ORDER BY s.id"
)


class StaffHere(Struct, frozen=True):
    """Somebody of the staff who sits in a room, as the room sees them."""

    staff_id: StaffId
    name: str
    avatar: str
    role: Role


async def staff_in_room(work: Work, room_id: RoomId) -> list[StaffHere]:
    """Who of the staff sits in a room, those first who came first."""
    query = (
        select(StaffRow.id, SeatRow.pseudonym, SeatRow.avatar, StaffRow.role)
        .join(SeatRow, SeatRow.staff_id == StaffRow.id)
        .where(SeatRow.room_id == room_id, SeatRow.left_at.is_(None), StaffRow.removed_at.is_(None))
        .order_by(SeatRow.id)
    )
    return [StaffHere(*row) for row in await work.db.execute(query)]


def staff_asked(room_id: RoomId) -> Asked:
    """The question for who of the staff sits in a room."""
    return HERE, (room_id,)


async def staff_here(glances: Glances, room_id: RoomId) -> list[StaffHere]:
    """The same, at a glance; for the room's page."""
    here, where = staff_asked(room_id)
    found = await glances.rows(here, *where)
    return [StaffHere(staff, name, avatar, Role(role)) for staff, name, avatar, role in found]


async def seats_off_shift(work: Work) -> Sequence[SeatRow]:
    """The staff seats in open rooms whose people are not on shift, or not any more."""
    staffed = (
        select(SeatRow)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(
            RoomRow.kind == RoomKind.OPEN, SeatRow.staff_id.is_not(None), SeatRow.left_at.is_(None)
        )
    )
    seats = (await work.db.scalars(staffed)).all()
    if not seats:
        return []
    here = {one.staff_id for one in await on_shift(work, work.clock.now())}
    return [row for row in seats if row.staff_id not in here]


async def rooms_staffed(work: Work, staff_id: StaffId) -> Sequence[RoomRow]:
    """The open rooms where somebody of the staff sits."""
    mine = (
        RoomRow.kind == RoomKind.OPEN,
        SeatRow.staff_id == staff_id,
        SeatRow.left_at.is_(None),
    )
    query = select(RoomRow).join(SeatRow, SeatRow.room_id == RoomRow.id).where(*mine)
    return (await work.db.scalars(query.order_by(RoomRow.id))).all()
