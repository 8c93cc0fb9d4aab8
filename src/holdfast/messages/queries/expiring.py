"""Which messages go by themselves now, as their authors chose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, exists, or_, select

from holdfast.kit.ids import MemberId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.tables import GoingRow, HeldRow, HeldState, HiddenWordsRow, MessageRow
from holdfast.rooms.tables import RoomRow, SeatRow

AT_ONCE = 200
OVER = (HeldState.RETURNED, HeldState.WITHDRAWN)  # a post no room will ever see


class Due(Struct, frozen=True):
    """A message whose time is over, and whose it is; `removed` where it went before.

    `hidden`: a moderator took it out of the room, and its words still lie apart.
    """

    id: MessageId
    room_id: RoomId
    slug: str
    seq: int
    seat_id: SeatId
    member_id: MemberId | None
    handle: str
    pseudonym: str
    avatar: str
    removed: bool
    hidden: bool


async def due_to_go(work: Work) -> list[Due]:
    """The messages whose time is over, or that went before; the longest over first.

    What is hidden may come back: its time runs on.
    """
    hidden = exists().where(
        HiddenWordsRow.room_id == MessageRow.room_id, HiddenWordsRow.seq == MessageRow.seq
    )
    went = and_(MessageRow.removed_by.is_not(None), ~hidden)
    query: Any = (
        select(
            MessageRow.id,
            MessageRow.room_id,
            RoomRow.slug,
            MessageRow.seq,
            MessageRow.seat_id,
            SeatRow.member_id,
            SeatRow.handle,
            SeatRow.pseudonym,
            SeatRow.avatar,
            MessageRow.removed_by.is_not(None),
            hidden,
        )
        .join(GoingRow, GoingRow.message_id == MessageRow.id)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .join(RoomRow, RoomRow.id == MessageRow.room_id)
        .where(
            or_(GoingRow.at <= work.clock.now(), went),
            MessageRow.seq.is_not(None),
        )
        .order_by(GoingRow.at, MessageRow.row)
        .limit(AT_ONCE)
    )
    return [Due(*row) for row in await work.db.execute(query)]


async def not_counted_yet(work: Work) -> Sequence[tuple[MessageId, int, HeldRow]]:
    """Posts that waited and were shown since, or never will be: whose time is not written yet."""
    query = (
        select(GoingRow.message_id, GoingRow.hours, HeldRow)
        .join(HeldRow, HeldRow.message_id == GoingRow.message_id)
        .where(GoingRow.at.is_(None), HeldRow.state != HeldState.HELD)
        .limit(AT_ONCE)
    )
    return [(message, hours, held) for message, hours, held in await work.db.execute(query)]


async def is_any_going(work: Work) -> bool:
    """Whether any message goes by itself, or will."""
    return await work.db.scalar(select(GoingRow.message_id).limit(1)) is not None


async def hold_room(work: Work, room_id: RoomId) -> None:
    """Nobody says, hides or gives back anything in this room until the work is committed."""
    room = select(RoomRow.id).where(RoomRow.id == room_id)
    await work.db.execute(room.with_for_update(key_share=True))
