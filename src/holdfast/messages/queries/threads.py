"""Threads, which are the replies to one message; and what is new to somebody who comes back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.glances import Glances
from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import Reader, in_room, seen_messages
from holdfast.messages.queries.unseen import in_sight, sight_of
from holdfast.messages.tables import MessageRow
from holdfast.rooms.access import Seat
from holdfast.rooms.tables import SeatRow

LONGEST_THREAD = 300  # replies on its page; a circle has far fewer
AWAY = timedelta(hours=12)
MANY = 10
LOOKED_THROUGH = 200
TOLD = 3  # threads, and wishes, that a digest names
REPLIES = (
    "SELECT m.reply_to, count(*) FROM messages m JOIN seats s ON s.id = m.seat_id"
    " WHERE m.room_id = ? AND m.reply_to BETWEEN ? AND ? AND m.seq IS NOT NULL"
    " AND m.removed_by IS NULL{in_sight} GROUP BY m.reply_to"
)


async def reply_counts(
    glances: Glances, seat: Seat, page: Sequence[MessagePosted]
) -> dict[int, int]:
    """How many replies each message of a page has, as far as this reader sees them."""
    if not page:
        return {}
    sight, whose = await sight_of(glances, seat.actor)
    asked = REPLIES.format(in_sight=sight)
    seqs = [message.seq for message in page]
    return dict(await glances.rows(asked, seat.room_id, min(seqs), max(seqs), *whose))


async def replies_in(work: Work, reader: Reader, room_id: RoomId, seq: int) -> list[MessagePosted]:
    """The replies to one message, oldest first."""
    query = in_room(room_id).where(MessageRow.reply_to == seq).order_by(MessageRow.seq)
    return await seen_messages(work, reader, room_id, query.limit(LONGEST_THREAD))


class Named(Struct, frozen=True):
    """A message by its author's name there, and a number or a wish that goes with it."""

    seq: int
    pseudonym: str
    count: int = 0
    wants: str = ""


class Digest(Struct, frozen=True):
    """What is new since somebody last read: numbers and names, and nobody's words."""

    messages: int
    people: int
    first: int  # the seq of the first of them
    newest: int
    threads: tuple[Named, ...]
    wants: tuple[Named, ...]


async def digest_for(work: Work, reader: Reader, seat: Seat, now: datetime) -> Digest | None:
    """What to say to somebody who comes back after long, or to much; else nothing."""
    unseen = await reader.unseen(work, seat.room_id)
    read = select(SeatRow.read_seq).where(SeatRow.id == seat.id).scalar_subquery()
    query = (
        select(
            MessageRow.seq,
            MessageRow.reply_to,
            MessageRow.wants,
            MessageRow.written_at,
            MessageRow.seat_id,
            SeatRow.pseudonym,
        )
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(MessageRow.room_id == seat.room_id, MessageRow.seq > read)
        .where(MessageRow.seat_id != seat.id, MessageRow.removed_by.is_(None))
        .order_by(MessageRow.seq)
        .limit(LOOKED_THROUGH)
    )
    rows = (await work.db.execute(in_sight(query, unseen))).all()
    if not rows or (len(rows) < MANY and now - rows[0].written_at < AWAY):
        return None
    answered = Counter(row.reply_to for row in rows if row.reply_to is not None)
    wishes = [Named(row.seq, row.pseudonym, wants=row.wants) for row in rows if row.wants]
    return Digest(
        messages=len(rows),
        people=len({row.seat_id for row in rows}),
        first=rows[0].seq,
        newest=rows[-1].seq,
        threads=await _threads(work, reader, seat.room_id, answered),
        wants=tuple(wishes[-TOLD:]),
    )


async def _threads(
    work: Work, reader: Reader, room_id: RoomId, answered: Counter[int]
) -> tuple[Named, ...]:
    """Whose messages were answered most; those out of sight are passed over."""
    unseen = await reader.unseen(work, room_id)
    query = (
        select(MessageRow.seq, SeatRow.pseudonym)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(MessageRow.room_id == room_id, MessageRow.seq.in_(answered))
    )
    names = {
        row.seq: row.pseudonym for row in (await work.db.execute(in_sight(query, unseen))).all()
    }
    most = [(seq, count) for seq, count in answered.most_common() if seq in names]
    return tuple(Named(seq, names[seq], count) for seq, count in most[:TOLD])
