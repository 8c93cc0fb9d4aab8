"""Reading what is known of raids and arrivals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import MemberId, RaidId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.raids.tables import ArrivalRow, Began, CohortRow, RaidRow, ReadFirstRow
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow

AT_ONCE = 5_000  # in one question to the database


class RaidSummary(Struct, frozen=True):
    """A raid as the desk shows it."""

    id: RaidId
    room: str | None  # its name; none: everywhere
    how: Began
    began_at: datetime
    ended_at: datetime | None
    undone_at: datetime | None
    cohort: int
    version: int


async def raids_lately(work: Work, most: int = 20) -> list[RaidSummary]:
    """The raids that are remembered, the newest first."""
    cohort = (
        select(func.count()).where(CohortRow.raid_id == RaidRow.id).correlate(RaidRow)
    ).scalar_subquery()
    query = (
        select(RaidRow, RoomRow.name, cohort)
        .join(RoomRow, RoomRow.id == RaidRow.room_id, isouter=True)
        .order_by(RaidRow.id.desc())
        .limit(most)
    )
    return [
        RaidSummary(
            row.id, name, row.how, row.began_at, row.ended_at, row.undone_at, count, row.version
        )
        for row, name, count in await work.db.execute(query)
    ]


async def open_raids(work: Work) -> dict[RaidId, RoomId | None]:
    """The raids that go on, with their room."""
    query = select(RaidRow.id, RaidRow.room_id).where(RaidRow.ended_at.is_(None))
    return {row.id: row.room_id for row in await work.db.execute(query)}


async def cohort_of(work: Work, raid: RaidId) -> list[MemberId]:
    """Who came in during it, as far as that is still known."""
    query = select(CohortRow.member_id).where(CohortRow.raid_id == raid)
    return list(await work.db.scalars(query.order_by(CohortRow.member_id)))


async def rooms_read_first(work: Work) -> set[RoomId]:
    """The rooms in which newcomers are read first, as stewards set it."""
    return set(await work.db.scalars(select(ReadFirstRow.room_id)))


async def arrivals_since(work: Work, slot: int) -> dict[int, dict[int, int]]:
    """How many came, by place and ten minutes."""
    query = select(ArrivalRow.place, ArrivalRow.slot, ArrivalRow.count)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for place, at, count in await work.db.execute(query.where(ArrivalRow.slot >= slot)):
        found[place][at] = count
    return dict(found)


class OpenRoom(Struct, frozen=True):
    """A room that a raid can be about."""

    id: RoomId
    slug: str
    name: str
    state: RoomState


async def open_rooms(work: Work) -> list[OpenRoom]:
    """Every open room in which something can be said."""
    query = (
        select(RoomRow.id, RoomRow.slug, RoomRow.name, RoomRow.state)
        .where(RoomRow.kind == RoomKind.OPEN, RoomRow.state != RoomState.CLOSED)
        .order_by(RoomRow.id)
    )
    return [OpenRoom(*found) for found in await work.db.execute(query)]


async def members_in(work: Work, seats: Collection[SeatId]) -> dict[SeatId, MemberId]:
    """Whose seats in open rooms these are."""
    wanted, found = list(seats), {}
    for begin in range(0, len(wanted), AT_ONCE):
        query = (
            select(SeatRow.id, SeatRow.member_id)
            .join(RoomRow, RoomRow.id == SeatRow.room_id)
            .where(SeatRow.id.in_(wanted[begin : begin + AT_ONCE]), RoomRow.kind == RoomKind.OPEN)
        )
        for seat, member in await work.db.execute(query):
            if member is not None:
                found[seat] = member
    return found
