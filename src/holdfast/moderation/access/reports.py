"""The only door to what somebody reports, and to a report of one's own."""

from __future__ import annotations

from msgspec import Struct
from sqlalchemy import select

from holdfast.kit.errors import NotFound
from holdfast.kit.ids import KeyId, MemberId, MessageId, ReportId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.queries import message_row
from holdfast.messages.queries.unseen import unseen_by
from holdfast.moderation.queries.reports import report_of_message
from holdfast.moderation.rules.reports import OwnWords
from holdfast.moderation.tables import ReportRow
from holdfast.rights.rules import Actor, Member, Permission, may
from holdfast.rooms.access import Seat, seat_in
from holdfast.rooms.tables import SeatRow

ID_BYTES = 16


class Subject(Struct, frozen=True):
    """Whom a report is about, and which message where it is one. `words` as their author sealed
    them.
    """

    seat_id: SeatId
    room_id: RoomId
    member_id: MemberId | None  # None: a staff person, or somebody who was erased
    pseudonym: str
    message_id: MessageId | None = None
    seq: int | None = None
    words: bytes | None = None
    key_id: KeyId | None = None


async def message_to_report(work: Work, actor: Actor, slug: str, seq: int) -> tuple[Seat, Subject]:
    """A message that stands in a room where I sit, and that I can see. Raises `NotFound`,
    `OwnWords`.

    Held, removed, hidden and never said are alike. One that I reported before is found again.
    """
    seat = await _seat(work, actor, slug)
    row = await message_row(work, seat.room_id, seq)
    if row is None or row.removed_by is not None:
        raise NotFound
    if row.seat_id == seat.id:
        raise OwnWords
    unseen = await unseen_by(work, actor, seat.room_id)
    is_hidden = unseen.hides(row.seat_id) or seq in unseen.seqs
    if is_hidden and await report_of_message(work, seat.id, row.id) is None:
        raise NotFound
    author = await work.db.get_one(SeatRow, row.seat_id)
    return seat, Subject(
        author.id,
        seat.room_id,
        author.member_id,
        author.pseudonym,
        row.id,
        seq,
        row.text,
        row.key_id,
    )


async def person_to_report(
    work: Work, actor: Actor, slug: str, handle: str
) -> tuple[Seat, Subject]:
    """Somebody who sits, or sat, in a room where I sit. Raises `NotFound`, `OwnWords`."""
    seat = await _seat(work, actor, slug)
    query = select(SeatRow).where(SeatRow.handle == handle, SeatRow.room_id == seat.room_id)
    person = await work.db.scalar(query)
    if person is None:
        raise NotFound
    if person.id == seat.id:
        raise OwnWords
    return seat, Subject(person.id, seat.room_id, person.member_id, person.pseudonym)


async def _seat(work: Work, actor: Actor, slug: str) -> Seat:
    if not may(actor, Permission.REPORT_MAKE):
        raise NotFound
    return await seat_in(work, actor, slug)


async def own_report(work: Work, actor: Actor, report: str) -> ReportRow:
    """A report that I made. Raises `NotFound` for anybody else's, and for none at all."""
    if not isinstance(actor, Member):
        raise NotFound
    mine = ReportRow.id == _named(report), ReportRow.member_id == actor.id
    row: ReportRow | None = await work.db.scalar(select(ReportRow).where(*mine))
    if row is None:
        raise NotFound
    return row


def _named(report: str) -> ReportId:
    """The id behind what stands in an address. Raises `NotFound` for what is none."""
    try:
        found = bytes.fromhex(report)
    except ValueError:
        raise NotFound from None
    if len(found) != ID_BYTES:
        raise NotFound
    return ReportId(found)
