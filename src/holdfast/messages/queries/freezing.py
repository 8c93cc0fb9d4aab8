"""What of a frozen member is still to be seen, what lies apart, and what must not be erased."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVarTuple

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from holdfast.kit.ids import MemberId, MessageId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.members.queries import is_frozen
from holdfast.members.tables import FreezeRow
from holdfast.messages.tables import HiddenWordsRow, MessageRow
from holdfast.rooms.access import Author
from holdfast.rooms.rules.guiding import Guidance
from holdfast.rooms.tables import GuidanceRow, RoomKind, RoomRow, SeatRow

AT_ONCE = 200
Found = TypeVarTuple("Found")


class Standing(Struct, frozen=True):
    """A message of somebody who is frozen, which others still see."""

    room_id: RoomId
    seq: int
    seat_id: SeatId
    author: Author
    at: datetime


async def still_standing(work: Work, limit: int = AT_ONCE) -> list[Standing]:
    """The next messages that are to be out of sight.

    Everything in open rooms and circles, where nothing is said while it is frozen. Between two,
    what was said before: there talk goes on. In a side space nothing: whoever came reads it.
    """
    what = select(
        MessageRow.room_id,
        MessageRow.seq,
        SeatRow.id,
        SeatRow.handle,
        SeatRow.pseudonym,
        SeatRow.avatar,
        MessageRow.written_at,
    )
    query = (
        _among_the_frozen(what)
        .where(MessageRow.removed_by.is_(None), MessageRow.seq.is_not(None))
        .order_by(MessageRow.row)
        .limit(limit)
    )
    return [
        Standing(room, seq, seat, Author(handle, pseudonym, avatar), at)
        for room, seq, seat, handle, pseudonym, avatar, at in await work.db.execute(query)
        if seq is not None
    ]


def _among_the_frozen(what: Select[*Found]) -> Select[*Found]:
    """This of the messages of those who are frozen, where they are to be out of sight."""
    return (
        what.join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .join(FreezeRow, FreezeRow.member_id == SeatRow.member_id)
        .where(FreezeRow.thawed_at.is_(None), _is_to_go())
    )


def _is_to_go() -> ColumnElement[bool]:
    between = RoomRow.kind == RoomKind.LISTENING, MessageRow.written_at <= FreezeRow.at
    return or_(RoomRow.kind.in_((RoomKind.OPEN, RoomKind.CIRCLE)), and_(*between))


async def is_only_kept(work: Work, message_id: MessageId) -> bool:
    """Whether this message is one that its author wants kept and not used."""
    query = _among_the_frozen(select(MessageRow.row)).where(MessageRow.id == message_id)
    return await work.db.scalar(query) is not None


async def apart_for_nobody(work: Work) -> Sequence[MemberId]:
    """Who thawed everything, and of whom something was set apart in that very moment."""
    query = (
        select(SeatRow.member_id)
        .join(HiddenWordsRow, HiddenWordsRow.seat_id == SeatRow.id)
        .where(HiddenWordsRow.frozen, SeatRow.member_id.is_not(None))
        .where(~is_frozen(SeatRow.member_id))
        .distinct()
    )
    return [MemberId(one) for one in await work.db.scalars(query) if one is not None]


async def set_apart_of(work: Work, member_id: MemberId) -> list[tuple[RoomId, int]]:
    """Where the words of this member lie apart because they froze them."""
    query = (
        select(HiddenWordsRow.room_id, HiddenWordsRow.seq)
        .join(SeatRow, SeatRow.id == HiddenWordsRow.seat_id)
        .where(SeatRow.member_id == member_id, HiddenWordsRow.frozen)
        .order_by(HiddenWordsRow.room_id, HiddenWordsRow.seq)
        .limit(AT_ONCE)
    )
    return [(room, seq) for room, seq in await work.db.execute(query)]


async def pins_of(work: Work, member_id: MemberId, since: datetime) -> list[tuple[RoomId, int]]:
    """What of this member stood at the top of its room until it went out of sight, and stands.

    Not where anything else was pinned there since.
    """
    pinned = GuidanceRow.kind == Guidance.PINNED
    newest = select(func.max(GuidanceRow.id)).where(pinned).group_by(GuidanceRow.room_id)
    by_itself = GuidanceRow.ended_by.is_(None), GuidanceRow.ended_at >= since
    query = select(GuidanceRow.room_id, GuidanceRow.value).where(
        GuidanceRow.id.in_(newest), *by_itself
    )
    found = [(room, int(seq)) for room, seq in await work.db.execute(query)]
    return [one for one in found if await _stands(work, member_id, *one)]


async def _stands(work: Work, member_id: MemberId, room_id: RoomId, seq: int) -> bool:
    query = select(MessageRow.row).join(SeatRow, SeatRow.id == MessageRow.seat_id)
    its = MessageRow.room_id == room_id, MessageRow.seq == seq, MessageRow.removed_by.is_(None)
    return await work.db.scalar(query.where(*its, SeatRow.member_id == member_id)) is not None


async def frozen_messages(work: Work) -> set[MessageId]:
    """Every message that is only kept, wherever its words lie: no night erases it."""
    query = (
        select(MessageRow.id)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(is_frozen(SeatRow.member_id))
    )
    return set(await work.db.scalars(query))
