"""Who waits for a first reply in the open rooms, and how long first replies took. No words.

What counts as an answer is in `messages.rules.replies`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import MemberId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.rules.replies import FirstReplies, Spoken, Turn, pulse, turns, unanswered
from holdfast.messages.rules.replies import first_replies as figures_of
from holdfast.messages.tables import HeldRow, MessageRow, ResponseRow
from holdfast.rooms.tables import RoomKind, RoomRow, RoomState, SeatRow

DAY = timedelta(hours=24)
LOOKED_AT = 4_000  # the newest messages of the place; busier days are judged by these
IsNewcomer = Callable[[MemberId], bool]


def nobody_is_new(member_id: MemberId) -> bool:
    """Where nothing is known of newcomers."""
    del member_id
    return False


class Unanswered(Struct, frozen=True):
    """Somebody who said something and had no reply: where, who, since when."""

    room_id: RoomId
    room: str
    room_name: str
    seq: int
    seat: str  # the handle that the room knows
    pseudonym: str
    at: datetime
    is_newcomer: bool


class Replies(Struct, frozen=True):
    """The last 24 hours of every open room, as far as answers go."""

    waiting: list[Unanswered]
    rooms: dict[RoomId, FirstReplies]
    pulses: dict[RoomId, list[int]]  # how much was said in each five minutes of the last hour


async def replies_lately(work: Work, is_newcomer: IsNewcomer = nobody_is_new) -> Replies:
    """Whom nobody has answered for ten minutes, newcomers first; each room's first replies."""
    now = work.clock.now()
    said = await _said_since(work, now - DAY)
    in_order = groupby(
        sorted(said, key=lambda one: (one.room_id, one.seq)), key=lambda one: one.room_id
    )
    spoken = {room: list(talk) for room, talk in in_order}
    by_room = {room: turns(talk) for room, talk in spoken.items()}
    open_turns = unanswered((turn for every in by_room.values() for turn in every), now)
    waiting = await _waiting(work, await _without_responses(work, open_turns), is_newcomer)
    waiting.sort(key=lambda one: (not one.is_newcomer, one.at))
    return Replies(
        waiting,
        {room: figures_of(every) for room, every in by_room.items()},
        {room: pulse(talk, now) for room, talk in spoken.items()},
    )


async def _said_since(work: Work, since: datetime) -> list[Spoken]:
    """What the open rooms have seen since then. Held words count from when they were let in."""
    seen_at = func.coalesce(HeldRow.decided_at, MessageRow.written_at)
    newest = (await work.db.execute(select(func.max(MessageRow.row)))).scalar_one() or 0
    query = (
        select(
            MessageRow.room_id,
            MessageRow.seq,
            MessageRow.seat_id,
            HeldRow.decided_at,
            MessageRow.written_at,
            MessageRow.reply_to,
            SeatRow.staff_id,
        )
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .join(RoomRow, RoomRow.id == MessageRow.room_id)
        .outerjoin(HeldRow, HeldRow.message_id == MessageRow.id)
        .where(
            MessageRow.row > newest - LOOKED_AT,
            MessageRow.seq.is_not(None),
            MessageRow.removed_by.is_(None),
            RoomRow.kind == RoomKind.OPEN,
            RoomRow.state != RoomState.CLOSED,
            seen_at >= since,
        )
    )
    return [
        Spoken(room, seq, seat, let_in or written, reply_to, staff is not None)
        for room, seq, seat, let_in, written, reply_to, staff in await work.db.execute(query)
        if seq is not None
    ]


async def _without_responses(work: Work, every: Sequence[Turn]) -> list[Turn]:
    """Those to which nobody gave a response either."""
    if not every:
        return []
    query = select(ResponseRow.room_id, ResponseRow.seq, ResponseRow.seat_id).where(
        ResponseRow.room_id.in_({one.first.room_id for one in every}),
        ResponseRow.seq.in_([seq for one in every for seq in one.seqs]),
    )
    given: dict[tuple[RoomId, int], set[SeatId]] = {}
    for room, seq, seat in await work.db.execute(query):
        given.setdefault((room, seq), set()).add(seat)
    return [
        one
        for one in every
        if not any(
            given.get((one.first.room_id, seq), set()) - {one.first.seat_id} for seq in one.seqs
        )
    ]


async def _waiting(work: Work, every: Sequence[Turn], is_newcomer: IsNewcomer) -> list[Unanswered]:
    """The same with the names that their rooms know. Who was erased waits no more."""
    query = (
        select(SeatRow.id, SeatRow.handle, SeatRow.pseudonym, SeatRow.member_id)
        .add_columns(RoomRow.slug, RoomRow.name)
        .join(RoomRow, RoomRow.id == SeatRow.room_id)
        .where(SeatRow.id.in_({one.first.seat_id for one in every}), SeatRow.member_id.is_not(None))
    )
    seats = {row.id: row for row in await work.db.execute(query)} if every else {}
    return [
        Unanswered(
            room_id=one.first.room_id,
            room=row.slug,
            room_name=row.name,
            seq=one.seqs[0],
            seat=row.handle,
            pseudonym=row.pseudonym,
            at=one.first.at,
            is_newcomer=is_newcomer(row.member_id),
        )
        for one in every
        if (row := seats.get(one.first.seat_id)) is not None
    ]
