"""Single lines of talk, opened by their ids: for those who look after someone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from holdfast.erasing.holds.tables import HeldWordsRow
from holdfast.kit.ids import MessageId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.events import MessagePosted
from holdfast.messages.queries import (
    COLUMNS,
    PRIVATE,
    Reader,
    opened_message,
    opened_words,
)
from holdfast.messages.queries.held import Waiting
from holdfast.messages.tables import GoingRow, HeldState, MessageRow
from holdfast.rooms.tables import SeatRow
from holdfast.staff.tables import StaffRow


class Line(Struct, frozen=True):
    """One message by itself, said or held."""

    seq: int | None
    owner: SeatId
    pseudonym: str
    text: str
    note: str | None
    at: datetime
    held: bool = False
    handle: str = ""  # of a held message
    apart: bool = False  # its author erased it; a safeguarding hold keeps the words
    private: bool = False  # between two, and who looks is neither

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
        private=message.removed == PRIVATE,
    )


async def said_among(work: Work, reader: Reader, ids: Sequence[MessageId]) -> dict[MessageId, Line]:
    """Those of these messages that were said in a room, as they stand now."""
    if not ids:
        return {}
    query = (
        select(*COLUMNS)
        .join(SeatRow, SeatRow.id == MessageRow.seat_id)
        .outerjoin(StaffRow, StaffRow.id == SeatRow.staff_id)
        .outerjoin(GoingRow, GoingRow.message_id == MessageRow.id)
        .where(MessageRow.id.in_(ids), MessageRow.seq.is_not(None))
    )
    found = (await work.db.execute(query)).all()
    await reader.in_hand(row.key_id for row in found)
    return {row.id: line_of(opened_message(reader, row)) for row in found}


async def held_apart(
    work: Work, reader: Reader, lines: dict[MessageId, Line]
) -> dict[MessageId, Line]:
    """Of these lines those whose words are gone from the room and held: with those words.

    For who may read the open work that holds them, and nobody else.
    """
    gone = [message for message, line in lines.items() if not line.text]
    if not gone:
        return {}
    query = select(HeldWordsRow).where(HeldWordsRow.message_id.in_(gone))
    rows = (await work.db.scalars(query.order_by(HeldWordsRow.row.desc()))).all()
    await reader.in_hand(row.key_id for row in rows)
    return {row.message_id: _apart(reader, row, lines[row.message_id]) for row in rows}


def _apart(reader: Reader, row: HeldWordsRow, line: Line) -> Line:
    whole = _Apart(row)
    text = opened_words(reader, whole, row.text, b"t") or ""
    note = opened_words(reader, whole, row.note, b"n")
    private = not text and row.key_id in reader.keyring.alone
    return replace(line, text=text, note=note, apart=True, private=private)


class _Apart:
    """Held words by the names of a message's."""

    def __init__(self, row: HeldWordsRow) -> None:
        self.id, self.room_id, self.seat_id = row.message_id, row.room_id, row.seat_id
        self.key_id = row.key_id
