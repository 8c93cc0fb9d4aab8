"""Reading lines of a talk between two: as who sits there does, and as the desk reads a copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, exists, or_, select

from holdfast.kit.ids import MessageId, ReportId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader, in_room, opened_message
from holdfast.messages.tables import MessageRow
from holdfast.moderation.queries.reports import place_of_line
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.moderation.tables import CaseRow, ReportedLineRow, ReportRow
from holdfast.rooms.tables import RoomKind, RoomRow, SeatRow
from holdfast.sealing.seam import Sealed

AROUND = 5  # lines before, and as many after


class Opened(Struct, frozen=True):
    """One line that opened as it lies there."""

    id: MessageId
    seq: int
    author_id: SeatId
    text: str
    at: datetime


class Copied(Struct, frozen=True):
    """One line of a copy, as the desk reads it."""

    seq: int
    author_id: SeatId
    pseudonym: str
    text: str
    at: datetime


async def is_between_two(work: Work, room_id: RoomId) -> bool:
    """Whether what is said in this room is sealed to its people alone."""
    kind = await work.db.scalar(select(RoomRow.kind).where(RoomRow.id == room_id))
    return kind is RoomKind.LISTENING


async def lines_around(work: Work, reader: Reader, room_id: RoomId, seq: int) -> list[Opened]:
    """The line at this place with its neighbours, those that open for the reader.

    Each is opened as its row says: a line that was changed, or put there by somebody else, does
    not open.
    """
    until = in_room(room_id).where(MessageRow.seq <= seq).order_by(MessageRow.seq.desc())
    after = in_room(room_id).where(MessageRow.seq > seq).order_by(MessageRow.seq)
    rows = list((await work.db.execute(until.limit(AROUND + 1))).all())[::-1]
    rows += (await work.db.execute(after.limit(AROUND))).all()
    await reader.in_hand(row.key_id for row in rows)
    opened = [(row, opened_message(reader, row)) for row in rows]
    return [
        Opened(row.id, one.seq, row.seat_id, one.text, one.at)
        for row, one in opened
        if one.text and not one.removed
    ]


async def copies_of(
    work: Work, reader: Reader, reports: Sequence[ReportId]
) -> dict[ReportId, list[Copied]]:
    """What was copied for these reports, in the order in which it was said."""
    query = (
        select(ReportedLineRow, SeatRow.pseudonym)
        .join(SeatRow, SeatRow.id == ReportedLineRow.author_id)
        .where(ReportedLineRow.report_id.in_(reports))
        .order_by(ReportedLineRow.seq)
    )
    found = (await work.db.execute(query)).all()
    await reader.in_hand(row.key_id for row, _ in found)
    copies: dict[ReportId, list[Copied]] = {}
    for row, pseudonym in found:
        try:
            sealed = Sealed(row.words, row.key_id, place_of_line(row))
            text = reader.keyring.open(sealed, reader.actor)
        except KeyError:
            continue
        one = Copied(row.seq, row.author_id, pseudonym, text, row.at)
        copies.setdefault(row.report_id, []).append(one)
    return copies


def copies_to_forget(since: datetime) -> ColumnElement[bool]:
    """Which copies go: of cases that ended before then; once a case is decided also lines that
    their author took back, or that somebody said who went for good.
    """
    old = or_(CaseRow.decided_at <= since, CaseRow.closed_at <= since)
    reports = select(ReportRow.id).join(CaseRow, CaseRow.id == ReportRow.case_id)
    of_old = ReportedLineRow.report_id.in_(reports.where(old))
    decided = ReportedLineRow.report_id.in_(reports.where(CaseRow.state.not_in(UNDECIDED)))
    taken_back = exists().where(
        MessageRow.id == ReportedLineRow.message_id, MessageRow.removed_by.is_not(None)
    )
    gone = select(SeatRow.id).where(SeatRow.member_id.is_(None), SeatRow.staff_id.is_(None))
    return or_(of_old, and_(decided, or_(taken_back, ReportedLineRow.author_id.in_(gone))))
