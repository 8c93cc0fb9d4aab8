"""Reading reports: one's own with all its steps, and those of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import exists, or_, select

from holdfast.kit.ids import CaseId, MemberId, MessageId, ReportId, RoomId, SeatId
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.messages.tables import HideRow
from holdfast.moderation.rules.cases import UNDECIDED
from holdfast.moderation.rules.measures import MeasureState
from holdfast.moderation.rules.reports import Door, Step, Told
from holdfast.moderation.tables import CaseRow, FlagRow, MeasureRow, ReportedLineRow, ReportRow
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.sealing.seam import Place, Sealed

NEWEST = 100
WORDS = b"r"  # the part of a place where a report's words lie
COPY = b"c"  # and where a line of a talk between two lies, as its reporter opened it


class MyReport(Struct, frozen=True):
    """A report as its writer sees it: own words, the three steps, and what they are told."""

    id: ReportId
    slug: str
    room_name: str
    pseudonym: str  # whom it is about, as that room knows them
    about: str  # their seat there, as others see it
    is_staff: bool
    hidden: bool  # whether the message is out of the writer's sight now
    seq: int | None
    kind: Door
    words: str
    at: datetime
    step: Step
    looked_at: datetime | None
    told: Told | None
    answered_at: datetime | None
    undone: bool

    @property
    def handle(self) -> str:
        """The name by which an address outside calls it."""
        return self.id.hex()


async def reports_of_member(work: Work, reader: Reader, member_id: MemberId) -> list[MyReport]:
    """The newest reports of a member, the newest first."""
    query = _of_member(member_id).order_by(ReportRow.at.desc(), ReportRow.id).limit(NEWEST)
    return await _opened(work, reader, query)


async def all_reports_of_member(work: Work, reader: Reader, member_id: MemberId) -> list[MyReport]:
    """Every report there is of a member, the oldest first."""
    return await _opened(work, reader, _of_member(member_id).order_by(ReportRow.at, ReportRow.id))


async def my_report(work: Work, reader: Reader, row: ReportRow) -> MyReport:
    """One report as its writer sees it. That it is theirs, `own_report` found."""
    assert row.member_id is not None  # noqa: S101 - it is somebody's
    found = await _opened(work, reader, _of_member(row.member_id).where(ReportRow.id == row.id))
    return found[0]


def _of_member(member_id: MemberId) -> Any:
    hidden = exists().where(
        HideRow.member_id == member_id,
        HideRow.room_id == ReportRow.room_id,
        HideRow.seq == ReportRow.seq,
    )
    return (
        select(
            ReportRow,
            RoomRow.slug,
            RoomRow.name.label("room_name"),
            SeatRow.pseudonym,
            SeatRow.handle,
            SeatRow.staff_id,
            hidden.label("hidden"),
        )
        .join(RoomRow, RoomRow.id == ReportRow.room_id)
        .join(SeatRow, SeatRow.id == ReportRow.about_id)
        .where(ReportRow.member_id == member_id)
    )


async def _opened(work: Work, reader: Reader, query: Any) -> list[MyReport]:
    found = (await work.db.execute(query)).all()
    keys = (one.ReportRow.key_id for one in found if one.ReportRow.key_id is not None)
    await reader.keyring.in_hand(keys)
    return [_mine(reader, one) for one in found]


def _mine(reader: Reader, one: Any) -> MyReport:
    row: ReportRow = one.ReportRow
    return MyReport(
        id=row.id,
        slug=one.slug,
        room_name=one.room_name,
        pseudonym=one.pseudonym,
        about=one.handle,
        is_staff=one.staff_id is not None,
        hidden=bool(one.hidden),
        seq=row.seq,
        kind=row.kind,
        words=opened_words(reader, row),
        at=row.at,
        step=row.step,
        looked_at=row.looked_at,
        told=row.told,
        answered_at=row.answered_at,
        undone=row.undone_at is not None,
    )


def place_of(room_id: RoomId, report_id: ReportId, seat_id: SeatId) -> Place:
    """Where a report's words lie: with the seat that wrote them."""
    return Place(room_id, MessageId(report_id), seat_id, WORDS)


def place_of_line(row: ReportedLineRow) -> Place:
    """Where the copy of a line lies: with the seat that reported it, not with its author."""
    return Place(row.room_id, row.message_id, row.seat_id, COPY)


def opened_words(reader: Reader, row: ReportRow) -> str:
    """The words of a report; nothing where there are none or they are erased."""
    if row.words is None or row.key_id is None:
        return ""
    place = place_of(row.room_id, row.id, row.seat_id)
    try:
        return reader.keyring.open(Sealed(row.words, row.key_id, place), reader.actor)
    except KeyError:
        return ""


def kept_words(reader: Reader, row: ReportRow) -> str | None:
    """What the reported message said when it was reported; nothing once its author erased it."""
    if row.kept is None or row.kept_key_id is None or row.message_id is None:
        return None
    place = Place(row.room_id, row.message_id, row.about_id)
    try:
        return reader.keyring.open(Sealed(row.kept, row.kept_key_id, place), reader.actor)
    except KeyError:
        return None


async def report_of_message(work: Work, seat_id: SeatId, message_id: MessageId) -> ReportRow | None:
    """What this seat reported about a message."""
    mine = ReportRow.seat_id == seat_id, ReportRow.message_id == message_id
    found: ReportRow | None = await work.db.scalar(select(ReportRow).where(*mine))
    return found


async def report_of_person(work: Work, seat_id: SeatId, about_id: SeatId) -> ReportRow | None:
    """What this seat reported about a person and nobody has decided yet."""
    query = (
        select(ReportRow)
        .join(CaseRow, CaseRow.id == ReportRow.case_id)
        .where(
            ReportRow.seat_id == seat_id,
            ReportRow.about_id == about_id,
            ReportRow.message_id.is_(None),
            CaseRow.state.in_(UNDECIDED),
        )
    )
    found: ReportRow | None = await work.db.scalar(query)
    return found


async def reports_in(work: Work, case_id: CaseId) -> Sequence[ReportRow]:
    """The reports of a case that were not taken back, oldest first."""
    query = select(ReportRow).where(ReportRow.case_id == case_id, ReportRow.undone_at.is_(None))
    return (await work.db.scalars(query.order_by(ReportRow.at, ReportRow.id))).all()


async def signals_left(work: Work, case_id: CaseId) -> bool:
    """Whether anything of a case stands: a report that was not taken back, a flag, or something
    that somebody did and that holds, or waits, until it is decided.
    """
    reports = exists().where(ReportRow.case_id == case_id, ReportRow.undone_at.is_(None))
    flags = exists().where(FlagRow.case_id == case_id)
    done = exists().where(MeasureRow.case_id == case_id, MeasureRow.state != MeasureState.ENDED)
    return bool(await work.db.scalar(select(or_(reports, flags, done))))
