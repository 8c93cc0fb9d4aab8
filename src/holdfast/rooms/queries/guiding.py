"""Reading what stands in rooms: topics of the hour, pins, paces, second rooms; who came today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from holdfast.kit.glances import Asked, Glances
from holdfast.kit.ids import RoomId
from holdfast.kit.tables import from_millis
from holdfast.kit.work import Work
from holdfast.rooms.rules.guiding import Guidance
from holdfast.rooms.tables import (
    GuidanceRow,
    RoomKind,
    RoomRow,
    RoomState,
    SeatRow,
    SecondRoomRow,
)

SECOND, FIRST, CLOSES = "second", "first", "closes"
STANDING = (
    "SELECT kind, value, until FROM guidances WHERE room_id = ? AND ended_at IS NULL"
    " UNION ALL SELECT 'second', r.slug, NULL FROM second_rooms t JOIN rooms r ON r.id = t.room_id"
    " WHERE t.first_id = ? AND r.state <> 'closed'"
    " UNION ALL SELECT 'first', r.slug, NULL FROM second_rooms t JOIN rooms r ON r.id = t.first_id"
    " WHERE t.room_id = ?"
    " UNION ALL SELECT 'closes', '', c.closes_at FROM room_closings c"
    " WHERE c.room_id = ? AND c.closed_at IS NULL AND c.ended_at IS NULL"
)


class Guide(Struct, frozen=True):
    """What stands in a room now, beside its own words."""

    topic: str = ""  # of the hour
    topic_until: datetime | None = None
    pinned: int | None = None
    slow: int = 0  # seconds; none: nobody waits
    slow_until: datetime | None = None
    closed: str = ""  # the code of why
    second: str = ""  # the slug of the room beside this one
    first: str = ""  # the slug of the room this one was opened beside
    closes_at: datetime | None = None


async def guide_at_a_glance(glances: Glances, room_id: RoomId, now: datetime) -> Guide:
    """What stands in a room; for its page."""
    standing_, where = guide_asked(room_id)
    found = await glances.rows(standing_, *where)
    stands = [(kind, value, from_millis(until) if until else None) for kind, value, until in found]
    return _guide([one for one in stands if one[0] == CLOSES or one[2] is None or one[2] > now])


def guide_asked(room_id: RoomId) -> Asked:
    """The question for what stands in a room, and for what stood there until just now."""
    return STANDING, (room_id,) * 4


def _guide(found: Sequence[tuple[str, str, datetime | None]]) -> Guide:
    here = {kind: (value, until) for kind, value, until in found}
    nothing: tuple[str, datetime | None] = ("", None)
    topic, slow = here.get(Guidance.TOPIC, nothing), here.get(Guidance.SLOW, nothing)
    pinned = here.get(Guidance.PINNED, nothing)[0]
    return Guide(
        topic=topic[0],
        topic_until=topic[1],
        pinned=int(pinned) if pinned else None,
        slow=int(slow[0] or 0),
        slow_until=slow[1],
        closed=here.get(Guidance.CLOSED, nothing)[0],
        second=here.get(SECOND, nothing)[0],
        first=here.get(FIRST, nothing)[0],
        closes_at=here.get(CLOSES, nothing)[1],
    )


async def standing(work: Work, room_id: RoomId, kind: Guidance) -> GuidanceRow | None:
    """What of one kind stands in a room."""
    its = GuidanceRow.room_id == room_id, GuidanceRow.kind == kind, GuidanceRow.ended_at.is_(None)
    found: GuidanceRow | None = await work.db.scalar(select(GuidanceRow).where(*its))
    return found


async def standing_everywhere(work: Work, kind: Guidance) -> Sequence[GuidanceRow]:
    """What of one kind stands in any room."""
    its = GuidanceRow.kind == kind, GuidanceRow.ended_at.is_(None)
    return (await work.db.scalars(select(GuidanceRow).where(*its))).all()


async def guidance_over(work: Work) -> Sequence[GuidanceRow]:
    """What stood until a time that has come."""
    over = GuidanceRow.ended_at.is_(None), GuidanceRow.until <= work.clock.now()
    return (await work.db.scalars(select(GuidanceRow).where(*over))).all()


async def topics_of_the_hour(work: Work) -> dict[RoomId, str]:
    """The topics that stand now, by room."""
    now = work.clock.now()
    rows = await standing_everywhere(work, Guidance.TOPIC)
    return {row.room_id: row.value for row in rows if row.until is None or row.until > now}


async def second_rooms(work: Work) -> list[tuple[SecondRoomRow, RoomRow]]:
    """The second rooms that are open, with their rooms."""
    query = (
        select(SecondRoomRow, RoomRow)
        .join(RoomRow, RoomRow.id == SecondRoomRow.room_id)
        .where(RoomRow.state != RoomState.CLOSED)
        .order_by(RoomRow.id)
    )
    return [(second, room) for second, room in await work.db.execute(query)]


async def second_of(work: Work, room_id: RoomId) -> RoomRow | None:
    """The open room beside a full one."""
    return next((room for row, room in await second_rooms(work) if row.first_id == room_id), None)


async def first_of(work: Work, room_id: RoomId) -> RoomRow | None:
    """The room beside which this one was opened."""
    query = select(RoomRow).join(SecondRoomRow, SecondRoomRow.first_id == RoomRow.id)
    found: RoomRow | None = await work.db.scalar(query.where(SecondRoomRow.room_id == room_id))
    return found


async def slugs_in_use(work: Work, slugs: Sequence[str]) -> set[str]:
    """Which of these addresses belong to a room, open or closed."""
    return set(await work.db.scalars(select(RoomRow.slug).where(RoomRow.slug.in_(slugs))))


class CameIn(Struct, frozen=True):
    """A member who sat down here for the first time, as this room knows them."""

    handle: str
    pseudonym: str
    avatar: str
    at: datetime
    is_new: bool  # it is their first open room here at all


async def who_came_in_since(work: Work, room_id: RoomId, since: datetime) -> list[CameIn]:
    """Who took a seat here for the first time since then and still has it, newest first."""
    other, open_room = aliased(SeatRow), aliased(RoomRow)
    first = (
        select(func.min(other.taken_at))
        .join(open_room, open_room.id == other.room_id)
        .where(other.member_id == SeatRow.member_id, open_room.kind == RoomKind.OPEN)
        .scalar_subquery()
    )
    query = (
        select(SeatRow.handle, SeatRow.pseudonym, SeatRow.avatar, SeatRow.taken_at, first)
        .where(
            SeatRow.room_id == room_id,
            SeatRow.member_id.is_not(None),
            SeatRow.left_at.is_(None),
            SeatRow.taken_at >= since,
        )
        .order_by(SeatRow.taken_at.desc(), SeatRow.id.desc())
    )
    return [
        CameIn(handle, pseudonym, avatar, at, earliest >= at)
        for handle, pseudonym, avatar, at, earliest in await work.db.execute(query)
    ]
