"""Appeals: those that wait, for whoever reads them; and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, func, or_, select

from holdfast.kit.ids import AppealId, MeasureId, MessageId, StaffId
from holdfast.kit.tables import to_millis
from holdfast.kit.work import Work
from holdfast.messages.queries import Reader
from holdfast.messages.queries.hidden import message_named
from holdfast.moderation.queries.measures import REASON, REWRITE, WORDS
from holdfast.moderation.queries.measures import opened as opened_in_measure
from holdfast.moderation.rules.appeals import NEARS, AppealState, is_late
from holdfast.moderation.rules.measures import Ending, MeasureKind
from holdfast.moderation.tables import AppealRow, MeasureRow
from holdfast.rights.rules import Staff
from holdfast.rooms.tables import RoomRow, SeatRow
from holdfast.sealing.seam import Place, Sealed

APPEAL, ANSWER = b"aw", b"aa"  # the parts that are sealed


class Appeal(Struct, frozen=True):
    """An appeal as whoever judges it sees it: never who took the measure."""

    id: AppealId
    measure_id: MeasureId
    kind: MeasureKind
    rule: str
    reason: str
    note: str  # what the member was told with it
    rewrite: str
    slug: str
    room_name: str
    pseudonym: str
    said: str  # the member's message it is about, where it is about one
    taken_at: datetime
    until: datetime | None
    words: str
    at: datetime
    due_at: datetime
    late: bool
    state: AppealState
    answer: str
    judged_at: datetime | None
    mine: bool  # the reader had a part in the measure, and so does not judge it


def place_of(row: AppealRow, part: bytes) -> Place:
    """Where an appeal's words lie: sealed for it, they open nowhere else."""
    return Place(row.room_id, MessageId(b"%016d" % to_millis(row.at)), row.seat_id, part)


def opened(reader: Reader, row: AppealRow, part: bytes) -> str:
    """The words of an appeal, or the answer; nothing where the member went for good."""
    data = row.words if part == APPEAL else row.answer
    if not data:
        return ""
    try:
        return reader.keyring.open(Sealed(data, row.key_id, place_of(row, part)), reader.actor)
    except KeyError:
        return ""


async def appeal_of(work: Work, measure_id: MeasureId) -> AppealRow | None:
    """The appeal against a measure, if there is one."""
    query = select(AppealRow).where(AppealRow.measure_id == measure_id)
    found: AppealRow | None = await work.db.scalar(query)
    return found


async def appeals_in(
    work: Work, reader: Reader, staff: Staff, states: Sequence[AppealState]
) -> list[Appeal]:
    """The appeals in these states, the first due first; none of who went for good or of oneself."""
    not_me = or_(SeatRow.staff_id.is_(None), SeatRow.staff_id != staff.id)
    of_members = AppealRow.member_id.is_not(None)
    return await _appeals(work, reader, staff, AppealRow.state.in_(states), not_me, of_members)


async def appeal_shown(work: Work, reader: Reader, staff: Staff, appeal_id: AppealId) -> Appeal:
    """One appeal, for somebody who was let in to it."""
    return (await _appeals(work, reader, staff, AppealRow.id == appeal_id))[0]


async def _appeals(
    work: Work, reader: Reader, staff: Staff, *where: ColumnElement[bool]
) -> list[Appeal]:
    query = (
        select(AppealRow, MeasureRow, RoomRow.slug, RoomRow.name, SeatRow.pseudonym)
        .join(MeasureRow, MeasureRow.id == AppealRow.measure_id)
        .join(RoomRow, RoomRow.id == AppealRow.room_id)
        .join(SeatRow, SeatRow.id == AppealRow.seat_id)
        .where(*where)
        .order_by(AppealRow.due_at, AppealRow.id)
    )
    found = (await work.db.execute(query)).all()
    keys = [key for row in found for key in (row.AppealRow.key_id, row.MeasureRow.key_id) if key]
    await reader.keyring.in_hand(keys)
    return [await _appeal(work, reader, staff, row) for row in found]


async def _appeal(work: Work, reader: Reader, staff: Staff, found: Any) -> Appeal:
    row: AppealRow = found.AppealRow
    measure: MeasureRow = found.MeasureRow
    said = None
    if measure.message_id is not None:
        said = await message_named(work, reader, measure.message_id)
    return Appeal(
        row.id,
        measure.id,
        measure.kind,
        measure.rule,
        opened_in_measure(reader.keyring, reader, measure, REASON),
        opened_in_measure(reader.keyring, reader, measure, WORDS),
        opened_in_measure(reader.keyring, reader, measure, REWRITE),
        found.slug,
        found.name,
        found.pseudonym,
        said.text if said else "",
        measure.at,
        measure.until,
        opened(reader, row, APPEAL),
        row.at,
        row.due_at,
        row.judged_at is None and is_late(row.due_at, work.clock.now()),
        row.state,
        opened(reader, row, ANSWER),
        row.judged_at,
        staff.id in {measure.by, measure.agreed_by},
    )


async def nearly_due(work: Work) -> Sequence[AppealRow]:
    """Appeals that wait, whose time comes near, and about which nobody was called yet."""
    waits = AppealRow.state == AppealState.WAITING, AppealRow.called_at.is_(None)
    near = AppealRow.due_at <= work.clock.now() + NEARS, AppealRow.member_id.is_not(None)
    return (await work.db.scalars(select(AppealRow).where(*waits, *near))).all()


async def waiting_count(work: Work) -> int:
    """How many appeals wait for somebody to read them."""
    waits = AppealRow.state == AppealState.WAITING, AppealRow.member_id.is_not(None)
    return await work.db.scalar(select(func.count()).select_from(AppealRow).where(*waits)) or 0


class Overturned(Struct, frozen=True):
    """A measure of one's own that somebody else saw another way: worth learning from."""

    measure_id: MeasureId
    kind: MeasureKind
    rule: str
    reason: str
    answer: str
    judged_at: datetime


async def overturned_of(work: Work, reader: Reader, staff_id: StaffId) -> list[Overturned]:
    """What came of appeals against my measures where they were upheld, the newest first.

    Who judged is not told.
    """
    query = (
        select(AppealRow, MeasureRow)
        .join(MeasureRow, MeasureRow.id == AppealRow.measure_id)
        .where(MeasureRow.by == staff_id, MeasureRow.ended_how == Ending.OVERTURNED)
        .where(AppealRow.state == AppealState.UPHELD)
        .order_by(AppealRow.judged_at.desc())
    )
    found = (await work.db.execute(query)).all()
    keys = [key for row, taken in found for key in (row.key_id, taken.key_id) if key]
    await reader.keyring.in_hand(keys)
    return [
        Overturned(
            taken.id,
            taken.kind,
            taken.rule,
            opened_in_measure(reader.keyring, reader, taken, REASON),
            opened(reader, row, ANSWER),
            row.judged_at or row.at,
        )
        for row, taken in found
    ]
