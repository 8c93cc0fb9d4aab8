"""Looking through a restored place for what was erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from holdfast.kit.ids import MemberId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.members.tables import ConsentRow, MemberRow
from holdfast.messages.tables import HeldRow, HiddenWordsRow, MessageRow
from holdfast.rights.rules import Role
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.sealing.seam import day_of
from holdfast.staff.tables import StaffRow


def has_words() -> ColumnElement[bool]:
    """Whether anything of a message is there: said, hidden, or put to its author."""
    hidden = select(HiddenWordsRow.seq).where(HiddenWordsRow.message_id == MessageRow.id)
    suggested = select(HeldRow.message_id).where(
        HeldRow.message_id == MessageRow.id, HeldRow.suggestion.is_not(None)
    )
    said = MessageRow.text.is_not(None), MessageRow.note.is_not(None)
    return or_(*said, hidden.exists(), suggested.exists())


async def everybody(work: Work) -> list[tuple[MemberId, datetime | None]]:
    """Every member, with when they first said yes at the door."""
    query = (
        select(MemberRow.id, func.min(ConsentRow.given_at))
        .outerjoin(ConsentRow, ConsentRow.member_id == MemberRow.id)
        .group_by(MemberRow.id)
    )
    return [(member, at) for member, at in await work.db.execute(query)]


async def handles_of(work: Work, member_id: MemberId) -> list[tuple[SeatId, str]]:
    """A member's seats, with what others see of each."""
    query = select(SeatRow.id, SeatRow.handle).where(SeatRow.member_id == member_id)
    return [(seat, handle) for seat, handle in await work.db.execute(query)]


async def every_handle(work: Work) -> list[tuple[SeatId, str]]:
    """Every seat there is, with what others see of it."""
    found = await work.db.execute(select(SeatRow.id, SeatRow.handle))
    return [(seat, handle) for seat, handle in found]


async def says_anything(work: Work, seat_id: SeatId) -> bool:
    """Whether any words of this seat are there."""
    query = select(MessageRow.row).where(MessageRow.seat_id == seat_id, has_words())
    return await work.db.scalar(query.limit(1)) is not None


async def every_room(work: Work) -> list[tuple[RoomId, str]]:
    """Every room there is, by its number and its slug."""
    found = await work.db.execute(select(RoomRow.id, RoomRow.slug))
    return [(room, slug) for room, slug in found]


async def days_of(work: Work, room_id: RoomId) -> range:
    """The days on which something may have been said there."""
    said = select(func.min(MessageRow.written_at), func.max(MessageRow.written_at))
    found = (await work.db.execute(said.where(MessageRow.room_id == room_id))).one()
    first: datetime | None = found[0]
    return range(0) if first is None else range(day_of(first), day_of(found[1]) + 1)


async def how_many(work: Work) -> int:
    """How many messages there are to look through, at most."""
    return int(await work.db.scalar(select(func.count()).select_from(MessageRow)) or 0)


async def with_words_after(work: Work, row: int, limit: int) -> Sequence[MessageRow]:
    """The next messages that say anything, in the order of their rows."""
    query = select(MessageRow).where(MessageRow.row > row, has_words())
    return (await work.db.scalars(query.order_by(MessageRow.row).limit(limit))).all()


async def slug_of(work: Work, room_id: RoomId) -> str:
    """What a room is called in addresses."""
    return (await work.db.execute(select(RoomRow.slug).where(RoomRow.id == room_id))).scalar_one()


async def role_now(work: Work, staff_id: StaffId) -> Role | None:
    """What somebody of the staff is here now; nothing where they have left."""
    query = select(StaffRow.role).where(StaffRow.id == staff_id, StaffRow.removed_at.is_(None))
    return await work.db.scalar(query)
