"""Who holds the halves, what was asked for, and what of it there is to open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from holdfast.kit.ids import MemberId, RoomId, StaffId
from holdfast.kit.work import Work
from holdfast.listening.glass.rules import PAGE, Asked, Half, Marks, half_of
from holdfast.listening.glass.tables import (
    GlassKeyRow,
    GlassRequestRow,
    GlassShareRow,
    GlassTellingRow,
)
from holdfast.messages.tables import MessageRow
from holdfast.rights.rules import Role
from holdfast.rooms.tables import SeatRow
from holdfast.sealing.private import HalfHolder, Halves
from holdfast.sealing.tables import TalkHalfRow, TalkPartRow
from holdfast.staff.tables import PasskeyRow, SsoRow, StaffRow

NEWEST = 100


async def halves(work: Work) -> Halves:
    """Who holds the halves now: whoever begins a part boxes it to them."""
    query = (
        select(GlassKeyRow.staff_id, GlassKeyRow.public, GlassKeyRow.half, StaffRow.role)
        .join(StaffRow, StaffRow.id == GlassKeyRow.staff_id)
        .where(
            GlassKeyRow.ended_at.is_(None),
            GlassKeyRow.typed_at.is_not(None),
            StaffRow.removed_at.is_(None),
        )
        .order_by(GlassKeyRow.staff_id)
    )
    found: dict[Half, list[HalfHolder]] = {half: [] for half in Half}
    for staff_id, public, half, role in await work.db.execute(query):
        if half_of(role) is half:
            found[half].append(HalfHolder(staff_id, public))
    return Halves(found[Half.CARE], found[Half.LEAD])


async def is_ready(work: Work) -> bool:
    """Whether both halves have somebody: before that nothing is listened to one to one."""
    now = await halves(work)
    return bool(now.care and now.lead)


async def key_of(work: Work, staff_id: StaffId) -> GlassKeyRow | None:
    """Somebody's key, whatever its state."""
    return await work.db.get(GlassKeyRow, staff_id)


def asked_of(row: GlassRequestRow) -> Asked:
    """A request as the rules look at it."""
    return Asked(
        row.asked_at,
        row.minutes,
        row.agreed_at,
        row.opened_at,
        row.withdrawn_at,
        row.closed_at,
    )


async def requests(work: Work) -> Sequence[GlassRequestRow]:
    """What was asked for, newest first."""
    query = select(GlassRequestRow).order_by(GlassRequestRow.id.desc()).limit(NEWEST)
    return (await work.db.scalars(query)).all()


async def tellings_for(work: Work, request_id: int) -> Sequence[GlassTellingRow]:
    """Who was told of an opening, and who said that it should not have been."""
    query = select(GlassTellingRow).where(GlassTellingRow.request_id == request_id)
    return (await work.db.scalars(query.order_by(GlassTellingRow.id))).all()


async def role_now(work: Work, staff_id: StaffId) -> Role | None:
    """What somebody is here now; nothing once they have left."""
    row = await work.db.get(StaffRow, staff_id)
    return row.role if row is not None and row.removed_at is None else None


async def marks_of(work: Work, staff_id: StaffId) -> Marks:
    """By what this person signs in, to know one human again behind two accounts."""
    subjects = select(SsoRow.subject).where(SsoRow.staff_id == staff_id)
    keys = select(PasskeyRow.credential, PasskeyRow.public_key)
    found = (await work.db.execute(keys.where(PasskeyRow.staff_id == staff_id))).all()
    return Marks(
        frozenset(await work.db.scalars(subjects)),
        frozenset(one for pair in found for one in pair),
    )


async def parts_between(
    work: Work, room_id: RoomId, since: datetime, until: datetime
) -> list[TalkPartRow]:
    """The parts of a room in which something of this time may lie."""
    query = select(TalkPartRow).where(TalkPartRow.room_id == room_id)
    rows = (await work.db.scalars(query.order_by(TalkPartRow.number))).all()
    ends = [row.begun_at for row in rows[1:]] + [None]
    return [
        row
        for row, end in zip(rows, ends, strict=True)
        if row.begun_at <= until and (end is None or end >= since)
    ]


