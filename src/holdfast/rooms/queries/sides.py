"""Reading side spaces: which is mine, and who came."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.ids import MemberId, RoomId
from holdfast.kit.work import Work
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow
from holdfast.staff.tables import StaffRow


class Beside(Struct, frozen=True):
    """A member's side space."""

    room_id: RoomId
    slug: str


async def my_side_space(work: Work, member_id: MemberId) -> Beside | None:
    """The side space in which someone may come to this member; none when it is over."""
    query = (
        select(RoomRow.id, RoomRow.slug)
        .join(SeatRow, SeatRow.room_id == RoomRow.id)
        .where(
            RoomRow.kind == RoomKind.SIDE,
            RoomRow.state == RoomState.LIVE,
            SeatRow.member_id == member_id,
            SeatRow.left_at.is_(None),
        )
        .order_by(RoomRow.id.desc())
        .limit(1)
    )
    found = (await work.db.execute(query)).one_or_none()
    return None if found is None else Beside(*found)


async def side_spaces(work: Work) -> set[RoomId]:
    """Every side space there is."""
    return set(await work.db.scalars(select(RoomRow.id).where(RoomRow.kind == RoomKind.SIDE)))


async def people_in(work: Work, room_id: RoomId) -> list[str]:
    """The staff names of those who sit in a side space, and still belong to the staff."""
    theirs = SeatRow.room_id == room_id, SeatRow.left_at.is_(None), StaffRow.removed_at.is_(None)
    query = select(SeatRow.pseudonym).join(StaffRow, StaffRow.id == SeatRow.staff_id).where(*theirs)
    return list(await work.db.scalars(query.order_by(SeatRow.id)))
