"""Reading what is held: for the desk, and for the member whose words they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import func, select

from holdfast.kit.ids import MemberId, MessageId, RoomId, SeatId, StaffId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader, opened_words
from holdfast.messages.tables import GoingRow, HeldRow, HeldState, MessageRow, Why
from holdfast.rooms.access import Author
from holdfast.rooms.tables import RoomRow, SeatRow


class Waiting(Struct, frozen=True):
    """A held message, opened."""

    id: MessageId
    room_id: RoomId
    slug: str
    room_name: str
    seat_id: SeatId
    member_id: MemberId | None
    author: Author
    nonce: str
    text: str
    note: str | None
    reply_to: int | None
    wants: str | None
    written_at: datetime
    why: Why
    state: HeldState
    held_at: datetime
    decided_by: StaffId | None
    decided_at: datetime | None
    rule: str | None
    suggestion: str | None
    goes_after: int | None  # hours from when it is shown

    @property
    def handle(self) -> str:
        """The name by which an address outside calls it."""
        return self.id.hex()


COLUMNS = (
    MessageRow.id,
    MessageRow.room_id,
    RoomRow.slug,
    RoomRow.name,
    MessageRow.seat_id,
    SeatRow.member_id,
    SeatRow.handle,
    SeatRow.pseudonym,
    SeatRow.avatar,
    MessageRow.nonce,
    MessageRow.key_id,
    MessageRow.text,
    MessageRow.note,
    MessageRow.reply_to,
    MessageRow.wants,
    MessageRow.written_at,
    HeldRow.why,
    HeldRow.state,
    HeldRow.held_at,
    HeldRow.decided_by,
    HeldRow.decided_at,
    HeldRow.rule,
    HeldRow.suggestion,
    HeldRow.suggestion_key_id,
    GoingRow.hours,
)


def _held() -> Any:
    return (
        select(*COLUMNS)
        .join(HeldRow, HeldRow.message_id == MessageRow.id)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .join(RoomRow, RoomRow.id == MessageRow.room_id)
        .outerjoin(GoingRow, GoingRow.message_id == MessageRow.id)
    )


async def held_posts(work: Work, reader: Reader) -> list[Waiting]:
    """Everything that waits for a person, oldest first; concern is asked for by its escalation."""
    query = _held().where(HeldRow.state == HeldState.HELD, HeldRow.why != Why.CONCERN)
    return await _opened(work, reader, query.order_by(HeldRow.held_at, MessageRow.row))


async def held_by_id(work: Work, reader: Reader, message_id: bytes) -> Waiting | None:
    """One held message, whatever became of it."""
    found = await _opened(work, reader, _held().where(HeldRow.message_id == message_id))
    return found[0] if found else None


async def held_among(work: Work, reader: Reader, ids: Sequence[MessageId]) -> list[Waiting]:
    """Those of these messages that are, or were, held."""
    query = _held().where(HeldRow.message_id.in_(ids)).order_by(HeldRow.held_at)
    return await _opened(work, reader, query)


async def held_in_seat(work: Work, reader: Reader, seat_id: SeatId) -> list[Waiting]:
    """What the holder of a seat sees of it in their room: held, or given back and not yet seen."""
    mine = HeldRow.seat_id == seat_id, HeldRow.state.in_([HeldState.HELD, HeldState.RETURNED])
    return await _opened(work, reader, _held().where(*mine).order_by(HeldRow.held_at))


async def held_under(work: Work, reader: Reader, seat_id: SeatId, nonce: str) -> Waiting | None:
    """What a seat once said under this nonce and was held, whatever became of it."""
    mine = HeldRow.seat_id == seat_id, MessageRow.nonce == nonce
    found = await _opened(work, reader, _held().where(*mine))
    return found[0] if found else None


async def held_count(work: Work) -> int:
    """How much waits for a person; concern is asked for by its escalation."""
    query = select(func.count()).where(HeldRow.state == HeldState.HELD, HeldRow.why != Why.CONCERN)
    return (await work.db.execute(query)).scalar_one()


async def waits_of_last_hour(work: Work, since: datetime) -> list[tuple[datetime, datetime]]:
    """(held, decided) of everything a person decided since then."""
    query = select(HeldRow.held_at, HeldRow.decided_at).where(
        HeldRow.decided_at >= since, HeldRow.decided_by.is_not(None)
    )
    rows = await work.db.execute(query)
    return [(held, decided) for held, decided in rows if decided is not None]


async def _opened(work: Work, reader: Reader, query: Any) -> list[Waiting]:
    found = (await work.db.execute(query)).all()
    keys = (key for row in found for key in (row.key_id, row.suggestion_key_id) if key)
    await reader.in_hand(keys)
    return [_waiting(reader, row) for row in found]


def _waiting(reader: Reader, row: Any) -> Waiting:
    return Waiting(
        id=row.id,
        room_id=row.room_id,
        slug=row.slug,
        room_name=row.name,
        seat_id=row.seat_id,
        member_id=row.member_id,
        author=Author(row.handle, row.pseudonym, row.avatar),
        nonce=row.nonce,
        text=opened_words(reader, row, row.text, b"t") or "",
        note=opened_words(reader, row, row.note, b"n"),
        reply_to=row.reply_to,
        wants=row.wants,
        written_at=row.written_at,
        why=row.why,
        state=row.state,
        held_at=row.held_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        rule=row.rule,
        suggestion=opened_words(reader, row, row.suggestion, b"s", row.suggestion_key_id),
        goes_after=row.hours,
    )