async def my_halves(
    work: Work, key: GlassKeyRow, parts: Sequence[TalkPartRow]
) -> dict[int, TalkHalfRow]:
    """Somebody's halves of these parts, by the part; only those boxed to the key they have now."""
    query = select(TalkHalfRow).where(
        TalkHalfRow.staff_id == key.staff_id,
        TalkHalfRow.half == key.half.value,
        TalkHalfRow.public == key.public,
        TalkHalfRow.part_id.in_([part.id for part in parts]),
    )
    return {row.part_id: row for row in await work.db.scalars(query)}


async def shares_of(work: Work, request_id: int) -> dict[int, bytes]:
    """What the second person gave to a request, by the part."""
    query = select(GlassShareRow).where(GlassShareRow.request_id == request_id)
    return {row.part_id: row.sealed for row in await work.db.scalars(query)}


async def how_many_pages(work: Work, row: GlassRequestRow) -> int:
    """How many pages what was said in that time has."""
    query = select(func.count()).select_from(MessageRow).where(*_within(row))
    return -(-((await work.db.scalar(query)) or 0) // PAGE)


async def seqs_of_page(work: Work, row: GlassRequestRow, number: int) -> list[int]:
    """Which messages stand on one of those pages."""
    query = select(MessageRow.seq).where(*_within(row)).order_by(MessageRow.seq)
    found = await work.db.scalars(query.offset((number - 1) * PAGE).limit(PAGE))
    return [seq for seq in found if seq is not None]


def _within(row: GlassRequestRow) -> tuple[ColumnElement[bool], ...]:
    return (
        MessageRow.room_id == row.room_id,
        MessageRow.seq.is_not(None),
        MessageRow.written_at >= row.since,
        MessageRow.written_at <= row.until,
    )


async def members_of(work: Work, room_id: RoomId) -> list[MemberId]:
    """The members who have, or had, a seat in a room."""
    query = select(SeatRow.member_id).where(
        SeatRow.room_id == room_id, SeatRow.member_id.is_not(None)
    )
    return [one for one in await work.db.scalars(query.order_by(SeatRow.id)) if one is not None]


async def to_tell(work: Work, now: datetime) -> Sequence[GlassRequestRow]:
    """Openings of which the members are to be told by now."""
    query = select(GlassRequestRow).where(
        GlassRequestRow.tell_at <= now, GlassRequestRow.told_at.is_(None)
    )
    return (await work.db.scalars(query.order_by(GlassRequestRow.id).limit(NEWEST))).all()


async def to_close(work: Work) -> Sequence[GlassRequestRow]:
    """Requests that hold a second person's halves and were not ended by anybody."""
    holding = select(GlassShareRow.request_id).distinct()
    query = select(GlassRequestRow).where(GlassRequestRow.id.in_(holding))
    return (await work.db.scalars(query.order_by(GlassRequestRow.id).limit(NEWEST))).all()


async def tellings_of(
    work: Work, member_id: MemberId
) -> list[tuple[GlassTellingRow, GlassRequestRow]]:
    """What a member was told of, newest first."""
    query = (
        select(GlassTellingRow, GlassRequestRow)
        .join(GlassRequestRow, GlassRequestRow.id == GlassTellingRow.request_id)
        .where(GlassTellingRow.member_id == member_id)
        .order_by(GlassTellingRow.id.desc())
        .limit(NEWEST)
    )
    return [(telling, request) for telling, request in await work.db.execute(query)]


async def openings_by_month(work: Work) -> dict[str, int]:
    """How many conversations were opened in each month, for the community's open report."""
    query = select(GlassRequestRow.opened_at).where(GlassRequestRow.opened_at.is_not(None))
    months = Counter(at.strftime("%Y-%m") for at in await work.db.scalars(query) if at is not None)
    return dict(sorted(months.items()))


async def is_anything_due(work: Work) -> bool:
    """Whether there is anything to close or to tell."""
    return bool(await to_close(work)) or bool(await to_tell(work, work.clock.now()))
