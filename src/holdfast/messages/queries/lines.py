"""Single lines of talk, opened by their ids: for those who look after someone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from holdfast.kit.ids import MessageId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import COLUMNS, Reader, opened_message
from holdfast.messages.queries.held import Waiting
from holdfast.messages.tables import HeldState, MessageRow
from holdfast.rooms.tables import SeatRow
from holdfast.staff.tables import StaffRow


@dataclass(frozen=True, slots=True)
class Line:
    """One message by itself, said or held."""

    seq: int | None
    owner: SeatId
    pseudonym: str
    text: str
    note: str | None
    at: datetime
    held: bool = False
    handle: str = ""  # of a held message

    @classmethod
    def of_held(cls, held: Waiting) -> Line:
        """A message that is, or was, held."""
        return cls(
            None,
            held.seat_id,
            held.author.pseudonym,
            held.text,
            held.note,
            held.written_at,
            held.state is HeldState.HELD,
            held.handle,
        )


def line_of(message: MessagePosted) -> Line:
    """A message of a room as a line."""
    return Line(
        message.seq,
        message.owner,
        message.author.pseudonym,
        message.text,
        message.note,
        message.at,
    )


async def said_among(work: Work, reader: Reader, ids: Sequence[MessageId]) -> dict[MessageId, Line]:
    """Those of these messages that were said in a room, as they stand now."""
    if not ids:
        return {}
    query = (
        select(*COLUMNS)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .outerjoin(StaffRow, StaffRow.id == SeatRow.staff_id)
        .where(MessageRow.id.in_(ids), MessageRow.seq.is_not(None))
    )
    found = (await work.db.execute(query)).all()
    await reader.keyring.fetch_by_id(work, (row.key_id for row in found))
    return {row.id: line_of(opened_message(reader, row)) for row in found}
