"""Reading how a room goes, for those who guide it: how many write, and whether anybody does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import RoomId
from holdfast.kit.work import Work
from holdfast.messages.tables import MessageRow
from holdfast.rooms.queries.guiding import first_of, second_of, second_rooms, standing_everywhere
from holdfast.rooms.rules.guiding import (
    EMPTY_AFTER,
    LATELY,
    READERS_NEEDED,
    Guidance,
    is_full,
)
from holdfast.rooms.rules.states import reads
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.staff.queries import on_shift

PINNED = Guidance.PINNED


async def voices_since(work: Work, room_id: RoomId, since: datetime) -> int:
    """How many members wrote in a room since then."""
    query = (
        select(func.count(MessageRow.seat_id.distinct()))
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .where(
            MessageRow.room_id == room_id,
            MessageRow.seq.is_not(None),
            MessageRow.written_at >= since,
            SeatRow.staff_id.is_(None),
        )
    )
    return (await work.db.execute(query)).scalar_one()


async def empty_second_rooms(work: Work, here: Callable[[RoomId], int]) -> list[RoomId]:
    """The second rooms where nobody is and nothing was said for half an hour."""
    long_ago = work.clock.now() - EMPTY_AFTER
    old = [room.id for row, room in await second_rooms(work) if row.at <= long_ago]
    return [
        room_id
        for room_id in old
        if not here(room_id) and not await _is_spoken_in(work, room_id, long_ago)
    ]


async def _is_spoken_in(work: Work, room_id: RoomId, since: datetime) -> bool:
    said = MessageRow.room_id == room_id, MessageRow.written_at >= since
    return await work.db.scalar(select(MessageRow.row).where(*said).limit(1)) is not None


async def pinned_and_gone(work: Work) -> list[tuple[RoomId, int]]:
    """The pins whose message was taken back or hidden."""
    pins = [(row.room_id, int(row.value)) for row in await standing_everywhere(work, PINNED)]
    return [pin for pin in pins if await _is_gone(work, *pin)]


async def _is_gone(work: Work, room_id: RoomId, seq: int) -> bool:
    its = MessageRow.room_id == room_id, MessageRow.seq == seq, MessageRow.removed_by.is_(None)
    return await work.db.scalar(select(MessageRow.row).where(*its)) is None


class Offer(Struct, frozen=True):
    """Whether a second room may be opened, and what that depends on."""

    voices: int  # members who wrote in the last quarter of an hour
    readers: int  # people on shift who read the room's language
    there_is_one: bool  # or this is one

    @property
    def stands(self) -> bool:
        return is_full(self.voices) and self.readers >= READERS_NEEDED and not self.there_is_one


async def second_room_offer(work: Work, room: RoomRow) -> Offer:
    """How full a room is, and whether two people could look after two of them."""
    now = work.clock.now()
    readers = [one for one in await on_shift(work, now) if reads(one.languages, room.language)]
    beside = await first_of(work, room.id) or await second_of(work, room.id)
    voices = await voices_since(work, room.id, now - LATELY)
    return Offer(voices, len(readers), beside is not None)
