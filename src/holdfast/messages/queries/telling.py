"""What is needed to tell members what happened while they were not there: whose, where, how."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec import Struct
from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.looks import Looks
from holdfast.kit.work import Work
from holdfast.members.tables import MemberRow, SessionKind, SessionRow
from holdfast.messages.queries.unseen import out_of_sight
from holdfast.messages.tables import MessageRow
from holdfast.rooms.tables import RoomRow, SeatRow

Spot = tuple[RoomId, int]


class ForMember(Struct, frozen=True):
    """Something said that one member should know of."""

    member_id: MemberId
    slug: str
    room_id: RoomId
    seq: int


async def answers_unread(work: Work, replies: Collection[Spot]) -> list[ForMember]:
    """Whom these replies answer, where they still stand and were not read there yet.

    Nobody is told of what they said themselves, nor of what is out of their sight.
    """
    reply, before = aliased(MessageRow), aliased(MessageRow)
    query = (
        select(reply.room_id, reply.seq, SeatRow.member_id, RoomRow.slug)
        .join(before, (before.room_id == reply.room_id) & (before.seq == reply.reply_to))
        .join(SeatRow, SeatRow.id == before.seat_id)
        .join(RoomRow, RoomRow.id == reply.room_id)
        .where(
            tuple_(reply.room_id, reply.seq).in_(replies),
            reply.removed_by.is_(None),
            reply.seat_id != before.seat_id,
            SeatRow.member_id.is_not(None),
            SeatRow.left_at.is_(None),
            SeatRow.read_seq < reply.seq,
            ~out_of_sight(reply.seat_id),
        )
    )
    found = (await work.db.execute(query)).all()
    return [ForMember(row.member_id, row.slug, row.room_id, row.seq) for row in found]


async def side_words_unread(work: Work, said: Collection[Spot]) -> list[ForMember]:
    """Whose side space these words of staff were said in, where they were not read there yet."""
    query = (
        select(MessageRow.room_id, MessageRow.seq, SeatRow.member_id, RoomRow.slug)
        .join(SeatRow, SeatRow.room_id == MessageRow.room_id)
        .join(RoomRow, RoomRow.id == MessageRow.room_id)
        .where(
            tuple_(MessageRow.room_id, MessageRow.seq).in_(said),
            SeatRow.member_id.is_not(None),
            SeatRow.left_at.is_(None),
            SeatRow.read_seq < MessageRow.seq,
        )
    )
    found = (await work.db.execute(query)).all()
    return [ForMember(row.member_id, row.slug, row.room_id, row.seq) for row in found]


async def owner_of(work: Work, seat_id: SeatId) -> tuple[MemberId, str] | None:
    """The member in a seat and the room it is in; nothing once they went."""
    query = (
        select(SeatRow.member_id, RoomRow.slug)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(SeatRow.id == seat_id, SeatRow.member_id.is_not(None))
    )
    found = (await work.db.execute(query)).one_or_none()
    return None if found is None else (found.member_id, found.slug)


async def members_in(work: Work, room_id: RoomId) -> Sequence[MemberId]:
    """The members who sit in a room."""
    query = select(SeatRow.member_id).where(
        SeatRow.room_id == room_id, SeatRow.left_at.is_(None), SeatRow.member_id.is_not(None)
    )
    return [one for one in await work.db.scalars(query) if one is not None]


async def looks_of_members(work: Work, people: Collection[MemberId]) -> dict[MemberId, Looks]:
    """Which language they read and whose clock they follow: those who are signed in anywhere."""
    lives = SessionRow.ends_at > work.clock.now(), SessionRow.kind != SessionKind.LINK
    signed_in = select(SessionRow.member_id).where(*lives)
    query = select(MemberRow.id, MemberRow.language, MemberRow.time_zone).where(
        MemberRow.id.in_(people), MemberRow.id.in_(signed_in)
    )
    found = await work.db.execute(query)
    return {row.id: Looks(locale=row.language, zone=row.time_zone) for row in found}


async def room_names(work: Work, slugs: Collection[str]) -> dict[str, str]:
    """What these rooms are called."""
    query = select(RoomRow.slug, RoomRow.name).where(RoomRow.slug.in_(slugs))
    return {row.slug: row.name for row in await work.db.execute(query)}
