"""Which circles there are, who sits there and how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, select

from holdfast.circles.tables import CircleRow, CircleSeatRow
from holdfast.kit.ids import MemberId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.rights.queries import has_right
from holdfast.rights.tables import RightRole
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow

GOING = CircleRow.ended_at.is_(None)
Circle = CircleRow
Room = RoomRow


class Sitter(Struct, frozen=True):
    """One who sits in a circle, as the circle sees them; whose seat it is only rules look at."""

    seat_id: SeatId
    handle: str
    pseudonym: str
    avatar: str
    member_id: MemberId | None
    staff_id: StaffId | None
    sits_in_until: datetime | None
    taken_at: datetime

    @property
    def is_one_of_them(self) -> bool:
        """Whether they are one of the circle, not somebody who looks once, nor staff."""
        return self.member_id is not None and self.sits_in_until is None


async def circle_of(work: Work, room_id: RoomId) -> CircleRow | None:
    """The circle of this room."""
    return await work.db.get(CircleRow, room_id)


async def going_circles(work: Work) -> list[tuple[CircleRow, RoomRow]]:
    """Every circle that has not ended, the oldest first."""
    return await _circles(work, GOING)


async def circles_seated_by(work: Work, member_id: MemberId) -> list[tuple[CircleRow, RoomRow]]:
    """The circles in which a member sits now, also such as have ended; the newest first."""
    mine = select(SeatRow.room_id).where(SeatRow.member_id == member_id, SeatRow.left_at.is_(None))
    return (await _circles(work, CircleRow.room_id.in_(mine)))[::-1]


async def _circles(work: Work, *where: ColumnElement[bool]) -> list[tuple[CircleRow, RoomRow]]:
    query = (
        select(CircleRow, RoomRow)
        .join(RoomRow, RoomRow.id == CircleRow.room_id)
        .where(RoomRow.kind == RoomKind.CIRCLE, *where)
        .order_by(CircleRow.begun_at, CircleRow.room_id)
    )
    return [(circle, room) for circle, room in await work.db.execute(query)]


async def circle_named(work: Work, slug: str) -> tuple[CircleRow, RoomRow] | None:
    """The circle at this address. Who may know of it, `access` asks."""
    found = await _circles(work, RoomRow.slug == slug)
    return found[0] if found else None


async def sitters(work: Work, rooms: Collection[RoomId]) -> dict[RoomId, list[Sitter]]:
    """Who sits in each of these circles now, in the order in which they came."""
    query = (
        select(SeatRow, CircleSeatRow.sits_in_until)
        .outerjoin(CircleSeatRow, CircleSeatRow.seat_id == SeatRow.id)
        .where(SeatRow.room_id.in_(rooms), SeatRow.left_at.is_(None))
        .order_by(SeatRow.id)
    )
    found: dict[RoomId, list[Sitter]] = {room: [] for room in rooms}
    for seat, until in await work.db.execute(query):
        found[seat.room_id].append(
            Sitter(
                seat.id, seat.handle, seat.pseudonym, seat.avatar,
                seat.member_id, seat.staff_id, until, seat.taken_at,
            )
        )  # fmt: skip
    return found


async def sitters_of(work: Work, room_id: RoomId) -> list[Sitter]:
    """Who sits in one circle now."""
    return (await sitters(work, [room_id]))[room_id]


async def seat_ever(work: Work, room_id: RoomId, member_id: MemberId) -> SeatRow | None:
    """The seat a member has or had in a room."""
    its = SeatRow.room_id == room_id, SeatRow.member_id == member_id
    found: SeatRow | None = await work.db.scalar(select(SeatRow).where(*its))
    return found


async def may_host(work: Work, member_id: MemberId, language: str) -> bool:
    """Whether a member was given the right to host circles in this language."""
    return await has_right(work, member_id, RightRole.HOST, language)


async def host_of(work: Work, circle: CircleRow, language: str) -> SeatId | None:
    """The seat of the host, while they sit there and may host."""
    seat = None if circle.host_id is None else await work.db.get(SeatRow, circle.host_id)
    if seat is None or seat.left_at is not None:
        return None
    if seat.member_id is not None and not await may_host(work, seat.member_id, language):
        return None
    return seat.id


async def names_of_going(work: Work) -> set[str]:
    """What circles are called that have not ended."""
    query = select(RoomRow.name).join(CircleRow, CircleRow.room_id == RoomRow.id).where(GOING)
    return set(await work.db.scalars(query))


async def sit_ins_over(work: Work) -> Sequence[tuple[CircleSeatRow, SeatRow]]:
    """Seats of those who looked once, whose time is over."""
    query = (
        select(CircleSeatRow, SeatRow)
        .join(SeatRow, SeatRow.id == CircleSeatRow.seat_id)
        .where(CircleSeatRow.sits_in_until <= work.clock.now(), SeatRow.left_at.is_(None))
    )
    return [(how, seat) for how, seat in await work.db.execute(query)]


async def seats_left(work: Work, before: datetime) -> Sequence[tuple[CircleSeatRow, SeatRow]]:
    """Seats in circles that go on, left before then, of which nobody was told yet."""
    query = (
        select(CircleSeatRow, SeatRow)
        .join(SeatRow, SeatRow.id == CircleSeatRow.seat_id)
        .join(CircleRow, CircleRow.room_id == SeatRow.room_id)
        .where(
            GOING,
            CircleSeatRow.sits_in_until.is_(None),
            CircleSeatRow.free_told_at.is_(None),
            SeatRow.left_at <= before,
        )
    )
    return [(how, seat) for how, seat in await work.db.execute(query)]


async def ended_before(work: Work, moment: datetime) -> set[RoomId]:
    """The rooms of circles that had ended before then: their words have stayed for long enough."""
    query = select(CircleRow.room_id).where(CircleRow.ended_at <= moment)
    return set(await work.db.scalars(query))


async def seats_free_told(work: Work, room_id: RoomId) -> bool:
    """Whether somebody left of whom the circle may know by now that a seat is free."""
    told = CircleSeatRow.room_id == room_id, CircleSeatRow.free_told_at.is_not(None)
    return await work.db.scalar(select(CircleSeatRow.seat_id).where(*told).limit(1)) is not None
